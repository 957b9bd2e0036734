/// Pipelines opened from a text in the test's directory, without a file of their own. Include after support/test.h.
#ifndef PAWL_TESTS_PIPELINE_FIXTURE_H
#define PAWL_TESTS_PIPELINE_FIXTURE_H

#include "pipeline/pipeline_internal.h"
#include "support/test_clock.h"
#include "support/test_directory.h"
#include "support/test_lake.h"

enum { FIXTURE_NOW_US = 1456790400 };

typedef struct Fixture {
    TestClock clock;
    Pipeline pipeline;
} Fixture;

static inline void fixture_deinit(Fixture *fixture)
{
    pipeline_deinit(&fixture->pipeline);
}

static inline PipelineOptions fixture_options(void **state, const char *text)
{
    return (PipelineOptions){.file = test_path(state, "pawl.yaml"), .text = str_from(text), .threads = 1};
}

static inline bool fixture_open(Fixture *fixture, const PipelineOptions *options, Error *err)
{
    *fixture = (Fixture){0};
    test_clock_init(&fixture->clock, FIXTURE_NOW_US);
    return pipeline_open(options, disk_system(), &fixture->clock.clock, &fixture->pipeline, err);
}

static inline void fixture_init(Fixture *fixture, void **state, const char *text)
{
    Error err = {0};
    PipelineOptions options = fixture_options(state, text);
    ASSERT_OK(fixture_open(fixture, &options, &err), err);
}

/// Opened and prepared.
static inline void fixture_prepare(Fixture *fixture, void **state, const char *text)
{
    Error err = {0};
    fixture_init(fixture, state, text);
    ASSERT_OK(pipeline_prepare(&fixture->pipeline, &err), err);
}

static inline const FlowStep *fixture_step(const Fixture *fixture, const char *name)
{
    for (size_t i = 0; i < fixture->pipeline.flow.step_count; i++)
        if (str_equal(fixture->pipeline.flow.steps[i].name, str_from(name))) return &fixture->pipeline.flow.steps[i];
    return NULL;
}

/// Two small sources: trips.csv and zones.csv.
static inline void fixture_files(void **state)
{
    test_write_file(state, "trips.csv",
                    "id,t,u,zone,x\n"
                    "1,2016-01-01 00:00:00,2016-01-01 01:00:00,north,1.5\n"
                    "2,2016-01-02 00:00:00,2016-01-02 01:00:00,south,2.5\n");
    test_write_file(state, "zones.csv", "zone,since\nnorth,2015-01-01 00:00:00\nsouth,2015-01-01 00:00:00\n");
}

#define SOURCES                                                                                                        \
    "sources:\n"                                                                                                       \
    "  trips: {files: trips.csv, time: t, known: {row: t, u: u, x: u}, key: id, expect: {fresh: 1d}}\n"                \
    "  zones: {files: zones.csv, time: since, known: since, key: zone}\n"
#define FEATURES                                                                                                       \
    "features:\n"                                                                                                      \
    "  zone: {from: trips, by: zone, columns: {n: count() over 7d, x: mean(x) over 7d}}\n"
#define DATASET "dataset: {from: trips, at: t, label: x, features: [zone.*], split: {train: 50%, test: 50%}}\n"
#define TRAIN "train: {trainer: linear, seed: 7}\n"
#define EVALUATE "evaluate: {metrics: [rmse]}\n"
#define GATE "gate: {rmse: {at_most: 9}}\n"
#define REGISTER "register: {model: trips, promote: production}\n"
#define STEPS                                                                                                          \
    "steps:\n  notes: {run: cat notes.txt, inputs: [trips, dataset.snapshot], outputs: {text: notes.out}, after: "     \
    "train}\n"
#define WHOLE "pipeline: p\n" SOURCES FEATURES DATASET TRAIN EVALUATE GATE REGISTER STEPS

#endif
