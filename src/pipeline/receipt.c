#include "pipeline/receipt.h"

#include "base/version.h"
#include "pipeline/pipeline.h"
#include "sys/environment.h"
#include "text/document.h"

enum { RECEIPT_VERSION = 1, RECEIPT_BYTES_MAX = 1 << 30, RECEIPT_PATH_BYTES_MAX = 1 << 14 };

void receipt_paths_deinit(ReceiptPaths *paths)
{
    memory_free(paths->items.items);
    map_deinit(&paths->known);
    *paths = (ReceiptPaths){0};
}

bool receipt_saw(ReceiptPaths *paths, Str path, bool is_file, Arena *arena, Error *err)
{
    uint64_t place = 0;
    Str kept = is_file ? path : path_directory(path);
    if (map_get(&paths->known, kept, &place)) return true;
    TRY(arena_copy(arena, kept, &kept, err));
    TRY(map_put(&paths->known, kept, paths->items.count, err));
    return ARRAY_PUSH(&paths->items, kept, err);
}

/// What was asked: this pawl, that file, its text, and the settings of the command line.
static bool question_digest(const PipelineOptions *options, Str directory, Str text, Digest *out, Error *err)
{
    AUTO(sha256_deinit) Sha256 hash = {0};
    const Str parts[] = {str_from(version_code_digest()), directory, path_name(options->file), text};
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        TRY(sha256_update(&hash, &parts[i].size, sizeof(parts[i].size), err));
        TRY(sha256_update_str(&hash, parts[i], err));
    }
    for (size_t i = 0; i < options->setting_count; i++) {
        const ConfigSetting *setting = &options->settings[i];
        TRY(sha256_update(&hash, &setting->name.size, sizeof(setting->name.size), err));
        TRY(sha256_update_str(&hash, setting->name, err));
        TRY(sha256_update(&hash, &setting->value.size, sizeof(setting->value.size), err));
        TRY(sha256_update_str(&hash, setting->value, err));
    }
    return sha256_finish(&hash, out, err);
}

static bool receipt_path(Str store, Str directory, Str file, Arena *arena, Str *out, Error *err)
{
    AUTO(bytes_deinit) Bytes name = {0};
    Digest digest = {0};
    TRY(bytes_append_format(&name, err, "%.*s/%.*s", STR_ARG(directory), STR_ARG(path_name(file))));
    TRY(digest_of(bytes_str(&name), &digest, err));
    return arena_format(arena, out, err, "%.*s/receipts/%.32s", STR_ARG(store), digest_hex(&digest).text);
}

// Facts: a path and what is there.

static bool text_append(Bytes *out, Str text, Error *err)
{
    TRY(bytes_append_u32(out, (uint32_t)text.size, err));
    return bytes_append_str(out, text, err);
}

static bool stat_append(Bytes *out, const DiskStat *stat, Error *err)
{
    const uint64_t numbers[] = {stat->size, (uint64_t)stat->mtime_ns, (uint64_t)stat->ctime_ns, stat->inode,
                                stat->device};
    // A directory's own size and status say nothing of the names in it, and its time says all.
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        TRY(bytes_append_u64(out, stat->is_directory && (i == 0 || i == 2) ? 0 : numbers[i], err));
    return true;
}

/// What is at `path` as 40 bytes; zeros: nothing.
static bool fact_bytes(const Disk *disk, Str path, Bytes *out, DiskStat *stat, Error *err)
{
    Error ignored = {0};
    *stat = (DiskStat){0};
    if (!disk_stat(disk, path, stat, &ignored)) *stat = (DiskStat){0};
    return stat_append(out, stat, err);
}

// Writing.

static bool step_is_plain(const FlowStep *step)
{
    return str_equal(step->kind, STR("command")) && !step->uncached && step->foreach == NULL && step->when.size == 0 &&
           step->on == ON_SUCCESS && !step->optional && step->place.image.size == 0 &&
           str_find(step->name, '/') == step->name.size;
}

/// The sections of a plain pipeline: anything else is looked at by code that gives no receipts.
static bool pipeline_is_plain(const Pipeline *pipeline)
{
    static const Str SECTIONS[] = {STR_INIT("pipeline"), STR_INIT("steps"), STR_INIT("parameters"), STR_INIT("memory")};
    const Node *root = pipeline->config.document->root;
    for (size_t i = 0; i < node_count(root); i++) {
        bool known = false;
        for (size_t k = 0; k < COUNT_OF(SECTIONS); k++) known = known || str_equal(node_key(root, i), SECTIONS[k]);
        if (!known) return false;
    }
    for (size_t i = 0; i < pipeline->flow.step_count; i++)
        if (!step_is_plain(&pipeline->flow.steps[i])) return false;
    return true;
}

static bool run_found_everything(const Pipeline *pipeline, const FlowOutcome *outcome)
{
    return outcome->state == STEP_DONE && pipeline->flow.step_count > 0 && outcome->cached == pipeline->flow.step_count;
}

