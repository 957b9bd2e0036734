/// A plan over a small table, the engine and the online store filled from it, and requests by hand. Include after support/test.h.
#ifndef PAWL_TESTS_SERVE_FIXTURE_H
#define PAWL_TESTS_SERVE_FIXTURE_H

#include "serve/answer.h"
#include "support/frame_text.h"
#include "support/plan_text.h"
#include "support/test_directory.h"
#include "sys/disk.h"

typedef struct ServeCase {
    Plan plan;
    Frame table;
    Engine *engine;
    KeyValue *online;
} ServeCase;

static inline const KeyValueKind *serve_kind(void)
{
    return key_value_find(STR("lmdb"));
}

static inline void serve_case_deinit(ServeCase *test)
{
    engine_close(&test->engine);
    frame_deinit(&test->table);
    plan_deinit(&test->plan);
    if (test->online != NULL) serve_kind()->close(&test->online);
}

static inline void serve_case_publish(ServeCase *test)
{
    Error err = {0};
    Digest data = {0};
    bool changed = false;
    ASSERT_OK(online_publish(serve_kind(), test->online, &test->plan, test->engine, &data, &changed, &err), err);
    assert_true(changed);
}

/// The store is opened in the test's directory "online", and filled.
static inline void serve_case_init(ServeCase *test, void **state, const char *plan, const char *rows)
{
    const EngineOptions options = {.threads = 1};
    Error err = {0};
    *test = (ServeCase){0};
    plan_text_compile(plan, &test->plan);
    frame_text_read(rows, &test->table);
    ASSERT_OK(engine_open(&test->plan, &test->table, &options, &test->engine, &err), err);
    ASSERT_OK(disk_make_directories(disk_system(), test_path(state, "online"), &err), err);
    ASSERT_OK(serve_kind()->open(test_path(state, "online"), false, &test->online, &err), err);
    serve_case_publish(test);
}

#endif
