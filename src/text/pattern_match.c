/// Runs a pattern: a list of threads, each at one step, all at the same character; in the order in which the pattern prefers them.
#include <string.h>

#include "text/pattern_internal.h"
#include "text/utf8.h"

enum { SLOTS = 2 * PATTERN_GROUPS_MAX };

typedef struct Thread {
    uint32_t step;
    uint32_t slots[SLOTS]; ///< places; texts are shorter than 2^32
} Thread;

typedef struct ThreadList {
    Thread threads[PATTERN_STEPS_MAX];
    uint32_t count;
} ThreadList;

typedef struct Run {
    const Pattern *pattern;
    Str text;
    uint32_t marks[PATTERN_STEPS_MAX]; ///< the generation in which a step was last added
    uint32_t generation;
    ThreadList lists[2];
    Thread pending[PATTERN_STEPS_MAX + 1]; ///< steps still to be followed
} Run;

static bool class_holds(const CharacterClass *class, uint32_t code)
{
    bool inside = false;
    for (uint32_t i = 0; i < class->range_count && !inside; i++)
        inside = code >= class->ranges[i].first && code <= class->ranges[i].last;
    return inside != class->negated;
}

/// Bytes of the character at `at`; what is not UTF-8 is a character of one byte beyond all code points.
static size_t character_at(Str text, size_t at, uint32_t *out_code)
{
    size_t size = utf8_decode(text, at, out_code);
    if (size > 0) return size;
    *out_code = 0x110000 + (uint8_t)text.data[at];
    return 1;
}

/// Where a step leads without a character; a step that takes one, or matches, is added to the list.
static uint32_t follow(Run *run, ThreadList *list, Thread *thread, size_t at, Thread *second)
{
    const Step *step = &run->pattern->steps[thread->step];
    switch (step->kind) {
    case STEP_JUMP:
        return step->first;
    case STEP_SAVE:
        thread->slots[step->first] = (uint32_t)at;
        return thread->step + 1;
    case STEP_BEGIN:
        return at == 0 ? thread->step + 1 : UINT32_MAX;
    case STEP_END:
        return at == run->text.size ? thread->step + 1 : UINT32_MAX;
    case STEP_SPLIT:
        *second = *thread;
        second->step = step->second;
        return step->first;
    default:
        list->threads[list->count++] = *thread;
        return UINT32_MAX;
    }
}

/// Adds all steps that the thread reaches at `at`, the preferred first; each step once.
static void add_thread(Run *run, ThreadList *list, const Thread *start, size_t at)
{
    uint32_t count = 0;
    run->pending[count++] = *start;
    while (count > 0) {
        Thread thread = run->pending[--count];
        while (thread.step != UINT32_MAX && run->marks[thread.step] != run->generation) {
            Thread second = {.step = UINT32_MAX};
            run->marks[thread.step] = run->generation;
            thread.step = follow(run, list, &thread, at, &second);
            if (second.step != UINT32_MAX) run->pending[count++] = second;
        }
    }
}

/// Lets every thread take the character; true when one matched, which ends those that it is preferred to.
static bool run_step(Run *run, const ThreadList *now, ThreadList *next, size_t at, uint32_t code, size_t size,
                     Thread *out)
{
    next->count = 0;
    run->generation++;
    for (uint32_t i = 0; i < now->count; i++) {
        const Thread *thread = &now->threads[i];
        const Step *step = &run->pattern->steps[thread->step];
        if (step->kind == STEP_MATCH) {
            *out = *thread;
            return true;
        }
        if (size == 0 || !class_holds(&step->class, code)) continue;
        Thread moved = *thread;
        moved.step++;
        add_thread(run, next, &moved, at + size);
    }
    return false;
}

static void run_pattern(Run *run, size_t from, Thread *out, bool *out_found)
{
    ThreadList *now = &run->lists[0];
    ThreadList *next = &run->lists[1];
    Thread start;
    memset(&start, 0xff, sizeof(start));
    start.step = 0;
    run->generation = 1;
    for (size_t at = from;;) {
        uint32_t code = 0;
        size_t size = at < run->text.size ? character_at(run->text, at, &code) : 0;
        if (!*out_found) add_thread(run, now, &start, at);
        if (now->count == 0 && *out_found) return;
        *out_found |= run_step(run, now, next, at, code, size, out);
        if (size == 0) return;
        at += size;
        ThreadList *spare = now;
        now = next;
        next = spare;
    }
}

bool pattern_find(const Pattern *pattern, Str text, size_t from, PatternMatch *out)
{
    Run run;
    Thread thread;
    bool found = false;
    if (text.size >= UINT32_MAX || from > text.size) return false;
    run.pattern = pattern;
    run.text = text;
    run.lists[0].count = 0;
    memset(run.marks, 0, pattern->step_count * sizeof(*run.marks));
    run_pattern(&run, from, &thread, &found);
    for (uint32_t i = 0; found && i < PATTERN_GROUPS_MAX; i++) {
        bool there = i < pattern->group_count && thread.slots[2 * i + 1] != UINT32_MAX;
        out->begin[i] = there ? thread.slots[2 * i] : SIZE_MAX;
        out->end[i] = there ? thread.slots[2 * i + 1] : SIZE_MAX;
    }
    return found;
}
