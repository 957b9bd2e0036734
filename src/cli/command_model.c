#include "cli/commands.h"
#include "cli/model_fits.h"

#include "evaluate/evaluation.h"
#include "registry/registry.h"
#include "sys/environment.h"
#include "sys/unique_name.h"
#include "text/json.h"
#include "text/json_writer.h"
#include "text/table.h"
#include "text/timestamp.h"

typedef bool (*ModelVerb)(Invocation *invocation, Store *store, Bytes *out, Error *err);

/// `fits`: what its transforms learned, as JSON; empty: not said.
static bool version_json(JsonWriter *json, const ModelVersion *version, Str fits, Error *err)
{
    TRY(json_object_begin(json, err));
    TRY(json_field_str(json, STR("model"), version->model, err));
    TRY(json_field_int(json, STR("version"), version->version, err));
    TRY(json_field_str(json, STR("digest"), str_from(digest_hex(&version->digest).text), err));
    TRY(json_field_str(json, STR("package"), str_from(digest_hex(&version->package).text), err));
    TRY(json_field_int(json, STR("created_us"), version->created_us, err));
    TRY(json_field_str(json, STR("run"), version->run, err));
    TRY(json_field_str(json, STR("verdict"), version->verdict, err));
    TRY(json_field_array(json, STR("aliases"), err));
    for (size_t i = 0; i < version->alias_count; i++) TRY(json_str(json, version->aliases[i], err));
    TRY(json_array_end(json, err));
    TRY(json_key(json, STR("metadata"), err));
    TRY(json_raw(json, version->metadata.size > 0 ? version->metadata : STR("{}"), err));
    if (fits.size > 0) {
        TRY(json_key(json, STR("transforms"), err));
        TRY(json_raw(json, fits, err));
    }
    return json_object_end(json, err);
}

static bool aliases_join(const ModelVersion *version, Bytes *out, Error *err)
{
    for (size_t i = 0; i < version->alias_count; i++)
        TRY(bytes_append_format(out, err, "%s%.*s", i > 0 ? ", " : "", STR_ARG(version->aliases[i])));
    return true;
}

static bool version_row(Table *table, const ModelVersion *version, Error *err)
{
    AUTO(bytes_deinit) Bytes aliases = {0};
    TRY(aliases_join(version, &aliases, err));
    TRY(table_cell_format(table, err, "%.*s@%lld", STR_ARG(version->model), (long long)version->version));
    TRY(table_cell(table, version->verdict, err));
    TRY(table_cell(table, bytes_str(&aliases), err));
    TRY(table_cell(table, str_from(timestamp_format(version->created_us / 1000000 * 1000000).text), err));
    TRY(table_cell_format(table, err, "%.12s", digest_hex(&version->digest).text));
    return table_cell(table, version->run, err);
}

static bool versions_text(const ModelVersion *versions, size_t count, Bytes *out, Error *err)
{
    static const char *const titles[] = {"model", "gate", "aliases", "registered", "digest", "run"};
    AUTO(table_deinit) Table table = {0};
    for (size_t i = 0; i < COUNT_OF(titles); i++) TRY(table_column(&table, str_from(titles[i]), TABLE_LEFT, err));
    for (size_t i = 0; i < count; i++) TRY(version_row(&table, &versions[i], err));
    return table_write(&table, 0, out, err);
}

static bool versions_json(const ModelVersion *versions, size_t count, Str fits, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_PRETTY);
    TRY(json_array_begin(&json, err));
    for (size_t i = 0; i < count; i++) TRY(version_json(&json, &versions[i], fits, err));
    TRY(json_array_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}

static bool model_list(Invocation *invocation, Store *store, Bytes *out, Error *err)
{
    ModelVersion *versions = NULL;
    size_t count = 0;
    if (invocation->word_count > 1)
        TRY(registry_versions(store, invocation->words[1], &invocation->arena, &versions, &count, err));
    else
        TRY(registry_models(store, &invocation->arena, &versions, &count, err));
    if (invocation->json) return versions_json(versions, count, (Str){0}, out, err);
    if (count == 0) return bytes_append_str(out, STR("no models yet; 'pawl run' registers one\n"), err);
    return versions_text(versions, count, out, err);
}

static bool one_find(Invocation *invocation, Store *store, ModelVersion *out, Error *err)
{
    if (invocation->word_count < 2)
        return error_set(err, ERROR_USAGE, "name a model: MODEL, MODEL@VERSION or MODEL@ALIAS");
    return registry_find(store, invocation->words[1], &invocation->arena, out, err);
}

/// A scalar of the metadata as a line of text.
static bool metadata_line(const Node *metadata, const char *key, Bytes *out, Error *err)
{
    const Node *node = node_get(metadata, str_from(key));
    if (node == NULL || !node_is_scalar(node)) return true;
    return bytes_append_format(out, err, "  %-16s %.*s\n", key, STR_ARG(node->text));
}

