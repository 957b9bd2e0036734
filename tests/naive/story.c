#include "naive/story.h"

#include <stdio.h>
#include <stdlib.h>

#include "number/parse.h"

void story_begin(Story *story)
{
    *story = (Story){0};
    story->definition.sources = story->sources;
    story->definition.views = story->views;
}

void story_end(Story *story)
{
    for (size_t i = 0; i < story->definition.source_count; i++) frame_deinit(&story->tables[i]);
    arena_deinit(&story->arena);
}

static void *take(Story *story, size_t count, size_t size)
{
    void *memory = arena_alloc_array(&story->arena, count, size, NULL);
    assert_non_null(memory);
    return memory;
}

/// The parts of a text, trimmed.
static Str *split(Story *story, Str text, char separator, size_t *out_count)
{
    Str *parts = take(story, STORY_PARTS_MAX, sizeof(*parts));
    Str part = {0};
    *out_count = 0;
    if (str_trim(text).size == 0) return parts;
    while (str_split(&text, separator, &part)) {
        assert_true(*out_count < STORY_PARTS_MAX);
        parts[(*out_count)++] = str_trim(part);
    }
    return parts;
}

static Schema parse_schema(Story *story, const char *text)
{
    size_t count = 0;
    Str *parts = split(story, str_from(text), ';', &count);
    if (count <= 1) parts = split(story, str_from(text), ',', &count);
    Field *fields = take(story, count, sizeof(*fields));
    Error err = {0};
    for (size_t i = 0; i < count; i++) {
        size_t space = str_find(parts[i], ' ');
        fields[i].name = str_slice(parts[i], 0, space);
        ASSERT_OK(type_parse(str_trim(str_slice(parts[i], space, parts[i].size)), &fields[i].type, &err), err);
    }
    return (Schema){fields, count};
}

static SourceDefinition *last_source(Story *story)
{
    return &story->sources[story->definition.source_count - 1];
}

ViewDefinition *story_last_view(Story *story)
{
    return &story->views[story->definition.view_count - 1];
}

void story_source(Story *story, const char *name, const char *schema, const char *time, const char *known,
                  const char *key)
{
    assert_true(story->definition.source_count < STORY_SOURCES_MAX);
    Frame *table = &story->tables[story->definition.source_count++];
    SourceDefinition *source = last_source(story);
    Column *column = NULL;
    Error err = {0};
    source->name = str_from(name);
    source->schema = parse_schema(story, schema);
    source->time = str_from(time);
    source->known = str_from(known);
    source->key = split(story, str_from(key), ',', &source->key_count);
    for (size_t i = 0; i < source->schema.count; i++) {
        const Field *field = &source->schema.fields[i];
        ASSERT_OK(frame_add_column(table, field->name, field->type, &column, &err), err);
    }
}

void story_known(Story *story, const char *column, const char *known)
{
    SourceDefinition *source = last_source(story);
    ColumnKnown *all = take(story, source->column_known_count + 1, sizeof(*all));
    for (size_t i = 0; i < source->column_known_count; i++) all[i] = source->columns_known[i];
    all[source->column_known_count++] = (ColumnKnown){str_from(column), str_from(known)};
    source->columns_known = all;
}

void story_deleted(Story *story, const char *condition)
{
    last_source(story)->deleted.text = str_from(condition);
}

void story_timezone(Story *story, const char *timezone)
{
    last_source(story)->timezone = str_from(timezone);
}

static void push_cell(Column *column, Str text)
{
    Error err = {0};
    int64_t integer = 0;
    double number = 0;
    Int128 decimal = 0;
    if (str_equal(text, STR("null"))) {
        ASSERT_OK(column_push_null(column, &err), err);
        return;
    }
    switch (type_storage(column->type)) {
    case STORAGE_BOOL:
        ASSERT_OK(column_push_bool(column, str_equal(text, STR("true")), &err), err);
        break;
    case STORAGE_INT:
        ASSERT_OK(number_parse_int64(text, &integer, &err), err);
        ASSERT_OK(column_push_int(column, integer, &err), err);
        break;
    case STORAGE_FLOAT:
        ASSERT_OK(number_parse_double(text, &number, &err), err);
        ASSERT_OK(column_push_float(column, number, &err), err);
        break;
    case STORAGE_DECIMAL:
        ASSERT_OK(number_parse_decimal(text, column->type.scale, &decimal, &err), err);
        ASSERT_OK(column_push_decimal(column, decimal, &err), err);
        break;
    case STORAGE_STRING:
        ASSERT_OK(column_push_string(column, text, &err), err);
        break;
    }
}

static void push_row(Story *story, Frame *frame, const char *cells)
{
    size_t count = 0;
    Str *parts = split(story, str_from(cells), '|', &count);
    assert_int_equal(count, frame->column_count);
    for (size_t i = 0; i < count; i++) push_cell(&frame->columns[i], parts[i]);
    frame->row_count++;
}

void story_row_of(Story *story, size_t source, const char *cells)
{
    push_row(story, &story->tables[source], cells);
}

void story_row(Story *story, const char *cells)
{
    story_row_of(story, story->definition.source_count - 1, cells);
}

void story_view(Story *story, const char *name, const char *from, const char *by)
{
    assert_true(story->definition.view_count < STORY_VIEWS_MAX);
    story->definition.view_count++;
    ViewDefinition *view = story_last_view(story);
    Str *parts = split(story, str_from(by), ';', &view->by_count);
    NamedExpression *keys = take(story, view->by_count, sizeof(*keys));
    for (size_t i = 0; i < view->by_count; i++) keys[i] = (NamedExpression){parts[i], {.text = parts[i]}};
    view->name = str_from(name);
    view->from = str_from(from);
    view->by = keys;
}

