#include "engine/row_digest.h"

#include <stdlib.h>

#include "base/memory.h"

void row_digester_deinit(RowDigester *digester)
{
    memory_free(digester->columns);
    memory_free(digester->fields);
    bytes_deinit(&digester->bytes);
    *digester = (RowDigester){0};
}

static int compare_fields(const void *left, const void *right, void *context)
{
    const Frame *frame = context;
    return str_compare(frame->fields[*(const uint32_t *)left].name, frame->fields[*(const uint32_t *)right].name);
}

bool row_digester_init(const Frame *frame, RowDigester *out, Error *err)
{
    AUTO(row_digester_deinit) RowDigester digester = {.count = frame->column_count};
    union {
        const Frame *read;
        void *context;
    } borrowed = {.read = frame};

    digester.columns = memory_alloc_array(digester.count, sizeof(*digester.columns), err);
    TRY(digester.columns != NULL);
    digester.fields = memory_alloc_array(digester.count, sizeof(*digester.fields), err);
    TRY(digester.fields != NULL);
    for (uint32_t i = 0; i < digester.count; i++) digester.fields[i] = i;
    qsort_r(digester.fields, digester.count, sizeof(*digester.fields), compare_fields, borrowed.context);
    for (size_t i = 0; i < digester.count; i++) digester.columns[i] = frame_vector(frame, digester.fields[i]);

    *out = digester;
    digester = (RowDigester){0};
    return true;
}

bool row_digest(RowDigester *digester, size_t row, const uint8_t *known, Hash128 *out, Error *err)
{
    bytes_clear(&digester->bytes);
    for (size_t i = 0; i < digester->count; i++) {
        if (known != NULL && !known[digester->fields[i]]) {
            TRY(bytes_append_byte(&digester->bytes, 0, err));
        } else {
            TRY(vector_encode(&digester->columns[i], row, &digester->bytes, err));
        }
    }
    *out = hash128(digester->bytes.data, digester->bytes.size);
    return true;
}
