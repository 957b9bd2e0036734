/// A story's questions asked of the online store too: filled from some of the rows, then from all, then closed and opened again.
/// For tests that are linked with everything.
#ifndef PAWL_NAIVE_SERVED_H
#define PAWL_NAIVE_SERVED_H

#include "naive/story.h"

/// A StoryWitness; `context` is a `const Str *`, a directory for the store.
MUST_CHECK bool served_agrees(void *context, const Case *test, const Frame *expected, const EntityStatus *statuses,
                              Error *err);

/// Begins a story whose questions are asked of a store in the test's directory too.
void story_begin_served(Story *story, void **state);

#endif
