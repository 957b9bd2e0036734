/// Checks what a user declared about sources: the columns named exist, and have the types of their roles.
#include "language/compile_internal.h"
#include "text/zone.h"

Schema compiler_schema(const Compiler *compiler, uint32_t source)
{
    size_t count = compiler->definition->source_count;
    return source < count ? compiler->definition->sources[source].schema
                          : compiler->unions.items[source - count].schema;
}

Str compiler_source_name(const Compiler *compiler, uint32_t source)
{
    size_t count = compiler->definition->source_count;
    return source < count ? compiler->definition->sources[source].name : compiler->unions.items[source - count].name;
}

uint32_t compiler_find_source(const Compiler *compiler, Str name)
{
    const Definition *definition = compiler->definition;
    for (size_t i = 0; i < definition->source_count; i++) {
        if (str_equal(name, definition->sources[i].name)) return (uint32_t)i;
    }
    return PLAN_NONE;
}

/// The names of a schema's fields, in the compiler's arena.
static Str *schema_names(Arena *arena, Schema schema)
{
    Str *names = arena_alloc_array(arena, schema.count, sizeof(Str), NULL);
    for (size_t i = 0; names != NULL && i < schema.count; i++) names[i] = schema.fields[i].name;
    return names;
}

static bool field_unknown(const Compiler *compiler, const SourceDefinition *source, const char *role, Str name,
                          Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const Str *names = schema_names(&arena, source->schema);
    NameHint hint = name_hint(name, names, names == NULL ? 0 : source->schema.count);
    return definition_error(compiler->definition, source->position, err,
                            "source '%.*s' has no column '%.*s', named as its %s%s", STR_ARG(source->name),
                            STR_ARG(name), role, hint.text);
}

static bool expect_field(const Compiler *compiler, const SourceDefinition *source, const char *role, Str name,
                         Error *err)
{
    if (schema_find(source->schema, name) != SIZE_MAX) return true;
    return field_unknown(compiler, source, role, name, err);
}

/// A column of instants: a timestamp, or a date (its midnight).
static bool expect_instant(const Compiler *compiler, const SourceDefinition *source, const char *role, Str name,
                           Error *err)
{
    size_t field = schema_find(source->schema, name);
    if (field == SIZE_MAX) return field_unknown(compiler, source, role, name, err);
    Type type = source->schema.fields[field].type;
    if (type_is_timestamp(type) || type.id == TYPE_DATE) return true;
    char text[TYPE_NAME_BYTES_MAX];
    type_name(type, text);
    return definition_error(compiler->definition, source->position, err,
                            "source '%.*s': '%.*s' must be a timestamp to be its %s, and is %s", STR_ARG(source->name),
                            STR_ARG(name), role, text);
}

static bool check_known(const Compiler *compiler, const SourceDefinition *source, Error *err)
{
    if (source->known.size > 0) return expect_instant(compiler, source, "known time", source->known, err);
    return definition_error(
        compiler->definition, source->position, err,
        "source '%.*s' does not say when its rows could first be read; name the column under 'known', "
        "or state 'known: time' if each row could be read the moment it happened (a feature sees a "
        "row only after that moment)",
        STR_ARG(source->name));
}

static bool column_is_key(const SourceDefinition *source, Str column)
{
    for (size_t i = 0; i < source->key_count; i++) {
        if (str_equal(source->key[i], column)) return true;
    }
    return false;
}

static bool check_column_known(const Compiler *compiler, const SourceDefinition *source, const ColumnKnown *known,
                               Error *err)
{
    TRY(expect_field(compiler, source, "column with a known time", known->column, err));
    TRY(expect_instant(compiler, source, "column's known time", known->known, err));
    bool is_time = str_equal(known->column, source->time);
    if (!is_time && !column_is_key(source, known->column)) return true;
    return definition_error(
        compiler->definition, source->position, err,
        "source '%.*s': its %s '%.*s' cannot be known later than the row; a row without it has no place",
        STR_ARG(source->name), is_time ? "time" : "key", STR_ARG(known->column));
}

