#include "dataset/source_internal.h"

/// What the reader is told about types: the locked ones, and what the user says over them.
static bool types_merge(Schema locked, Schema types, Arena *arena, Schema *out, Error *err)
{
    Field *fields = arena_alloc_array(arena, locked.count + types.count + 1, sizeof(Field), err);
    TRY(fields != NULL);
    size_t count = 0;
    for (size_t i = 0; i < types.count; i++) fields[count++] = types.fields[i];
    for (size_t i = 0; i < locked.count; i++)
        if (schema_find(types, locked.fields[i].name) == SIZE_MAX) fields[count++] = locked.fields[i];
    *out = (Schema){.fields = count == 0 ? NULL : fields, .count = count};
    return true;
}

/// Tells how to go on when what is wrong may be that the source has changed. Always false.
static bool lock_hint(Schema locked, Str source, Error *err)
{
    if (locked.count == 0 || err == NULL || err->kind != ERROR_DATA) return false;
    Error found = *err;
    return error_set(err, ERROR_DATA,
                     "not of the schema of earlier runs: %s; if that is right, accept it with `pawl run --relock %.*s`",
                     found.text, STR_ARG(source));
}

static bool table_read(Lake *lake, const LakeQuery *query, Schema locked, Str source, Frame *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    LakeQuery typed = *query;
    TRY(types_merge(locked, query->types, &arena, &typed.types, err));
    if (!lake_read(lake, &typed, out, err)) return lock_hint(locked, source, err);
    if (locked.count > 0 && !schema_check_equal(locked, frame_schema(out), err)) return lock_hint(locked, source, err);
    return out->row_count > 0 || error_set(err, ERROR_DATA, "no rows: there is nothing to learn from");
}

static bool manifest_fill(const PlanSource *source, const Frame *table, SourceManifest *manifest, Error *err)
{
    TRY(arena_copy(&manifest->arena, source->name, &manifest->name, err));
    manifest->fields = source->fields;
    manifest->field_count = source->field_count;
    manifest->row_count = table->row_count;
    return frame_digest(table, &manifest->logical, err);
}

static bool table_make(Lake *lake, const LakeQuery *query, const SourceDefinition *definition, Schema locked,
                       Frame *table, SourceManifest *manifest, Error *err)
{
    PlanSource source = {0};
    TRY(table_read(lake, query, locked, definition->name, table, err));
    TRY(source_roles_find(definition, frame_schema(table), &manifest->arena, &source, err));
    TRY(source_rows_sort(&source, table, err));
    TRY(source_times_check(&source, table, manifest, err));
    return manifest_fill(&source, table, manifest, err);
}

bool source_ingest(Lake *lake, const LakeQuery *query, const SourceDefinition *definition, Schema locked,
                   const Expectations *expectations, Frame *out_table, SourceManifest *out, Error *err)
{
    AUTO(frame_deinit) Frame table = {0};
    AUTO(source_manifest_deinit) SourceManifest manifest = {0};
    TRY_OR(table_make(lake, query, definition, locked, &table, &manifest, err), err, "source '%.*s'",
           STR_ARG(definition->name));
    TRY(expectations_check(expectations, definition->name, &table, err));
    *out_table = frame_take(&table);
    *out = manifest;
    manifest = (SourceManifest){0};
    return true;
}
