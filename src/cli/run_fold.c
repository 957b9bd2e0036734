#include "cli/run_fold.h"

#include <stdio.h>

#include "base/memory.h"

/// Instances of one step.
typedef struct Group {
    size_t place; ///< of its line, once it has one
    bool placed;
    size_t count;
    size_t states[STEP_STATE_COUNT];
} Group;

typedef struct Fold {
    const RunView *view;
    Map names; ///< "train" to a group
    Group *groups;
    size_t group_count;
    RunViewStep *steps;
    size_t step_count;
    Arena *names_arena;
} Fold;

static void fold_deinit(Fold *fold)
{
    map_deinit(&fold->names);
    memory_free(fold->groups);
    memory_free(fold->steps);
}

/// "train" of "train[3]"; empty: no instance.
static Str base_of(Str name)
{
    size_t bracket = str_find(name, '[');
    return bracket == name.size ? (Str){0} : str_slice(name, 0, bracket);
}

static bool groups_count(Fold *fold, bool *out_any, Error *err)
{
    *out_any = false;
    fold->groups = memory_alloc((fold->view->step_count + 1) * sizeof(Group), err);
    if (fold->groups == NULL) return false;
    for (size_t i = 0; i < fold->view->step_count; i++) {
        const RunViewStep *step = &fold->view->steps[i];
        Str base = base_of(step->name);
        uint64_t group = 0;
        bool fresh = false;
        if (base.size == 0) continue;
        TRY(map_get_or_put(&fold->names, base, fold->group_count, &group, &fresh, err));
        fold->group_count += fresh;
        fold->groups[group].states[step->state]++;
        *out_any = ++fold->groups[group].count >= RUN_FOLD_MIN || *out_any;
    }
    return true;
}

/// What most needs to be seen: what runs, what went wrong, what is still to come.
static StepState state_of(const Group *group)
{
    static const StepState by_weight[] = {STEP_RUNNING, STEP_FAILED,  STEP_REFUSED, STEP_CANCELLED, STEP_PREEMPTED,
                                          STEP_WAITING, STEP_SKIPPED, STEP_DONE,    STEP_CACHED};
    for (size_t i = 0; i < COUNT_OF(by_weight); i++)
        if (group->states[by_weight[i]] > 0) return by_weight[i];
    return STEP_OMITTED;
}

/// "3 running, 1 failed, 5 done".
static void text_of(const Group *group, RunViewStep *out)
{
    size_t used = 0;
    for (int i = 0; i < STEP_STATE_COUNT && used + 40 < sizeof(out->text); i++) {
        if (group->states[i] == 0) continue;
        int size = snprintf(out->text + used, sizeof(out->text) - used, "%s%zu %s", used > 0 ? ", " : "",
                            group->states[i], step_state_name((StepState)i));
        used += (size_t)size;
    }
}

/// The bar shows how many have ended; the time is that of the one that took longest.
static void line_make(const Group *group, Str name, RunViewStep *out)
{
    *out = (RunViewStep){.name = name, .state = state_of(group), .left_us = -1, .seen = true};
    out->total = (double)group->count;
    out->done = (double)(group->count - group->states[STEP_RUNNING] - group->states[STEP_WAITING]);
    text_of(group, out);
}

static bool instance_fold(Fold *fold, Group *group, Str base, const RunViewStep *step, Error *err)
{
    if (!group->placed) {
        Str name = {0};
        TRY(arena_format(fold->names_arena, &name, err, "%.*s[]", STR_ARG(base)));
        group->place = fold->step_count++;
        group->placed = true;
        line_make(group, name, &fold->steps[group->place]);
    }
    RunViewStep *line = &fold->steps[group->place];
    if (step->elapsed_us > line->elapsed_us) line->elapsed_us = step->elapsed_us;
    if (step->changed > line->changed) line->changed = step->changed;
    return true;
}

static bool steps_fold(Fold *fold, Error *err)
{
    fold->steps = memory_alloc((fold->view->step_count + 1) * sizeof(RunViewStep), err);
    if (fold->steps == NULL) return false;
    for (size_t i = 0; i < fold->view->step_count; i++) {
        const RunViewStep *step = &fold->view->steps[i];
        Str base = base_of(step->name);
        uint64_t group = 0;
        bool folded = base.size > 0 && map_get(&fold->names, base, &group) && fold->groups[group].count >= RUN_FOLD_MIN;
        if (folded)
            TRY(instance_fold(fold, &fold->groups[group], base, step, err));
        else
            fold->steps[fold->step_count++] = *step;
    }
    return true;
}

bool run_fold(const RunView *view, Arena *arena, RunViewStep **out, size_t *out_count, Error *err)
{
    AUTO(fold_deinit) Fold fold = {.view = view, .names_arena = arena};
    bool any = false;
    *out = NULL;
    TRY(groups_count(&fold, &any, err));
    if (!any) return true;
    TRY(steps_fold(&fold, err));
    *out = fold.steps;
    *out_count = fold.step_count;
    fold.steps = NULL;
    return true;
}
