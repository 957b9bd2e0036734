#include "api/pawl_internal.h"

#include "base/memory.h"
#include "frame/arrow_import.h"

static void tables_release(const PawlTable *tables, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (tables[i].rows->release != NULL) tables[i].rows->release(tables[i].rows);
    }
}

static size_t plan_source_find(const Plan *plan, Str name)
{
    for (uint32_t i = 0; i < plan->source_count; i++) {
        if (str_equal(plan->sources[i].name, name)) return i;
    }
    return SIZE_MAX;
}

static bool table_given_twice(const PawlTable *tables, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (str_equal(str_from(tables[k].name), str_from(tables[i].name))) return true;
    }
    return false;
}

/// Tables that the plan does not read are released unread.
static bool tables_read(PawlEngine *engine, const PawlTable *tables, size_t count, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        size_t source = plan_source_find(engine->plan, str_from(tables[i].name));
        if (table_given_twice(tables, i))
            return error_set(err, ERROR_USAGE, "source '%s' was given two tables", tables[i].name);
        if (source == SIZE_MAX) continue;
        TRY_OR(arrow_import_stream(tables[i].rows, &engine->tables[source], err), err, "source '%s'", tables[i].name);
    }
    return true;
}

static bool tables_check(const PawlEngine *engine, const PawlTable *tables, size_t count, Error *err)
{
    for (uint32_t i = 0; i < engine->plan->source_count; i++) {
        Str name = engine->plan->sources[i].name;
        bool given = false;
        for (size_t k = 0; k < count; k++) given |= str_equal(str_from(tables[k].name), name);
        if (!given) return error_set(err, ERROR_USAGE, "source '%.*s' was given no table", STR_ARG(name));
    }
    return true;
}

static bool engine_fill(PawlEngine *engine, const PawlTable *tables, size_t count, const EngineOptions *options,
                        Error *err)
{
    engine->table_count = engine->plan->source_count;
    engine->tables = memory_alloc_array(engine->table_count + 1, sizeof(Frame), err);
    TRY(engine->tables != NULL);
    TRY(tables_check(engine, tables, count, err));
    TRY(tables_read(engine, tables, count, err));
    return engine_open(engine->plan, engine->tables, options, &engine->engine, err);
}

bool pawl_engine_open(const PawlPlan *plan, const PawlTable *tables, size_t table_count,
                      const PawlEngineOptions *options, PawlEngine **out, PawlError *err)
{
    Error error = {0};
    EngineOptions engine_options = {.threads = options == NULL ? 0 : options->threads};
    PawlEngine *engine = memory_alloc(sizeof(*engine), &error);
    bool done = engine != NULL;
    if (done) {
        engine->plan = &plan->plan;
        done = engine_fill(engine, tables, table_count, &engine_options, &error);
    }
    tables_release(tables, table_count);
    if (done) {
        *out = engine;
        return true;
    }
    pawl_engine_close(engine);
    return pawl_refuse(&error, err);
}

void pawl_engine_close(PawlEngine *engine)
{
    if (engine == NULL) return;
    if (engine->engine != NULL) engine_close(&engine->engine);
    for (size_t i = 0; engine->tables != NULL && i < engine->table_count; i++) frame_deinit(&engine->tables[i]);
    memory_free(engine->tables);
    memory_free(engine);
}

static bool engine_answer(const Engine *engine, struct ArrowArrayStream *stream, struct ArrowArrayStream *out,
                          Error *err)
{
    AUTO(requests_deinit) Requests requests = {0};
    AUTO(frame_deinit) Frame features = {0};
    TRY(requests_read(stream, &requests, err));
    TRY(engine_evaluate(engine, &requests.frame, requests.at, &features, NULL, err));
    return features_hand_out(&features, out, err);
}

bool pawl_engine_compute(const PawlEngine *engine, struct ArrowArrayStream *requests, struct ArrowArrayStream *out,
                         PawlError *err)
{
    Error error = {0};
    return engine_answer(engine->engine, requests, out, &error) || pawl_refuse(&error, err);
}
