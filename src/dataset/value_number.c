#include "dataset/value_number_internal.h"

#include "number/parse.h"

/// What the decimal's digits mean as a double: the nearest one.
static bool decimal_number(const Vector *vector, size_t i, double *out, Error *err)
{
    char text[DECIMAL_TEXT_BYTES_MAX];
    size_t size = number_format_decimal(vector->values.decimals[i], vector->type.scale, text);
    return number_parse_double((Str){.data = text, .size = size}, out, err);
}

bool value_number(const Vector *vector, size_t i, double *out, Error *err)
{
    switch (type_storage(vector->type)) {
    case STORAGE_BOOL:
        *out = vector->values.bools[i] != 0 ? 1 : 0;
        return true;
    case STORAGE_INT:
        *out = (double)vector->values.ints[i];
        return true;
    case STORAGE_FLOAT:
        *out = vector->values.floats[i];
        return true;
    case STORAGE_DECIMAL:
        return decimal_number(vector, i, out, err);
    case STORAGE_STRING:
        break;
    }
    return error_set(err, ERROR_DATA, "a %s is not a number", type_is_nested(vector->type) ? "list or map" : "text");
}
