#include "flow/lookup_internal.h"

/// What the run made of these params before; empty: nothing.
static bool lookup_recall(const FlowStep *step, Lookup *lookup, Digest *out_from, Error *err)
{
    TRY(digest_of(step->params, out_from, err));
    bool same = lookup->resolved.params.size > 0 && digest_equal(&lookup->resolved.from, out_from);
    if (!same) lookup->resolved = (Resolved){0};
    return true;
}

static bool lookup_resolve(const FlowStep *step, const FlowOptions *options, const StepValue *values,
                           size_t value_count, Arena *arena, Lookup *lookup, Error *err)
{
    AUTO(bytes_deinit) Bytes params = {0};
    Digest from = {0};
    TRY(lookup_recall(step, lookup, &from, err));
    if (lookup->resolved.params.size > 0) return true;

    TRY(bytes_append_str(&params, step->params, err));
    TRY(options->resolve(options->resolve_context, step, values, value_count, &params, err));
    if (str_equal(bytes_str(&params), step->params)) return true;
    lookup->resolved.from = from;
    return arena_copy(arena, bytes_str(&params), &lookup->resolved.params, err);
}

bool lookup_key(const FlowStep *step, const FlowOptions *options, const StepArtifact *inputs, const StepValue *values,
                size_t value_count, Arena *arena, Lookup *lookup, Error *err)
{
    if (options->resolve != NULL) {
        TRY_OR(lookup_resolve(step, options, values, value_count, arena, lookup, err), err, "step '%.*s'",
               STR_ARG(step->name));
    }
    lookup->params = lookup->resolved.params.size > 0 ? lookup->resolved.params : step->params;
    if (lookup->params.size == 0) lookup->params = STR("{}");
    return step_key_make(step, lookup->params, inputs, arena, &lookup->key, err);
}

bool lookup_outputs(Journal *journal, int64_t result, Arena *arena, StepArtifact **out, size_t *out_count,
                    bool *out_intact, Error *err)
{
    bool intact = true;
    TRY(journal_read_outputs(journal, result, arena, out, out_count, err));
    for (size_t i = 0; i < *out_count; i++) intact = intact && object_is_intact(journal->store, &(*out)[i].digest);
    *out_intact = intact;
    return true;
}

const StepArtifact *lookup_output(const StepArtifact *outputs, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal(outputs[i].name, name)) return &outputs[i];
    }
    return NULL;
}

bool lookup_value(Journal *journal, int64_t result, Str name, Arena *arena, Str *out, Error *err)
{
    StepValue *values = NULL;
    size_t count = 0;
    *out = (Str){0};
    TRY(journal_read_values(journal, result, arena, &values, &count, err));
    for (size_t i = 0; i < count; i++)
        if (str_equal(values[i].name, name)) *out = values[i].json;
    return true;
}

bool lookup_input(Journal *journal, const FlowInput *input, int64_t result, const StepArtifact *outputs,
                  size_t output_count, Arena *arena, StepArtifact *out, Error *err)
{
    const StepArtifact *output = lookup_output(outputs, output_count, input->output);
    *out = (StepArtifact){.name = input->name};
    if (output != NULL) {
        out->digest = output->digest;
        out->logical = output->logical;
        return true;
    }
    TRY(lookup_value(journal, result, input->output, arena, &out->value, err));
    CHECK(out->value.size > 0);
    TRY(digest_of(out->value, &out->digest, err));
    out->logical = out->digest;
    return true;
}

static bool lookup_reason(Journal *journal, const Flow *flow, const FlowStep *step, Arena *arena, Lookup *lookup,
                          Error *err)
{
    Str before = {0};
    TRY(journal_last_document(journal, flow->name, step->name, arena, &before, err));
    if (before.size == 0) {
        lookup->reason = STR("never run before");
        return true;
    }
    TRY(key_difference(before, lookup->key.document, arena, &lookup->reason, err));
    if (lookup->reason.size == 0) lookup->reason = STR("the last attempt with the same key has no result to use");
    return true;
}

bool lookup_cache(Journal *journal, const Flow *flow, const FlowStep *step, Arena *arena, Lookup *lookup, Error *err)
{
    int64_t result = 0;
    bool intact = false;
    if (step->uncached || step->on != ON_SUCCESS) {
        lookup->reason = STR("runs every time");
        return true;
    }
    TRY(journal_find_cached(journal, &lookup->key.digest, &result, err));
    if (result == 0) return lookup_reason(journal, flow, step, arena, lookup, err);
    TRY(lookup_outputs(journal, result, arena, &lookup->outputs, &lookup->output_count, &intact, err));
    lookup->result = intact ? result : 0;
    if (!intact) lookup->reason = STR("its cached outputs are gone or were altered");
    return true;
}
