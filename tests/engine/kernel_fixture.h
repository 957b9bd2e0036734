/// One kernel over cells, each the value of two equal rows.
#ifndef PAWL_TESTS_KERNEL_FIXTURE_H
#define PAWL_TESTS_KERNEL_FIXTURE_H

#include "engine/kernel.h"
#include "number/float_order.h"
#include "support/test.h"

enum { ROWS = 2 };

/// One value of any storage, with its type; the fields not used are zero.
typedef struct Cell {
    Type type;
    bool there;
    bool boolean;
    int64_t integer;
    double number;
    Int128 decimal;
    const char *text;
} Cell;

#define INTEGER(value) ((Cell){.type = TYPE_OF(TYPE_INT64), .there = true, .integer = (value)})
#define FLOAT(value) ((Cell){.type = TYPE_OF(TYPE_FLOAT64), .there = true, .number = (value)})
#define BOOLEAN(value) ((Cell){.type = TYPE_OF(TYPE_BOOL), .there = true, .boolean = (value)})
#define TEXT(value) ((Cell){.type = TYPE_OF(TYPE_STRING), .there = true, .text = (value)})
#define INSTANT(value) ((Cell){.type = TYPE_INSTANT, .there = true, .integer = (value)})
#define DECIMAL(value, digits)                                                                                         \
    ((Cell){.type = {.id = TYPE_DECIMAL, .precision = 38, .scale = (digits)}, .there = true, .decimal = (value)})
#define NULL_OF(cell) null_of(cell)

static inline Cell null_of(Cell cell)
{
    return (Cell){.type = cell.type};
}

typedef struct Held {
    uint8_t valid[ROWS];
    uint8_t bools[ROWS];
    int64_t ints[ROWS];
    double floats[ROWS];
    Int128 decimals[ROWS];
    Str strings[ROWS];
} Held;

static inline Values held_values(Held *held, Storage storage)
{
    void *const places[] = {
        [STORAGE_BOOL] = held->bools,       [STORAGE_INT] = held->ints,       [STORAGE_FLOAT] = held->floats,
        [STORAGE_DECIMAL] = held->decimals, [STORAGE_STRING] = held->strings,
    };
    return (Values){.any = places[storage]};
}

// Two equal rows, so that a kernel's loop is seen to run.
static inline Vector hold(Held *held, Cell cell)
{
    for (int i = 0; i < ROWS; i++) {
        held->valid[i] = cell.there;
        held->bools[i] = cell.boolean;
        held->ints[i] = cell.integer;
        held->floats[i] = cell.number;
        held->decimals[i] = cell.decimal;
        held->strings[i] = str_from(cell.text);
    }
    return (Vector){
        .type = cell.type, .count = ROWS, .valid = held->valid, .values = held_values(held, type_storage(cell.type))};
}

static inline void check_bits(const Held *out, Cell expected)
{
    for (int i = 0; i < ROWS; i++) {
        assert_int_equal(out->valid[i], expected.there);
        switch (type_storage(expected.type)) {
        case STORAGE_BOOL:
            assert_int_equal(out->bools[i], expected.boolean);
            break;
        case STORAGE_INT:
            assert_int_equal(out->ints[i], expected.integer);
            break;
        case STORAGE_FLOAT:
            assert_int_equal(float_bits(out->floats[i]), float_bits(expected.number));
            break;
        case STORAGE_DECIMAL:
            assert_true(out->decimals[i] == expected.decimal);
            break;
        case STORAGE_STRING:
            assert_true(str_equal(out->strings[i], str_from(expected.text)));
            break;
        }
    }
}

// The kernel over the cells gives `expected`, in value, type and validity.
static inline void check(Kernel kernel, Cell expected, size_t count, const Cell *cells)
{
    Held held[PLAN_ARGUMENTS_MAX] = {0};
    Held out = {0};
    Vector arguments[PLAN_ARGUMENTS_MAX];
    AUTO(arena_deinit) Arena arena = {0};
    Error err = {0};
    KernelConstants constants = {0};
    KernelContext context = {.type = expected.type, .constants = &constants, .text = &arena};
    const KernelType *types = kernel_info(kernel)->arguments;

    for (size_t i = 0; i < count; i++) {
        if (kernel_type_is_constant(types[i]))
            ASSERT_OK(kernel_constant_read(types[i], str_from(cells[i].text), &arena, &constants, &err), err);
    }
    for (size_t i = 0; i < count; i++) arguments[i] = hold(&held[i], cells[i]);
    Block block = {ROWS, out.valid, held_values(&out, type_storage(expected.type))};
    assert_true(kernel_run(kernel, &context, arguments, count, &block, &err));
    check_bits(&out, expected);
}

#define CHECK_KERNEL(kernel, expected, ...)                                                                            \
    check(KERNEL_##kernel, expected, sizeof((Cell[]){__VA_ARGS__}) / sizeof(Cell), (Cell[]){__VA_ARGS__})
#define CHECK_PART(kernel, zone, expected, instant)                                                                    \
    check(KERNEL_##kernel, INTEGER(expected), 2, (Cell[]){INSTANT(instant), TEXT(zone)})

#endif
