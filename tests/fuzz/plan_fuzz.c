/// Any bytes are a plan that encodes to the same bytes, or an error; and a plan that is read does no harm when it is run over tables of a
/// few rows, in memory and from the facts it exports.
#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "language/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t size_max);

// Bytes that change anywhere are mostly no plan: half of the changes put one value of the text in the place of another.

typedef struct Span {
    size_t begin, end;
} Span;

static bool is_part(uint8_t byte)
{
    return byte != '"' && byte != ',' && byte != ':' && byte != '[' && byte != ']' && byte != '{' && byte != '}';
}

/// The number, word or quoted text around a place; a text of its own at the other marks: "[...]" or "{...}" as far as it goes.
static Span value_at(const uint8_t *data, size_t size, size_t place)
{
    Span span = {place, place};
    if (data[place] == '[' || data[place] == '{') {
        size_t depth = 0;
        do {
            depth += data[span.end] == '[' || data[span.end] == '{';
            depth -= data[span.end] == ']' || data[span.end] == '}';
            span.end++;
        } while (depth > 0 && span.end < size);
        return span;
    }
    while (span.begin > 0 && is_part(data[span.begin - 1])) span.begin--;
    while (span.end < size && is_part(data[span.end])) span.end++;
    return span;
}

/// A value of the text, or a number near to a limit.
static size_t take_value(const uint8_t *data, size_t size, unsigned seed, char out[static 512])
{
    static const char *const NUMBERS[] = {"0", "1", "2", "7", "38", "255", "null", "true", "9223372036854775807", "-1"};
    if (seed % 3 == 0) {
        const char *number = NUMBERS[seed / 3 % COUNT_OF(NUMBERS)];
        memcpy(out, number, strlen(number));
        return strlen(number);
    }
    Span span = value_at(data, size, seed % size);
    if (span.end - span.begin > 512) return 0;
    memcpy(out, data + span.begin, span.end - span.begin);
    return span.end - span.begin;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned seed)
{
    const unsigned prime = 2654435761U;
    char value[512];
    if (size < 2 || seed % 2 == 0) return LLVMFuzzerMutate(data, size, size_max);
    size_t length = take_value(data, size, seed * prime >> 3, value);
    Span to = value_at(data, size, (seed / 2) % size);
    size_t rest = size - to.end;
    if (to.begin + length + rest > size_max || length == 0) return LLVMFuzzerMutate(data, size, size_max);
    memmove(data + to.begin + length, data + to.end, rest);
    memcpy(data + to.begin, value, length);
    return to.begin + length + rest;
}

enum { ROWS = 5, REQUESTS = 2, FIELDS_MAX = 64, NODES_MAX = 2000 };

/// Value `i` of any type; every third is null. Whole numbers rise, so that a row's known is not before its time.
static bool push_value(Column *column, int64_t i, bool may_be_null, Error *err)
{
    static const Str TEXTS[] = {STR_INIT("a"), STR_INIT(""), STR_INIT("7")};
    static const char EMPTY[4] = {0};
    if (may_be_null && i % 3 == 2) return column_push_null(column, err);
    switch (type_storage(column->type)) {
    case STORAGE_BOOL:
        return column_push_bool(column, i % 2 == 0, err);
    case STORAGE_INT:
        return column_push_int(column, i, err);
    case STORAGE_FLOAT:
        return column_push_float(column, (double)i - 1.5, err);
    case STORAGE_DECIMAL:
        return column_push_decimal(column, i, err);
    case STORAGE_STRING:
        if (type_is_nested(column->type)) return column_push_string(column, (Str){EMPTY, sizeof(EMPTY)}, err);
        return column_push_string(column, TEXTS[i % 3], err);
    }
    return false;
}

static bool table_fill(const Field *fields, uint32_t count, int64_t rows, const PlanSource *source, Frame *out,
                       Error *err)
{
    Column *column = NULL;
    for (uint32_t field = 0; field < count; field++) {
        bool moment = source != NULL && (field == source->time || field == source->known);
        TRY(frame_add_column(out, fields[field].name, fields[field].type, &column, err));
        for (int64_t i = 0; i < rows; i++) TRY(push_value(column, i, !moment, err));
    }
    out->row_count = (size_t)rows;
    return true;
}

/// One entity's facts, the last that were exported.
typedef struct Kept {
    Bytes facts;
} Kept;

static bool keep(void *context, uint32_t group, Str key, Str facts, Error *err)
{
    Kept *kept = context;
    (void)group;
    (void)key;
    bytes_clear(&kept->facts);
    return bytes_append_str(&kept->facts, facts, err);
}

static bool find(void *context, uint32_t group, Str key, Str *out, Error *err)
{
    Kept *kept = context;
    (void)group;
    (void)key;
    (void)err;
    *out = bytes_str(&kept->facts);
    return true;
}

static bool run_tables(const Plan *plan, const Frame *tables, Error *err)
{
    static const int64_t AT[REQUESTS] = {3, 100000000};
    AUTO(engine_close) Engine *engine = NULL;
    AUTO(frame_deinit) Frame inputs = {0};
    AUTO(frame_deinit) Frame features = {0};
    AUTO(frame_deinit) Frame served = {0};
    Kept kept = {0};
    FactStore store = {.find = find, .context = &kept};
    EngineOptions options = {.threads = 1};
    TRY(table_fill(plan->inputs, plan->input_count, REQUESTS, NULL, &inputs, err));
    TRY(engine_open(plan, tables, &options, &engine, err));
    bool done = engine_evaluate(engine, &inputs, AT, &features, NULL, err) && engine_export(engine, keep, &kept, err) &&
                // Facts of another group or entity: an error, or some value.
                engine_evaluate_store(plan, &store, &inputs, AT, &served, NULL, err);
    bytes_deinit(&kept.facts);
    return done;
}

static void run(const Plan *plan)
{
    Error err = {0};
    Frame *tables = calloc(plan->source_count + 1, sizeof(*tables));
    CHECK(tables != NULL);
    bool done = plan->main.node_count <= NODES_MAX && plan->input_count <= FIELDS_MAX;
    for (uint32_t i = 0; done && i < plan->source_count; i++) {
        const PlanSource *source = &plan->sources[i];
        done = source->field_count <= FIELDS_MAX &&
               table_fill(source->fields, source->field_count, ROWS, source, &tables[i], &err);
    }
    if (done && !run_tables(plan, tables, &err)) CHECK(err.kind == ERROR_DATA || err.kind == ERROR_MEMORY);
    for (uint32_t i = 0; i < plan->source_count; i++) frame_deinit(&tables[i]);
    free(tables);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(bytes_deinit) Bytes again = {0};
    Error err = {0};
    Str text = {(const char *)data, size};
    if (!plan_decode(text, &plan, &err)) {
        CHECK(err.kind == ERROR_DATA || err.kind == ERROR_MEMORY);
        return 0;
    }
    CHECK(plan_encode(&plan, &again, &err) && str_equal(bytes_str(&again), text));
    run(&plan);
    return 0;
}
