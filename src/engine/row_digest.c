#include "engine/row_digest.h"

#include <stdlib.h>

#include "base/memory.h"

void row_digester_deinit(RowDigester *digester)
{
    memory_free(digester->columns);
    memory_free(digester->fields);
    memory_free(digester->places);
    bytes_deinit(&digester->bytes);
    *digester = (RowDigester){0};
}

static int compare_fields(const void *left, const void *right, void *context)
{
    const Schema *schema = context;
    return str_compare(schema->fields[*(const uint32_t *)left].name, schema->fields[*(const uint32_t *)right].name);
}

bool row_digester_init_schema(Schema schema, RowDigester *out, Error *err)
{
    AUTO(row_digester_deinit) RowDigester digester = {.count = schema.count};

    digester.columns = memory_alloc_array(digester.count, sizeof(*digester.columns), err);
    TRY(digester.columns != NULL);
    digester.fields = memory_alloc_array(digester.count, sizeof(*digester.fields), err);
    TRY(digester.fields != NULL);
    digester.places = memory_alloc_array(digester.count, sizeof(*digester.places), err);
    TRY(digester.places != NULL);
    for (uint32_t i = 0; i < digester.count; i++) digester.fields[i] = i;
    qsort_r(digester.fields, digester.count, sizeof(*digester.fields), compare_fields, &schema);
    for (uint32_t i = 0; i < digester.count; i++) digester.places[digester.fields[i]] = i;

    *out = digester;
    digester = (RowDigester){0};
    return true;
}

void row_digester_set(RowDigester *digester, uint32_t field, const Vector *values)
{
    digester->columns[digester->places[field]] = *values;
}

bool row_digester_init(const Frame *frame, RowDigester *out, Error *err)
{
    TRY(row_digester_init_schema(frame_schema(frame), out, err));
    for (uint32_t i = 0; i < out->count; i++) {
        Vector values = frame_vector(frame, i);
        row_digester_set(out, i, &values);
    }
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
