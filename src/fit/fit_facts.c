/// fits.json: [{"call":"scale","learned":"centre 3.25, spread 1.5","what":"transform 'distance'"}].
#include "fit/fit.h"
#include "text/json.h"
#include "text/json_writer.h"

enum { FIT_FACTS_MAX = 1 << 16 };

bool fit_facts_encode(const FitFact *facts, size_t count, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_CANONICAL);
    TRY(json_array_begin(&json, err));
    for (size_t i = 0; i < count; i++) {
        TRY(json_object_begin(&json, err));
        TRY(json_field_str(&json, STR("call"), facts[i].call, err));
        TRY(json_field_str(&json, STR("learned"), facts[i].learned, err));
        TRY(json_field_str(&json, STR("what"), facts[i].what, err));
        TRY(json_object_end(&json, err));
    }
    return json_array_end(&json, err);
}

static bool read_text(const Node *map, Str key, Arena *arena, Str *out, Error *err)
{
    const Node *node = NULL;
    Str text = {0};
    TRY(node_need(map, key, &node, err));
    TRY(node_str(node, &text, err));
    return arena_copy(arena, text, out, err);
}

static bool read_fact(const Node *node, Arena *arena, FitFact *out, Error *err)
{
    TRY(NODE_CHECK_KEYS(node, err, "call", "learned", "what"));
    TRY(read_text(node, STR("call"), arena, &out->call, err));
    TRY(read_text(node, STR("learned"), arena, &out->learned, err));
    return read_text(node, STR("what"), arena, &out->what, err);
}

bool fit_facts_decode(Str text, Arena *arena, FitFact **out, size_t *out_count, Error *err)
{
    AUTO(arena_deinit) Arena scratch = {0};
    Document document = {0};
    TRY(json_parse(STR("fits.json"), text, &scratch, &document, err));
    TRY(node_expect(document.root, NODE_LIST, err));
    size_t count = node_count(document.root);
    if (count > FIT_FACTS_MAX) return node_error(document.root, err, "too many items");
    FitFact *facts = arena_alloc_array(arena, count, sizeof(FitFact), err);
    if (facts == NULL) return false;
    for (size_t i = 0; i < count; i++) TRY(read_fact(node_at(document.root, i), arena, &facts[i], err));
    *out = facts;
    *out_count = count;
    return true;
}
