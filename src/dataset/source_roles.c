#include "dataset/source_internal.h"

static bool role_missing(Schema schema, const char *role, Str name, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str *names = arena_alloc_array(&arena, schema.count + 1, sizeof(Str), err);
    TRY(names != NULL);
    for (size_t i = 0; i < schema.count; i++) names[i] = schema.fields[i].name;
    Str nearest = str_nearest(name, names, schema.count);
    if (nearest.size == 0) return error_set(err, ERROR_CONFIG, "'%s' names no column '%.*s'", role, STR_ARG(name));
    return error_set(err, ERROR_CONFIG, "'%s' names no column '%.*s'; did you mean '%.*s'?", role, STR_ARG(name),
                     STR_ARG(nearest));
}

static bool role_find(Schema schema, const char *role, Str name, uint32_t *out, Error *err)
{
    size_t field = schema_find(schema, name);
    if (field == SIZE_MAX) return role_missing(schema, role, name, err);
    *out = (uint32_t)field;
    return true;
}

static bool instant_role_find(Schema schema, const char *role, Str name, uint32_t *out, Error *err)
{
    char type[TYPE_NAME_BYTES_MAX];
    TRY(role_find(schema, role, name, out, err));
    Type actual = schema.fields[*out].type;
    if (type_is_timestamp(actual) || actual.id == TYPE_DATE) return true;
    type_name(actual, type);
    return error_set(err, ERROR_CONFIG,
                     "'%s' must be a timestamp or a date, and column '%.*s' is %s; give its type under 'types', or "
                     "cast it in 'sql'",
                     role, STR_ARG(name), type);
}

static bool columns_known_find(const SourceDefinition *definition, Schema schema, PlanSource *out, Error *err)
{
    for (size_t i = 0; i < schema.count; i++) out->column_known[i] = PLAN_NONE;
    for (size_t i = 0; i < definition->column_known_count; i++) {
        const ColumnKnown *known = &definition->columns_known[i];
        uint32_t column = 0;
        TRY(role_find(schema, "known", known->column, &column, err));
        TRY(instant_role_find(schema, "known", known->known, &out->column_known[column], err));
    }
    return true;
}

static bool key_find(const SourceDefinition *definition, Schema schema, PlanSource *out, Error *err)
{
    for (size_t i = 0; i < definition->key_count; i++)
        TRY(role_find(schema, "key", definition->key[i], &out->key[i], err));
    out->key_count = (uint32_t)definition->key_count;
    return true;
}

static bool fields_copy(Schema schema, Arena *arena, PlanSource *out, Error *err)
{
    out->fields = arena_alloc_array(arena, schema.count + 1, sizeof(Field), err);
    TRY(out->fields != NULL);
    for (size_t i = 0; i < schema.count; i++) {
        out->fields[i].type = schema.fields[i].type;
        TRY(arena_copy(arena, schema.fields[i].name, &out->fields[i].name, err));
    }
    out->field_count = (uint32_t)schema.count;
    return true;
}

bool source_roles_find(const SourceDefinition *definition, Schema schema, Arena *arena, PlanSource *out, Error *err)
{
    PlanSource source = {.name = definition->name, .timezone = definition->timezone};
    source.column_known = arena_alloc_array(arena, schema.count + 1, sizeof(uint32_t), err);
    TRY(source.column_known != NULL);
    source.key = arena_alloc_array(arena, definition->key_count + 1, sizeof(uint32_t), err);
    TRY(source.key != NULL);
    TRY(fields_copy(schema, arena, &source, err));
    TRY(instant_role_find(schema, "time", definition->time, &source.time, err));
    TRY(instant_role_find(schema, "known", definition->known, &source.known, err));
    TRY(columns_known_find(definition, schema, &source, err));
    TRY(key_find(definition, schema, &source, err));
    *out = source;
    return true;
}
