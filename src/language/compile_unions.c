/// Views over the rows of several sources: which columns there are, and that each means one thing.
#include <stdlib.h>
#include <string.h>

#include "language/compile_internal.h"

enum { UNION_SOURCES_MAX = 64 };

static int compare_members(const void *left, const void *right, void *context)
{
    const Compiler *compiler = context;
    const SourceDefinition *sources = compiler->definition->sources;
    return str_compare(sources[*(const uint32_t *)left].name, sources[*(const uint32_t *)right].name);
}

static bool member_find(const Compiler *compiler, const ViewDefinition *view, Str name, uint32_t *out, Error *err)
{
    *out = compiler_find_source(compiler, name);
    return *out != PLAN_NONE || source_unknown(compiler, name, view->position, err);
}

static bool members_read(Compiler *compiler, const ViewDefinition *view, CompilerUnion *out, Error *err)
{
    if (view->with_count >= UNION_SOURCES_MAX) {
        return definition_error(compiler->definition, view->position, err, "more than %d sources in one view",
                                UNION_SOURCES_MAX);
    }
    out->member_count = (uint32_t)view->with_count + 1;
    out->members = arena_alloc_array(&compiler->arena, out->member_count, sizeof(uint32_t), err);
    TRY(out->members != NULL);
    TRY(member_find(compiler, view, view->from, &out->members[0], err));
    for (size_t i = 0; i < view->with_count; i++)
        TRY(member_find(compiler, view, view->with[i], &out->members[i + 1], err));
    qsort_r(out->members, out->member_count, sizeof(uint32_t), compare_members, compiler);
    for (uint32_t i = 1; i < out->member_count; i++) {
        if (out->members[i] != out->members[i - 1]) continue;
        return definition_error(compiler->definition, view->position, err, "view '%.*s' names the source '%.*s' twice",
                                STR_ARG(view->name), STR_ARG(compiler_source_name(compiler, out->members[i])));
    }
    return true;
}

static bool union_name(Compiler *compiler, CompilerUnion *out, Error *err)
{
    out->name = compiler_source_name(compiler, out->members[0]);
    for (uint32_t i = 1; i < out->member_count; i++) {
        Str shorter = out->name;
        TRY(arena_format(&compiler->arena, &out->name, err, "%.*s + %.*s", STR_ARG(shorter),
                         STR_ARG(compiler_source_name(compiler, out->members[i]))));
    }
    return true;
}

/// The first member with a column of that name.
static uint32_t union_first(const Compiler *compiler, const CompilerUnion *joined, Str name)
{
    uint32_t i = 0;
    while (schema_find(compiler_schema(compiler, joined->members[i]), name) == SIZE_MAX) i++;
    return joined->members[i];
}

static bool type_differs(const Compiler *compiler, const ViewDefinition *view, const CompilerUnion *joined,
                         const Field *field, uint32_t member, Type type, Error *err)
{
    return definition_error(compiler->definition, view->position, err,
                            "view '%.*s': column '%.*s' is %s in source '%.*s' and %s in source '%.*s'; in one view it "
                            "means one thing: give one of them another name or type",
                            STR_ARG(view->name), STR_ARG(field->name), type_text(field->type).text,
                            STR_ARG(compiler_source_name(compiler, union_first(compiler, joined, field->name))),
                            type_text(type).text, STR_ARG(compiler_source_name(compiler, member)));
}

/// Adds a member's columns to those that are there.
static bool union_add_member(Compiler *compiler, const ViewDefinition *view, const CompilerUnion *joined, Field *fields,
                             size_t *count, uint32_t member, Error *err)
{
    Schema schema = compiler_schema(compiler, member);
    for (size_t i = 0; i < schema.count; i++) {
        Type type = type_computed(schema.fields[i].type);
        size_t found = schema_find((Schema){fields, *count}, schema.fields[i].name);
        if (found == SIZE_MAX) {
            fields[(*count)++] = (Field){schema.fields[i].name, type};
        } else if (!type_equal(fields[found].type, type)) {
            return type_differs(compiler, view, joined, &fields[found], member, type, err);
        }
    }
    return true;
}

static bool union_schema(Compiler *compiler, const ViewDefinition *view, CompilerUnion *out, Error *err)
{
    size_t room = 1;
    size_t count = 0;
    for (uint32_t i = 0; i < out->member_count; i++) room += compiler_schema(compiler, out->members[i]).count;
    Field *fields = arena_alloc_array(&compiler->arena, room, sizeof(Field), err);
    TRY(fields != NULL);
    for (uint32_t i = 0; i < out->member_count; i++)
        TRY(union_add_member(compiler, view, out, fields, &count, out->members[i], err));
    if (schema_find((Schema){fields, count}, STR(UNION_SOURCE_COLUMN)) != SIZE_MAX) {
        return definition_error(
            compiler->definition, view->position, err,
            "view '%.*s': a source has a column '" UNION_SOURCE_COLUMN
            "', which over several sources is the name of the row's own; give the column another name",
            STR_ARG(view->name));
    }
    fields[count++] = (Field){STR(UNION_SOURCE_COLUMN), TYPE_OF(TYPE_STRING)};
    out->schema = (Schema){fields, count};
    return true;
}

static bool union_match(Compiler *compiler, CompilerUnion *out, Error *err)
{
    size_t count = out->schema.count;
    out->member_fields = arena_alloc_array(&compiler->arena, count * out->member_count, sizeof(uint32_t), err);
    TRY(out->member_fields != NULL);
    for (uint32_t i = 0; i < out->member_count; i++) {
        Schema schema = compiler_schema(compiler, out->members[i]);
        for (size_t field = 0; field < count; field++) {
            size_t found = schema_find(schema, out->schema.fields[field].name);
            out->member_fields[i * count + field] = found == SIZE_MAX ? PLAN_NONE : (uint32_t)found;
        }
    }
    return true;
}

static bool union_same(const CompilerUnion *left, const CompilerUnion *right)
{
    size_t size = left->member_count * sizeof(uint32_t);
    return left->member_count == right->member_count && memcmp(left->members, right->members, size) == 0;
}

bool compiler_add_union(Compiler *compiler, const ViewDefinition *view, uint32_t *out, Error *err)
{
    CompilerUnion joined = {0};
    TRY(members_read(compiler, view, &joined, err));
    size_t place = 0;
    while (place < compiler->unions.count && !union_same(&compiler->unions.items[place], &joined)) place++;
    if (place == compiler->unions.count) {
        TRY(union_name(compiler, &joined, err));
        TRY(union_schema(compiler, view, &joined, err));
        TRY(union_match(compiler, &joined, err));
        TRY(ARRAY_PUSH(&compiler->unions, joined, err));
    }
    *out = (uint32_t)(compiler->definition->source_count + place);
    return true;
}
