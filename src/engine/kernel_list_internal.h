/// How kernels over lists and maps are made from functions of one row.
#ifndef PAWL_ENGINE_KERNEL_LIST_INTERNAL_H
#define PAWL_ENGINE_KERNEL_LIST_INTERNAL_H

#include "engine/kernel_internal.h"
#include "frame/list.h"

/// What a row's function works with. `scratch` is empty when it is called and gone after: what stays goes to context->text.
typedef struct ListRow {
    const KernelContext *context;
    const Vector *arguments;
    size_t row;
    Arena scratch;
    ListWriter writer;
    Block *out;
} ListRow;

/// Writes the row's value, or clears out->valid[row] where there is none.
typedef bool ListFunction(ListRow *row, Error *err);

/// Calls the function for every row that is still valid.
MUST_CHECK bool list_rows(ListFunction *function, const KernelContext *context, const Vector *arguments, Block *out,
                          Error *err);

#define KERNEL_LIST(id, function)                                                                                      \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        return list_rows((function), context, arguments, out, err);                                                    \
    }

/// Argument `i` of the row, unpacked into the scratch.
MUST_CHECK bool list_argument(ListRow *row, size_t i, ListItems *out, Error *err);

/// The row's result is value `i` of the vector, null if that is; strings are borrowed.
void list_give(ListRow *row, const Vector *vector, size_t i);

/// The row has no result.
bool list_give_null(ListRow *row);

/// Appends a text to a list of strings.
MUST_CHECK bool list_push_text(ListWriter *writer, Str text, Error *err);

/// The row's result is what the writer holds.
MUST_CHECK bool list_give_written(ListRow *row, Error *err);

/// The row's result is a list of all of the vector, or of its values in another order.
MUST_CHECK bool list_give_all(ListRow *row, const Vector *items, Error *err);
MUST_CHECK bool list_give_ordered(ListRow *row, const Vector *items, const uint32_t *order, size_t count, Error *err);

#endif