void story_with(Story *story, const char *source)
{
    ViewDefinition *view = story_last_view(story);
    Str *with = take(story, view->with_count + 1, sizeof(*with));
    for (size_t i = 0; i < view->with_count; i++) with[i] = view->with[i];
    with[view->with_count++] = str_from(source);
    view->with = with;
}

void story_link(Story *story, const char *name, const char *rows, const char *request)
{
    ViewDefinition *view = story_last_view(story);
    NamedExpression *keys = take(story, view->by_count + 1, sizeof(*keys));
    Expression *requests = take(story, view->by_count + 1, sizeof(*requests));
    bool turned = rows[0] == '\0';
    for (size_t i = 0; i < view->by_count; i++) {
        keys[i] = view->by[i];
        if (view->by_request != NULL) requests[i] = view->by_request[i];
    }
    keys[view->by_count] = (NamedExpression){str_from(name), {.text = str_from(turned ? request : rows)}};
    if (!turned) requests[view->by_count].text = str_from(request);
    view->by_count++;
    view->by = keys;
    view->by_request = requests;
}

void story_column(Story *story, const char *name, const char *expression)
{
    ViewDefinition *view = story_last_view(story);
    NamedExpression *all = take(story, view->column_count + 1, sizeof(*all));
    for (size_t i = 0; i < view->column_count; i++) all[i] = view->columns[i];
    all[view->column_count++] = (NamedExpression){str_from(name), {.text = str_from(expression)}};
    view->columns = all;
}

void story_input(Story *story, const char *name, const char *type)
{
    ViewDefinition *view = story_last_view(story);
    InputDefinition *all = take(story, view->input_count + 1, sizeof(*all));
    Error err = {0};
    for (size_t i = 0; i < view->input_count; i++) all[i] = view->inputs[i];
    all[view->input_count].name = str_from(name);
    ASSERT_OK(type_parse(str_from(type), &all[view->input_count++].type, &err), err);
    view->inputs = all;
}

void story_request(Story *story, const char *schema)
{
    Schema parsed = parse_schema(story, schema);
    Field *fields = take(story, parsed.count, sizeof(*fields));
    for (size_t i = 0; i < parsed.count; i++)
        fields[i] = (Field){parsed.fields[i].name, type_computed(parsed.fields[i].type)};
    story->request = (Schema){fields, parsed.count};
}

static void ask(Story *story, size_t count, const int64_t *at, const char *const *inputs, Frame *out,
                EntityStatus **statuses)
{
    AUTO(frame_deinit) Frame request = {0};
    Column *column = NULL;
    Error err = {0};
    for (size_t i = 0; i < story->request.count; i++) {
        const Field *field = &story->request.fields[i];
        ASSERT_OK(frame_add_column(&request, field->name, field->type, &column, &err), err);
    }
    for (size_t i = 0; i < count; i++) push_row(story, &request, inputs[i]);
    Case test = {&story->definition, story->tables, &request, at, 1};
    ASSERT_OK(case_agrees(&test, out, statuses, &err), err);
    if (story->witness != NULL) ASSERT_OK(story->witness(story->witness_context, &test, out, *statuses, &err), err);
}

void story_expect_each(Story *story, size_t count, const int64_t *at, const char *const *inputs, const char *feature,
                       const char *const *expected)
{
    AUTO(frame_deinit) Frame features = {0};
    EntityStatus *statuses = NULL;
    Vector vector = {0};
    Error err = {0};
    ask(story, count, at, inputs, &features, &statuses);
    free(statuses);
    ASSERT_OK(frame_find(&features, str_from(feature), &vector, &err), err);
    assert_int_equal(vector.count, count);
    for (size_t i = 0; i < count; i++) {
        AUTO(bytes_deinit) Bytes text = {0};
        ASSERT_OK(vector_format(&vector, i, STR("null"), &text, &err), err);
        ASSERT_STR(bytes_str(&text), expected[i]);
    }
}

void story_expect(Story *story, int64_t at, const char *inputs, const char *feature, const char *expected)
{
    story_expect_each(story, 1, &at, &inputs, feature, &expected);
}

void story_expect_status(Story *story, int64_t at, const char *inputs, size_t group, EntityStatus expected)
{
    AUTO(frame_deinit) Frame features = {0};
    EntityStatus *statuses = NULL;
    ask(story, 1, &at, &inputs, &features, &statuses);
    assert_int_equal(statuses[group], expected);
    free(statuses);
}

void story_expect_refused(Story *story, const char *part)
{
    AUTO(plan_deinit) Plan plan = {0};
    Engine *engine = NULL;
    EngineOptions options = {.threads = 1};
    Error err = {0};
    ASSERT_OK(plan_compile(&story->definition, &plan, &err), err);
    assert_int_equal(plan.source_count, story->definition.source_count);
    ASSERT_FAILS(engine_open(&plan, story->tables, &options, &engine, &err), err, ERROR_DATA, part);
}

void story_ask(Story *story, int64_t k, Plan *plan, StoryAsked *out)
{
    Column *column = NULL;
    Error err = {0};
    ASSERT_OK(plan_compile(&story->definition, plan, &err), err);
    for (size_t i = 0; i < plan->source_count; i++) frame_finish(&story->tables[i]);
    ASSERT_OK(frame_add_column(&out->inputs, STR("k"), TYPE_OF(TYPE_INT64), &column, &err), err);
    ASSERT_OK(column_push_int(column, k, &err), err);
    frame_finish(&out->inputs);
    out->plan = plan;
    out->story = story;
}
