/// Where steps run: what the file says of each, what --executor says of all, and images pinned to what they are now.
#include "pipeline/pipeline_internal.h"

#include "flow/executor.h"

/// pawl's own steps that write into the store themselves, where nothing that runs in a sandbox comes.
static const char *const STAGES_OF_THE_STORE[] = {"online", "register"};

/// Asked for once for each name, so that all steps of a run have the same.
static bool image_is_pinned(const Config *config, Str image, Str *out)
{
    for (size_t i = 0; i < config->step_count; i++) {
        const FlowPlace *place = &config->steps[i].place;
        if (place->image_digest.size == 0 || !str_equal(place->image, image)) continue;
        *out = place->image_digest;
        return true;
    }
    return false;
}

static void image_keep(Config *config, Str image, Str digest)
{
    for (size_t i = 0; i < config->step_count; i++)
        if (str_equal(config->steps[i].place.image, image)) config->steps[i].place.image_digest = digest;
}

static bool image_pin(Pipeline *pipeline, const ConfigStep *step, FlowPlace *place, Error *err)
{
    Error inner = {0};
    if (place->image.size == 0 || image_is_pinned(&pipeline->config, place->image, &place->image_digest)) return true;
    if (executor_image_digest(place->image, &pipeline->arena, &place->image_digest, &inner)) {
        image_keep(&pipeline->config, place->image, place->image_digest);
        return true;
    }
    return document_error(pipeline->config.document, step->image_position, err, inner.kind, "step '%.*s': %s",
                          STR_ARG(step->name), inner.text);
}

bool pipeline_place_command(Pipeline *pipeline, const ConfigStep *step, FlowStep *out, Error *err)
{
    Str executor = pipeline->options.executor;
    bool container = str_equal(executor, STR("container"));
    out->place = step->place;
    // A container needs an image: a step without one runs as it says.
    if (executor.size > 0 && (!container || step->place.image.size > 0)) out->place.executor = executor;
    return image_pin(pipeline, step, &out->place, err);
}

void pipeline_place_stage(const Pipeline *pipeline, FlowStep *out)
{
    if (!str_equal(pipeline->options.executor, STR("sandbox"))) return;
    for (size_t i = 0; i < COUNT_OF(STAGES_OF_THE_STORE); i++)
        if (str_equal(out->kind, str_from(STAGES_OF_THE_STORE[i]))) return;
    out->place.executor = STR("sandbox");
    out->place.network = true;
}
