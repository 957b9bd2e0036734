#include "support/engine_seen.h"

#include "frame/frame_digest.h"

void engine_seen_deinit(EngineSeen *seen)
{
    bytes_deinit(&seen->facts);
}

static bool see_facts(void *context, uint32_t group, Str key, Str facts, Error *err)
{
    EngineSeen *seen = context;
    TRY(bytes_append_u32(&seen->facts, group, err));
    TRY(bytes_append_str(&seen->facts, key, err));
    return bytes_append_str(&seen->facts, facts, err);
}

bool engine_see(const Engine *engine, const Frame *questions, const int64_t *at, EngineSeen *out, Error *err)
{
    AUTO(frame_deinit) Frame features = {0};
    TRY(engine_evaluate(engine, questions, at, &features, NULL, err));
    TRY(frame_digest(&features, &out->features, err));
    return engine_export(engine, see_facts, out, err);
}

bool engine_seen_same(const EngineSeen *left, const EngineSeen *right)
{
    return digest_equal(&left->features, &right->features) &&
           str_equal(bytes_str(&left->facts), bytes_str(&right->facts));
}
