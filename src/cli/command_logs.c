#include "cli/commands.h"
#include "cli/logs_all.h"

#include "sys/disk_file.h"
#include "text/json_writer.h"
#include "text/utf8.h"

enum { LOG_PIECE_BYTES = 65536, LOG_POLL_US = 200000, LOG_JSON_BYTES_MAX = 1 << 28 };

static bool step_names(const RunRecord *run, Str wanted, const StepRecord **out, Error *err)
{
    Str names[256];
    size_t count = 0;
    for (size_t i = 0; i < run->step_count; i++) {
        if (str_equal(run->steps[i].step, wanted)) {
            *out = &run->steps[i];
            return true;
        }
        if (count < COUNT_OF(names)) names[count++] = run->steps[i].step;
    }
    Str nearest = str_nearest(wanted, names, count);
    if (nearest.size > 0)
        return error_set(err, ERROR_NOT_FOUND, "run %.*s has no step '%.*s'; did you mean '%.*s'?", STR_ARG(run->run),
                         STR_ARG(wanted), STR_ARG(nearest));
    return error_set(err, ERROR_NOT_FOUND, "run %.*s has no step '%.*s'; 'pawl status' lists them", STR_ARG(run->run),
                     STR_ARG(wanted));
}

/// Copies what the file has from its offset on.
static bool rest_print(Invocation *invocation, DiskFile *file, Error *err)
{
    char piece[LOG_PIECE_BYTES];
    size_t count = 1;
    while (count > 0) {
        TRY(disk_file_read(file, piece, sizeof(piece), &count, err));
        if (fwrite(piece, 1, count, invocation->out) != count)
            return error_set(err, ERROR_STORAGE, "writing the output failed");
    }
    (void)fflush(invocation->out);
    return true;
}

static bool still_runs(Invocation *invocation, Store *store, Str run_name, Str step_name, bool *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    RunRecord run = {0};
    const StepRecord *step = NULL;
    UNUSED(invocation);
    TRY(flow_run_find(store, run_name, &arena, &run, err));
    TRY(step_names(&run, step_name, &step, err));
    *out = step->state == STEP_RUNNING;
    return true;
}

static bool follow(Invocation *invocation, Store *store, Str run_name, Str step_name, DiskFile *file, Error *err)
{
    bool running = true;
    while (running && !interrupt_raised(invocation->interrupt)) {
        TRY(still_runs(invocation, store, run_name, step_name, &running, err));
        TRY(rest_print(invocation, file, err));
        if (running) clock_sleep_us(invocation->clock, LOG_POLL_US);
    }
    return true;
}

/// A log is bytes; what of them is no UTF-8 cannot stand in JSON.
static void text_mend(Bytes *text)
{
    for (size_t i = 0; i < text->size;) {
        uint32_t code = 0;
        size_t size = utf8_decode(bytes_str(text), i, &code);
        if (size == 0) text->data[i] = '?';
        i += size > 0 ? size : 1;
    }
}

static bool json_print(Invocation *invocation, const RunRecord *run, const StepRecord *step, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(bytes_deinit) Bytes out = {0};
    JsonWriter json = json_writer(&out, JSON_PRETTY);
    TRY(disk_read(invocation->disk, step->log_path, LOG_JSON_BYTES_MAX, &text, err));
    text_mend(&text);
    TRY(json_object_begin(&json, err));
    TRY(json_field_str(&json, STR("run"), run->run, err));
    TRY(json_field_str(&json, STR("step"), step->step, err));
    TRY(json_field_str(&json, STR("state"), str_from(step_state_name(step->state)), err));
    TRY(json_field_str(&json, STR("log"), bytes_str(&text), err));
    TRY(json_object_end(&json, err));
    TRY(bytes_append_byte(&out, '\n', err));
    return command_print(invocation, &out, err);
}

static bool run(Invocation *invocation, Error *err)
{
    AUTO(store_deinit) Store store = {0};
    AUTO(disk_file_deinit) DiskFile file = {0};
    RunRecord record = {0};
    const StepRecord *step = NULL;
    if (invocation->json && option_given(invocation, "follow"))
        return error_set(err, ERROR_USAGE, "--json prints one document, --follow goes on: give one of them");
    if (invocation->json && invocation->word_count == 0)
        return error_set(err, ERROR_USAGE, "--json prints the log of one step: name it");
    TRY(command_store(invocation, &store, err));
    if (invocation->word_count == 0)
        return logs_all(invocation, &store, option_text(invocation, "run"), option_given(invocation, "follow"), err);
    TRY(flow_run_find(&store, option_text(invocation, "run"), &invocation->arena, &record, err));
    TRY(step_names(&record, invocation->words[0], &step, err));
    if (step->log_path.size == 0 || !disk_exists(invocation->disk, step->log_path))
        return error_set(err, ERROR_NOT_FOUND, "step '%.*s' of run %.*s is %s and has no log", STR_ARG(step->step),
                         STR_ARG(record.run), step_state_name(step->state));
    if (invocation->json) return json_print(invocation, &record, step, err);
    TRY(disk_file_open(invocation->disk, step->log_path, DISK_READ, &file, err));
    TRY(rest_print(invocation, &file, err));
    return !option_given(invocation, "follow") || follow(invocation, &store, record.run, step->step, &file, err);
}

static const Option options[] = {
    {"run", "RUN", "the run (default: the newest)"},
    {"follow", NULL, "go on until the step, or the run, ends"},
    {NULL, NULL, NULL},
};

const Command command_logs = {
    .name = "logs",
    .words = "[STEP]",
    .summary = "print what a step wrote, or all of them",
    .help = "Without STEP: all steps of the run, each line with its step's name before it.",
    .options = options,
    .word_max = 1,
    .run = run,
    .interrupts = true,
};
