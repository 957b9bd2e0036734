/// A small world for one test: sources with rows, views, and a question, written in a few lines of text.
///
///     Story story;
///     story_begin(&story);
///     story_source(&story, "events", "k int64, t timestamp_us, x float64", "t", "t", "");
///     story_row(&story, "7 | 10 | 2.5");
///     story_view(&story, "v", "events", "k");
///     story_column(&story, "total", "sum(x) over 1s");
///     story_expect(&story, 11, "7", "v.total", "2.5");
///     story_end(&story);
///
/// Timestamps are written as numbers in their column's unit, nulls as null. A question's inputs are those of the views' keys and
/// declared inputs, in the order given to story_request.
#ifndef PAWL_NAIVE_STORY_H
#define PAWL_NAIVE_STORY_H

#include "naive/agreement.h"
#include "support/test.h"

enum { STORY_SOURCES_MAX = 4, STORY_VIEWS_MAX = 8, STORY_PARTS_MAX = 16 };

/// Asks what was asked in one more way.
typedef bool (*StoryWitness)(void *context, const Case *test, const Frame *expected, const EntityStatus *statuses,
                             Error *err);

typedef struct Story {
    StoryWitness witness; ///< NULL: none
    void *witness_context;
    Arena arena;
    Definition definition;
    SourceDefinition sources[STORY_SOURCES_MAX];
    ViewDefinition views[STORY_VIEWS_MAX];
    Frame tables[STORY_SOURCES_MAX];
    Schema request;
} Story;

void story_begin(Story *story);
void story_end(Story *story);

/// `schema` as in the example; `key` is columns separated by commas, or empty.
void story_source(Story *story, const char *name, const char *schema, const char *time, const char *known,
                  const char *key);

/// Of the last source: column `column` is known when `known` says; rows are retracted where `condition` is true; zone.
void story_known(Story *story, const char *column, const char *known);
void story_deleted(Story *story, const char *condition);
void story_timezone(Story *story, const char *timezone);

/// A row of the last source.
void story_row(Story *story, const char *cells);
void story_row_of(Story *story, size_t source, const char *cells);

/// `by` is expressions separated by ';', or empty.
void story_view(Story *story, const char *name, const char *from, const char *by);

/// The last view's rows are those of `source` too.
void story_with(Story *story, const char *source);

/// One more part of the last view's `by`: `rows` (empty: what `name` names) matched with `request`.
void story_link(Story *story, const char *name, const char *rows, const char *request);

/// Of the last view.
void story_column(Story *story, const char *name, const char *expression);
void story_input(Story *story, const char *name, const char *type);
ViewDefinition *story_last_view(Story *story);

/// What requests carry: "k int64, ...".
void story_request(Story *story, const char *schema);

/// Asks all ways at once (naive/agreement.h), and that the feature's value reads as `expected`.
void story_expect(Story *story, int64_t at, const char *inputs, const char *feature, const char *expected);

/// Several requests at once: `at`, `inputs` and `expected` have `count` items.
void story_expect_each(Story *story, size_t count, const int64_t *at, const char *const *inputs, const char *feature,
                       const char *const *expected);

/// Of the entity in the plan's group `group`.
void story_expect_status(Story *story, int64_t at, const char *inputs, size_t group, EntityStatus expected);

/// What a failing allocation must leave whole: the plan is compiled before, all else is the work. Of one request, "k int64".
typedef struct StoryAsked {
    const Plan *plan;
    const Story *story;
    Frame inputs; ///< the caller frees them
} StoryAsked;

void story_ask(Story *story, int64_t k, Plan *plan, StoryAsked *out);

/// The engine cannot be opened: an ERROR_DATA that contains `part`.
void story_expect_refused(Story *story, const char *part);

#endif