static bool metadata_text(Invocation *invocation, const ModelVersion *version, Bytes *out, Error *err)
{
    static const char *const keys[] = {"trainer", "seed", "library", "reproducibility", "plan", "snapshot", "code"};
    Document document = {0};
    TRY(json_parse(STR("metadata"), version->metadata, &invocation->arena, &document, err));
    for (size_t i = 0; i < COUNT_OF(keys); i++) TRY(metadata_line(document.root, keys[i], out, err));
    return true;
}

/// What the gate saw of it, from the evaluation that its metadata names.
static bool evaluation_text(Invocation *invocation, Store *store, const ModelVersion *version, Bytes *out, Error *err)
{
    AUTO(evaluation_deinit) Evaluation evaluation = {0};
    Document document = {0};
    Str hex = {0};
    Str path = {0};
    Digest digest = {0};
    TRY(json_parse(STR("metadata"), version->metadata, &invocation->arena, &document, err));
    if (node_get(document.root, STR("evaluation")) == NULL) return true;
    TRY(node_get_str(document.root, STR("evaluation"), &hex, err));
    TRY(digest_parse(hex, &digest, err));
    TRY(object_path(store, &digest, &invocation->arena, &path, err));
    TRY(evaluation_read(invocation->disk, path, &evaluation, err));
    TRY(bytes_append_byte(out, '\n', err));
    return evaluation_format(&evaluation, out, err);
}

static bool model_show(Invocation *invocation, Store *store, Bytes *out, Error *err)
{
    AUTO(bytes_deinit) Bytes fits = {0};
    ModelVersion version = {0};
    TRY(one_find(invocation, store, &version, err));
    TRY(model_fits_read(invocation, store, &version, &fits, err));
    if (invocation->json) return versions_json(&version, 1, bytes_str(&fits), out, err);
    TRY(versions_text(&version, 1, out, err));
    TRY(bytes_append_byte(out, '\n', err));
    TRY(metadata_text(invocation, &version, out, err));
    TRY(model_fits_text(bytes_str(&fits), out, err));
    return evaluation_text(invocation, store, &version, out, err);
}

static Str alias_or_default(const Invocation *invocation)
{
    Str alias = option_text(invocation, "alias");
    return alias.size > 0 ? alias : STR("production");
}

/// A move that a person asked for has a name of its own, so each request is one move.
static bool event_name(Invocation *invocation, Str *out, Error *err)
{
    UniqueName unique = {0};
    TRY(unique_name_draw(&unique, err));
    return arena_format(&invocation->arena, out, err, "person/%s", unique.text);
}

static Str reason_or(const Invocation *invocation, Str otherwise)
{
    Str reason = option_text(invocation, "reason");
    return reason.size > 0 ? reason : otherwise;
}

static bool moved_text(const Invocation *invocation, Str model, Str alias, int64_t version, Bytes *out, Error *err)
{
    if (invocation->json)
        return bytes_append_format(out, err, "{\"model\":\"%.*s\",\"alias\":\"%.*s\",\"version\":%lld}\n",
                                   STR_ARG(model), STR_ARG(alias), (long long)version);
    return bytes_append_format(out, err, "%.*s@%lld is %.*s now\n", STR_ARG(model), (long long)version, STR_ARG(alias));
}

static bool model_promote(Invocation *invocation, Store *store, Bytes *out, Error *err)
{
    ModelVersion version = {0};
    Promotion promotion = {.alias = alias_or_default(invocation),
                           .reason = reason_or(invocation, STR("promoted by hand"))};
    TRY(one_find(invocation, store, &version, err));
    if (!str_equal(version.verdict, str_from(verdict_name(VERDICT_PASS))) && !option_given(invocation, "force"))
        return error_set(
            err, ERROR_REFUSED,
            "the gate says '%.*s' of %.*s@%lld; nothing worse is promoted. To overrule it: --force --reason TEXT",
            STR_ARG(version.verdict), STR_ARG(version.model), (long long)version.version);
    if (option_given(invocation, "force") && option_text(invocation, "reason").size == 0)
        return error_set(err, ERROR_USAGE, "--force needs a --reason: the ledger keeps it");
    promotion.model = version.model;
    promotion.version = version.version;
    TRY(registry_alias(store, version.model, promotion.alias, &promotion.expected, err));
    TRY(event_name(invocation, &promotion.event, err));
    TRY(registry_promote(store, &promotion, err));
    return moved_text(invocation, version.model, promotion.alias, version.version, out, err);
}

static bool model_rollback(Invocation *invocation, Store *store, Bytes *out, Error *err)
{
    Str event = {0};
    Str alias = alias_or_default(invocation);
    int64_t version = 0;
    if (invocation->word_count < 2) return error_set(err, ERROR_USAGE, "name a model");
    TRY(event_name(invocation, &event, err));
    TRY(registry_rollback(store, invocation->words[1], alias, event, reason_or(invocation, STR("rolled back by hand")),
                          &version, err));
    return moved_text(invocation, invocation->words[1], alias, version, out, err);
}

