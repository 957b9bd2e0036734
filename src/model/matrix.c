#include "model/matrix.h"

#include "base/memory.h"
#include "number/float_order.h"
#include "number/parse.h"

/// Powers of ten that a double holds exactly.
static const double TENS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// One column of a matrix being filled.
typedef struct MatrixColumn {
    Vector vector;
    const uint64_t *rows; ///< NULL: all, in order
    size_t row_count;
    double *out; ///< of the first row; the next one is `stride` further
    size_t stride;
} MatrixColumn;

void matrix_deinit(Matrix *matrix)
{
    memory_free(matrix->values);
    *matrix = (Matrix){0};
}

static size_t column_row(const MatrixColumn *column, size_t i)
{
    return column->rows == NULL ? i : (size_t)column->rows[i];
}

static void fill_bools(const MatrixColumn *column)
{
    for (size_t i = 0; i < column->row_count; i++)
        column->out[i * column->stride] = column->vector.values.bools[column_row(column, i)] != 0;
}

static void fill_floats(const MatrixColumn *column)
{
    for (size_t i = 0; i < column->row_count; i++)
        column->out[i * column->stride] = float_canonical(column->vector.values.floats[column_row(column, i)]);
}

/// Microseconds of one unit of the type; 1 for plain integers.
static int64_t unit_us(TypeId id)
{
    switch (id) {
    case TYPE_DATE:
        return INT64_C(86400000000);
    case TYPE_TIMESTAMP_S:
        return 1000000;
    case TYPE_TIMESTAMP_MS:
        return 1000;
    default:
        return 1;
    }
}

/// Rounded once; nanoseconds are cut to microseconds downwards first, as instants are.
static double integer_nearest(int64_t value, TypeId id)
{
    if (id != TYPE_TIMESTAMP_NS) return (double)((Int128)value * unit_us(id));
    int64_t value_us = value / 1000 - (value % 1000 < 0);
    return (double)value_us;
}

static void fill_integers(const MatrixColumn *column)
{
    TypeId id = column->vector.type.id;
    for (size_t i = 0; i < column->row_count; i++)
        column->out[i * column->stride] = integer_nearest(column->vector.values.ints[column_row(column, i)], id);
}

/// Where value and power of ten are doubles, their quotient is the nearest; else the text is read.
static double decimal_nearest(Int128 value, uint8_t scale)
{
    const Int128 exact = (Int128)1 << 53;
    char text[DECIMAL_TEXT_BYTES_MAX];
    double out = 0;
    if (value >= -exact && value <= exact && scale < COUNT_OF(TENS)) return (double)value / TENS[scale];
    size_t size = number_format_decimal(value, scale, text);
    CHECK(number_parse_double((Str){text, size}, &out, NULL));
    return out;
}

static void fill_decimals(const MatrixColumn *column)
{
    uint8_t scale = column->vector.type.scale;
    for (size_t i = 0; i < column->row_count; i++)
        column->out[i * column->stride] = decimal_nearest(column->vector.values.decimals[column_row(column, i)], scale);
}

static void fill_nulls(const MatrixColumn *column)
{
    if (column->vector.valid == NULL) return;
    for (size_t i = 0; i < column->row_count; i++) {
        if (!column->vector.valid[column_row(column, i)]) column->out[i * column->stride] = float_nan();
    }
}

static bool column_refuse(Type type, Str name, Error *err)
{
    if (type_is_nested(type)) {
        return error_set(err, ERROR_CONFIG,
                         "feature '%.*s' is a %s, and trainers see numbers: make columns of it with get(), size(), "
                         "list_mean(), dot() or contains(), or one_hot what get() gives under 'train: transforms:'",
                         STR_ARG(name), type.id == TYPE_MAP ? "map" : "list");
    }
    return error_set(err, ERROR_CONFIG,
                     "feature '%.*s' is a string, and trainers see numbers: use hash(x, buckets), compare it "
                     "with a value (x = 'a'), or encode it under 'train: transforms:'",
                     STR_ARG(name));
}

static bool column_fill(const MatrixColumn *column, Str name, Error *err)
{
    static void (*const FILLS[])(const MatrixColumn *) = {
        [STORAGE_BOOL] = fill_bools,       [STORAGE_INT] = fill_integers, [STORAGE_FLOAT] = fill_floats,
        [STORAGE_DECIMAL] = fill_decimals, [STORAGE_STRING] = NULL,
    };
    void (*fill)(const MatrixColumn *) = FILLS[type_storage(column->vector.type)];
    if (fill == NULL) return column_refuse(column->vector.type, name, err);
    fill(column);
    fill_nulls(column);
    return true;
}

/// The column in the same place when it has the name, which is the rule; else the one found by name.
static bool column_find(const Frame *frame, size_t place, Str name, Vector *out, Error *err)
{
    if (place < frame->column_count && str_equal(frame->fields[place].name, name)) {
        *out = frame_vector(frame, place);
        return true;
    }
    return frame_find(frame, name, out, err);
}

static bool matrix_fill(const Frame *frame, const Str *names, const uint64_t *rows, Matrix *matrix, Error *err)
{
    MatrixColumn column = {.rows = rows, .row_count = matrix->row_count, .stride = matrix->column_count};
    for (size_t i = 0; i < matrix->column_count; i++) {
        column.out = matrix->values + i;
        TRY(column_find(frame, i, names[i], &column.vector, err));
        TRY(column_fill(&column, names[i], err));
    }
    return true;
}

static bool rows_are_inside(const Frame *frame, const uint64_t *rows, size_t row_count)
{
    if (rows == NULL) return row_count <= frame->row_count;
    for (size_t i = 0; i < row_count; i++) {
        if (rows[i] >= frame->row_count) return false;
    }
    return true;
}

bool matrix_from_frame(const Frame *frame, const Str *names, size_t name_count, const uint64_t *rows, size_t row_count,
                       Matrix *out, Error *err)
{
    AUTO(matrix_deinit) Matrix matrix = {.row_count = row_count, .column_count = name_count};
    CHECK(rows_are_inside(frame, rows, row_count));
    CHECK(name_count <= FRAME_COLUMNS_MAX);
    matrix.values = memory_alloc_array(row_count, name_count * sizeof(double), err);
    TRY(matrix.values != NULL);
    TRY(matrix_fill(frame, names, rows, &matrix, err));
    *out = matrix;
    matrix = (Matrix){0};
    return true;
}

bool matrix_from_vectors(const Vector *vectors, const Str *names, size_t count, size_t row_count, Matrix *out,
                         Error *err)
{
    AUTO(matrix_deinit) Matrix matrix = {.row_count = row_count, .column_count = count};
    MatrixColumn column = {.row_count = row_count, .stride = count};
    matrix.values = memory_alloc_array(row_count, count * sizeof(double), err);
    TRY(matrix.values != NULL);
    for (size_t i = 0; i < count; i++) {
        CHECK(vectors[i].count >= row_count);
        column.vector = vectors[i];
        column.out = matrix.values + i;
        TRY(column_fill(&column, names[i], err));
    }
    *out = matrix;
    matrix = (Matrix){0};
    return true;
}