static bool check_columns_known(const Compiler *compiler, const SourceDefinition *source, Error *err)
{
    for (size_t i = 0; i < source->column_known_count; i++) {
        TRY(check_column_known(compiler, source, &source->columns_known[i], err));
        for (size_t j = 0; j < i; j++) {
            if (!str_equal(source->columns_known[i].column, source->columns_known[j].column)) continue;
            return definition_error(compiler->definition, source->position, err,
                                    "source '%.*s' states the known time of '%.*s' twice", STR_ARG(source->name),
                                    STR_ARG(source->columns_known[i].column));
        }
    }
    return true;
}

static bool check_zone(const Compiler *compiler, const SourceDefinition *source, Error *err)
{
    const Zone *zone = NULL;
    Error reason = {0};
    if (source->timezone.size == 0 || zone_find(source->timezone, &zone, &reason)) return true;
    return definition_error(compiler->definition, source->position, err, "source '%.*s': %s", STR_ARG(source->name),
                            reason.text);
}

static bool check_source(const Compiler *compiler, const SourceDefinition *source, Error *err)
{
    if (source->time.size == 0) {
        return definition_error(compiler->definition, source->position, err,
                                "source '%.*s' does not say when its rows happened; name the column under 'time'",
                                STR_ARG(source->name));
    }
    TRY(expect_instant(compiler, source, "time", source->time, err));
    TRY(check_known(compiler, source, err));
    TRY(check_columns_known(compiler, source, err));
    TRY(expect_unique(compiler, source->position, "key column", source->key, source->key_count, err));
    for (size_t i = 0; i < source->key_count; i++) TRY(expect_field(compiler, source, "key", source->key[i], err));
    return check_zone(compiler, source, err);
}

bool expect_unique(const Compiler *compiler, Position position, const char *what, const Str *names, size_t count,
                   Error *err)
{
    AUTO(map_deinit) Map seen = {0};
    for (size_t i = 0; i < count; i++) {
        uint64_t first = 0;
        bool is_new = false;
        TRY(map_get_or_put(&seen, names[i], i, &first, &is_new, err));
        if (is_new) continue;
        return definition_error(compiler->definition, position, err, "%s '%.*s' is defined twice", what,
                                STR_ARG(names[i]));
    }
    return true;
}

static bool check_source_names(const Compiler *compiler, Error *err)
{
    const Definition *definition = compiler->definition;
    for (size_t i = 0; i < definition->source_count; i++) {
        if (compiler_find_source(compiler, definition->sources[i].name) == i) continue;
        return definition_error(definition, definition->sources[i].position, err, "source '%.*s' is defined twice",
                                STR_ARG(definition->sources[i].name));
    }
    return true;
}

bool source_unknown(const Compiler *compiler, Str name, Position position, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const Definition *definition = compiler->definition;
    Str *names = arena_alloc_array(&arena, definition->source_count, sizeof(Str), NULL);
    for (size_t i = 0; names != NULL && i < definition->source_count; i++) names[i] = definition->sources[i].name;
    NameHint hint = name_hint(name, names, names == NULL ? 0 : definition->source_count);
    return definition_error(definition, position, err, "there is no source '%.*s'%s", STR_ARG(name), hint.text);
}

bool compiler_check_sources(const Compiler *compiler, Error *err)
{
    const Definition *definition = compiler->definition;
    if (definition->source_count > DEFINITION_SOURCES_MAX) {
        return error_set(err, ERROR_CONFIG, "more than %d sources", DEFINITION_SOURCES_MAX);
    }
    TRY(check_source_names(compiler, err));
    for (size_t i = 0; i < definition->source_count; i++) TRY(check_source(compiler, &definition->sources[i], err));
    return true;
}