static bool ledger_row(Table *table, const LedgerEntry *entry, Error *err)
{
    TRY(table_cell_format(table, err, "%lld", (long long)entry->sequence));
    TRY(table_cell(table, str_from(timestamp_format(entry->time_us / 1000000 * 1000000).text), err));
    TRY(table_cell(table, entry->kind, err));
    TRY(table_cell(table, entry->model, err));
    TRY(table_cell(table, entry->alias, err));
    if (entry->before == REGISTRY_NO_VERSION)
        TRY(table_cell_format(table, err, "-> %lld", (long long)entry->version));
    else
        TRY(table_cell_format(table, err, "%lld -> %lld", (long long)entry->before, (long long)entry->version));
    return table_cell(table, entry->reason, err);
}

static bool ledger_json(const LedgerEntry *entries, size_t count, Bytes *out, Error *err)
{
    JsonWriter json = json_writer(out, JSON_PRETTY);
    TRY(json_array_begin(&json, err));
    for (size_t i = 0; i < count; i++) {
        TRY(json_object_begin(&json, err));
        TRY(json_field_int(&json, STR("sequence"), entries[i].sequence, err));
        TRY(json_field_int(&json, STR("time_us"), entries[i].time_us, err));
        TRY(json_field_str(&json, STR("kind"), entries[i].kind, err));
        TRY(json_field_str(&json, STR("model"), entries[i].model, err));
        TRY(json_field_str(&json, STR("alias"), entries[i].alias, err));
        TRY(json_field_int(&json, STR("before"), entries[i].before, err));
        TRY(json_field_int(&json, STR("version"), entries[i].version, err));
        TRY(json_field_str(&json, STR("event"), entries[i].event, err));
        TRY(json_field_str(&json, STR("reason"), entries[i].reason, err));
        TRY(json_field_str(&json, STR("evidence"), str_from(digest_hex(&entries[i].evidence).text), err));
        TRY(json_object_end(&json, err));
    }
    TRY(json_array_end(&json, err));
    return bytes_append_byte(out, '\n', err);
}

static bool model_ledger(Invocation *invocation, Store *store, Bytes *out, Error *err)
{
    static const char *const titles[] = {"#", "when", "what", "model", "alias", "version", "why"};
    AUTO(table_deinit) Table table = {0};
    LedgerEntry *entries = NULL;
    size_t count = 0;
    Str model = invocation->word_count > 1 ? invocation->words[1] : (Str){0};
    TRY(registry_ledger(store, model, &invocation->arena, &entries, &count, err));
    if (invocation->json) return ledger_json(entries, count, out, err);
    for (size_t i = 0; i < COUNT_OF(titles); i++)
        TRY(table_column(&table, str_from(titles[i]), i == 0 ? TABLE_RIGHT : TABLE_LEFT, err));
    for (size_t i = 0; i < count; i++) TRY(ledger_row(&table, &entries[i], err));
    return table_write(&table, terminal_width(invocation->out, 0), out, err);
}

typedef struct VerbRow {
    Str name;
    ModelVerb run;
} VerbRow;

static const VerbRow verbs[] = {
    {STR_INIT("list"), model_list},         {STR_INIT("show"), model_show},     {STR_INIT("promote"), model_promote},
    {STR_INIT("rollback"), model_rollback}, {STR_INIT("ledger"), model_ledger},
};

static bool verb_find(Str name, ModelVerb *out, Error *err)
{
    Str names[COUNT_OF(verbs)];
    for (size_t i = 0; i < COUNT_OF(verbs); i++) {
        names[i] = verbs[i].name;
        if (!str_equal(verbs[i].name, name)) continue;
        *out = verbs[i].run;
        return true;
    }
    Str nearest = str_nearest(name, names, COUNT_OF(verbs));
    if (nearest.size > 0)
        return error_set(err, ERROR_USAGE, "pawl model has no '%.*s'; did you mean '%.*s'?", STR_ARG(name),
                         STR_ARG(nearest));
    return error_set(err, ERROR_USAGE, "pawl model has no '%.*s'; known are: list, show, promote, rollback, ledger",
                     STR_ARG(name));
}

static bool run(Invocation *invocation, Error *err)
{
    AUTO(store_deinit) Store store = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    ModelVerb verb = NULL;
    TRY(verb_find(invocation->words[0], &verb, err));
    TRY(command_store(invocation, &store, err));
    TRY(verb(invocation, &store, &text, err));
    return command_print(invocation, &text, err);
}

static const Option options[] = {
    {"alias", "NAME", "promote, rollback: the alias to move (default: production)"},
    {"reason", "TEXT", "promote, rollback: why, for the ledger"},
    {"force", NULL, "promote: overrule the gate; needs a reason"},
    {NULL, NULL, NULL},
};

const Command command_model = {
    .name = "model",
    .words = "list [MODEL] | show MODEL[@VERSION] | promote MODEL@VERSION | rollback MODEL | ledger [MODEL]",
    .summary = "list, show, promote and roll back models; read the ledger",
    .options = options,
    .word_min = 1,
    .word_max = 2,
    .run = run,
};
