#include "flow/commit_internal.h"

/// Whether JSON text is of a value type: its first byte, and for numbers all of it, tell.
static bool json_is(FlowType type, Str json)
{
    char first = json.size == 0 ? 0 : json.data[0];
    bool number = first == '-' || (first >= '0' && first <= '9');
    switch (type) {
    case FLOW_BOOL:
        return str_equal(json, STR("true")) || str_equal(json, STR("false"));
    case FLOW_INT:
        return number && str_find(json, '.') == json.size && str_find(json, 'e') == json.size &&
               str_find(json, 'E') == json.size;
    case FLOW_FLOAT:
        return number;
    case FLOW_TEXT:
        return first == '"';
    default:
        return first == '[';
    }
}

bool commit_check_value(const FlowOutput *output, const StepResult *result, Arena *arena, Str *out_problem, Error *err)
{
    const char *type = flow_type_name(output->type);
    for (size_t i = 0; i < result->value_count; i++) {
        if (!str_equal(result->values[i].name, output->name)) continue;
        if (json_is(output->type, result->values[i].json)) return true;
        return arena_format(arena, out_problem, err, "must be of type %s, and is %.*s", type,
                            STR_ARG(str_slice(result->values[i].json, 0, 60)));
    }
    return arena_format(arena, out_problem, err, "was not given: \"values\" of result.json has none of that name");
}

static bool table_check(const FlowOutput *output, const FlowOptions *options, Str path, Arena *arena,
                        Digest *out_logical, Str *out_problem, Error *err)
{
    Error bad = {0};
    bool named = !digest_equal(out_logical, &(Digest){0});
    if (named || options->table_digest == NULL) return true;
    if (options->table_digest(options->table_digest_context, path, output->file, out_logical, &bad)) return true;
    if (bad.kind != ERROR_DATA) return error_set(err, bad.kind, "%s", bad.text);
    return arena_format(arena, out_problem, err, "is no table: %s", bad.text);
}

/// "is empty", "is a folder, not a file".
static bool file_problem(const Disk *disk, FlowType type, Str path, const DiskStat *stat, Arena *arena, Str *out,
                         Error *err)
{
    DiskNames names = {0};
    bool wants_file = type == FLOW_FILE || type == FLOW_TABLE;
    if (wants_file && stat->is_directory) return arena_copy(arena, STR("is a folder, not a file"), out, err);
    if (type == FLOW_FOLDER && !stat->is_directory) return arena_copy(arena, STR("is a file, not a folder"), out, err);
    if (stat->is_directory) TRY(disk_list(disk, path, arena, &names, err));
    bool empty = stat->is_directory ? names.count == 0 : stat->size == 0;
    return !empty || arena_copy(arena, STR("is empty"), out, err);
}

bool commit_check_file(const Disk *disk, const FlowOutput *output, const FlowOptions *options, Str path, Arena *arena,
                       Digest *out_logical, Str *out_problem, Error *err)
{
    DiskStat stat = {0};
    if (!disk_exists(disk, path)) return arena_copy(arena, STR("was not made"), out_problem, err);
    TRY(disk_stat_link(disk, path, &stat, err));
    TRY(file_problem(disk, output->type, path, &stat, arena, out_problem, err));
    if (output->type != FLOW_TABLE || out_problem->size > 0) return true;
    return table_check(output, options, path, arena, out_logical, out_problem, err);
}