typedef struct Writer {
    Pipeline *pipeline;
    Arena arena;
    Bytes bytes;
    uint32_t count;
    bool settled;
} Writer;

static void writer_deinit(Writer *writer)
{
    arena_deinit(&writer->arena);
    bytes_deinit(&writer->bytes);
}

static bool fact_add(Writer *writer, Str path, Error *err)
{
    DiskStat stat = {0};
    TRY(text_append(&writer->bytes, path, err));
    TRY(fact_bytes(writer->pipeline->disk, path, &writer->bytes, &stat, err));
    // Seen from the run's start: what has changed since is not what the run looked at.
    if (!store_stat_is_settled(&stat, writer->pipeline->started_us)) writer->settled = false;
    writer->count++;
    return true;
}

/// Trees are not told by one stat.
static bool outputs_add(Writer *writer, Str run, Error *err)
{
    RunRecord record = {0};
    TRY(flow_run_find(&writer->pipeline->store, run, &writer->arena, &record, err));
    for (size_t i = 0; i < record.step_count; i++) {
        for (size_t k = 0; k < record.steps[i].output_count; k++) {
            DiskStat stat = {0};
            Str path = record.steps[i].outputs[k].path;
            if (!disk_stat(writer->pipeline->disk, path, &stat, err) || stat.is_directory) writer->settled = false;
            TRY(fact_add(writer, path, err));
        }
    }
    return true;
}

static bool variable_append(Bytes *out, Str name, Error *err)
{
    Str value = environment_get(name.data);
    TRY(text_append(out, name, err));
    TRY(bytes_append_byte(out, value.data != NULL, err));
    return text_append(out, value, err);
}

/// Each once would be shorter; few steps name any.
static bool variables_add(Writer *writer, Error *err)
{
    const Flow *flow = &writer->pipeline->flow;
    uint32_t count = 0;
    for (size_t i = 0; i < flow->step_count; i++) count += (uint32_t)flow->steps[i].place.environment_count;
    TRY(bytes_append_u32(&writer->bytes, count, err));
    for (size_t i = 0; i < flow->step_count; i++) {
        for (size_t k = 0; k < flow->steps[i].place.environment_count; k++) {
            Str name = {0};
            TRY(arena_copy(&writer->arena, flow->steps[i].place.environment[k], &name, err));
            TRY(variable_append(&writer->bytes, name, err));
        }
    }
    return true;
}

static bool question_of(const PipelineOptions *options, const Disk *disk, Str directory, Digest *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(disk_read(disk, options->file, DOCUMENT_BYTES_MAX, &text, err));
    return question_digest(options, directory, bytes_str(&text), out, err);
}

static bool body_write(Writer *writer, const FlowOutcome *outcome, Error *err)
{
    Pipeline *pipeline = writer->pipeline;
    Digest question = {0};
    TRY(question_of(&pipeline->options, pipeline->disk, pipeline->directory, &question, err));
    TRY(bytes_append_u32(&writer->bytes, RECEIPT_VERSION, err));
    TRY(bytes_append(&writer->bytes, question.bytes, DIGEST_BYTES, err));
    TRY(text_append(&writer->bytes, outcome->run, err));
    TRY(bytes_append_u32(&writer->bytes, outcome->cached, err));
    TRY(variables_add(writer, err));
    TRY(fact_add(writer, pipeline->options.file, err));
    for (size_t i = 0; i < pipeline->seen.items.count; i++) TRY(fact_add(writer, pipeline->seen.items.items[i], err));
    return outputs_add(writer, outcome->run, err);
}

bool receipt_drop(const Pipeline *pipeline, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str path = {0};
    TRY(receipt_path(pipeline->store.root, pipeline->directory, pipeline->options.file, &arena, &path, err));
    return !disk_exists(pipeline->disk, path) || disk_remove_file(pipeline->disk, path, err);
}

/// A receipt is a help: one that cannot be written is done without.
bool receipt_write(Pipeline *pipeline, const FlowOutcome *outcome, Error *err)
{
    AUTO(writer_deinit) Writer writer = {.pipeline = pipeline, .settled = true};
    Digest sum = {0};
    Str path = {0};
    Error ignored = {0};
    bool asked =
        pipeline->options.text.size == 0 && pipeline->options.relock.size == 0 && !pipeline->options.model_only;
    if (!asked || !pipeline_is_plain(pipeline) || !run_found_everything(pipeline, outcome)) return true;
    if (!body_write(&writer, outcome, &ignored) || !writer.settled) return true;
    TRY(digest_of(bytes_str(&writer.bytes), &sum, err));
    TRY(bytes_append(&writer.bytes, sum.bytes, DIGEST_BYTES, err));
    TRY(receipt_path(pipeline->store.root, pipeline->directory, pipeline->options.file, &writer.arena, &path, err));
    bool written = disk_make_directories_unsynced(pipeline->disk, path_directory(path), &ignored) &&
                   disk_write_atomic_unsynced(pipeline->disk, path, bytes_str(&writer.bytes), &ignored);
    UNUSED(written);
    return true;
}

// Reading.

typedef struct Reading {
    const PipelineOptions *options;
    const Disk *disk;
    Arena *arena;
    ByteReader reader;
    Bytes scratch;
} Reading;

static bool text_read(Reading *reading, Str *out, Error *err)
{
    uint32_t size = 0;
    const uint8_t *bytes = NULL;
    TRY(reader_u32(&reading->reader, &size, err));
    if (size > RECEIPT_PATH_BYTES_MAX) return error_set(err, ERROR_DATA, "a text of %u bytes", size);
    TRY(reader_bytes(&reading->reader, size, &bytes, err));
    *out = (Str){(const char *)bytes, size};
    return true;
}

/// The next bytes are what `scratch` holds.
static bool same_next(Reading *reading, bool *out, Error *err)
{
    const uint8_t *bytes = NULL;
    TRY(reader_bytes(&reading->reader, reading->scratch.size, &bytes, err));
    *out = str_equal((Str){(const char *)bytes, reading->scratch.size}, bytes_str(&reading->scratch));
    return true;
}

static bool variables_same(Reading *reading, bool *out, Error *err)
{
    uint32_t count = 0;
    *out = true;
    TRY(reader_u32(&reading->reader, &count, err));
    for (uint32_t i = 0; i < count && *out; i++) {
        size_t before = reading->reader.offset;
        Str name = {0};
        TRY(text_read(reading, &name, err));
        TRY(arena_copy(reading->arena, name, &name, err));
        reading->reader.offset = before;
        bytes_clear(&reading->scratch);
        TRY(variable_append(&reading->scratch, name, err));
        TRY(same_next(reading, out, err));
    }
    return true;
}

static bool facts_same(Reading *reading, bool *out, Error *err)
{
    *out = true;
    while (reading->reader.offset < reading->reader.size && *out) {
        Str path = {0};
        DiskStat stat = {0};
        TRY(text_read(reading, &path, err));
        bytes_clear(&reading->scratch);
        TRY(fact_bytes(reading->disk, path, &reading->scratch, &stat, err));
        TRY(same_next(reading, out, err));
    }
    return true;
}

static bool head_same(Reading *reading, Str directory, bool *out, Error *err)
{
    uint32_t version = 0;
    Digest question = {0};
    TRY(reader_u32(&reading->reader, &version, err));
    *out = false;
    if (version != RECEIPT_VERSION) return true;
    TRY(question_of(reading->options, reading->disk, directory, &question, err));
    bytes_clear(&reading->scratch);
    TRY(bytes_append(&reading->scratch, question.bytes, DIGEST_BYTES, err));
    return same_next(reading, out, err);
}

static bool body_holds(Reading *reading, Str directory, bool *out, Str *out_run, uint32_t *out_steps, Error *err)
{
    TRY(head_same(reading, directory, out, err));
    if (!*out) return true;
    TRY(text_read(reading, out_run, err));
    TRY(reader_u32(&reading->reader, out_steps, err));
    TRY(variables_same(reading, out, err));
    return !*out || facts_same(reading, out, err);
}

/// The body in front of its digest; false when it is damaged.
static bool body_find(const Bytes *bytes, ByteReader *out)
{
    Digest sum = {0};
    Error ignored = {0};
    if (bytes->size < DIGEST_BYTES) return false;
    size_t size = bytes->size - DIGEST_BYTES;
    *out = (ByteReader){.data = bytes->data, .size = size};
    return digest_of((Str){(const char *)bytes->data, size}, &sum, &ignored) &&
           str_equal((Str){(const char *)sum.bytes, DIGEST_BYTES},
                     (Str){(const char *)bytes->data + size, DIGEST_BYTES});
}

bool receipt_holds(const PipelineOptions *options, const Disk *disk, Arena *arena, bool *out_holds, Str *out_run,
                   uint32_t *out_steps, Error *err)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    Reading reading = {.options = options, .disk = disk, .arena = arena};
    Str directory = {0};
    Str store = {0};
    Str path = {0};
    Str run = {0};
    Error ignored = {0};
    *out_holds = false;
    TRY(pipeline_places(options, arena, &directory, &store, err));
    TRY(receipt_path(store, directory, options->file, arena, &path, err));
    if (!disk_read(disk, path, RECEIPT_BYTES_MAX, &bytes, &ignored) || !body_find(&bytes, &reading.reader)) return true;
    bool holds = false;
    bool read = body_holds(&reading, directory, &holds, &run, out_steps, &ignored);
    bytes_deinit(&reading.scratch);
    *out_holds = read && holds;
    return !*out_holds || arena_copy(arena, run, out_run, err);
}
