/// A command of the binary is one row of a table: name, help, options, function. Parsing, help, errors and exit codes are the same for all.
#ifndef PAWL_CLI_COMMAND_H
#define PAWL_CLI_COMMAND_H

#include "base/bytes.h"
#include "pipeline/pipeline.h"
#include "sys/interrupt.h"

#include <stdio.h>

enum { COMMAND_ARGUMENTS_MAX = 256 };

/// `--name` alone, or `--name VALUE` when `value` is not NULL.
typedef struct Option {
    const char *name;
    const char *value;
    const char *help;
} Option;

typedef struct OptionValue {
    const Option *option;
    Str text;
} OptionValue;

/// A parsed command line, and the world that the command may touch.
typedef struct Invocation {
    const struct Command *command;
    OptionValue options[COMMAND_ARGUMENTS_MAX];
    size_t option_count;
    Str words[COMMAND_ARGUMENTS_MAX]; ///< what is no option
    size_t word_count;
    bool json;
    FILE *out, *err;
    const Disk *disk;
    const Clock *clock;
    Interrupt *interrupt;
    int exit_code; ///< of a command that is done and has its own
    Arena arena;
} Invocation;

typedef bool (*CommandRun)(Invocation *invocation, Error *err);

typedef struct Command {
    const char *name;
    const char *words; ///< usage of its words: "MODEL[@VERSION]"
    const char *summary;
    const char *help;
    const Option *options; ///< ends with a NULL name; may be NULL
    size_t word_min, word_max;
    CommandRun run;
    bool hidden;     ///< for pawl itself
    bool interrupts; ///< takes SIGINT and SIGTERM as a flag
} Command;

const Command *command_find(Str name);
const Command *command_at(size_t i); ///< NULL past the end

/// Options that every command has.
extern const Option command_common_options[];

/// The last value given to an option, or the empty Str; whether a flag was given.
Str option_text(const Invocation *invocation, const char *name);
bool option_given(const Invocation *invocation, const char *name);
MUST_CHECK bool option_count(const Invocation *invocation, const char *name, uint32_t *out, Error *err);

/// An option that is a size ("1GiB"), at least MEMORY_BYTES_MIN; unchanged when it was not given.
MUST_CHECK bool option_size(const Invocation *invocation, const char *name, uint64_t *out_bytes, Error *err);

/// Fills options and words from argv after the command's name.
MUST_CHECK bool command_parse(Invocation *invocation, int argc, char **argv, Error *err);

MUST_CHECK bool command_help_write(const Command *command, Bytes *out, Error *err);
MUST_CHECK bool command_overview_write(Bytes *out, Error *err);

/// Writes to the invocation's output.
MUST_CHECK bool command_print(const Invocation *invocation, const Bytes *text, Error *err);

/// --file, or pawl.yaml.
Str command_file(const Invocation *invocation);

/// The pipeline named by --file, --store, --set, --threads.
/// What the command line says of a pipeline, without reading it.
MUST_CHECK bool command_pipeline_options(Invocation *invocation, PipelineOptions *out, Error *err);

MUST_CHECK bool command_pipeline(Invocation *invocation, Pipeline *out, Error *err);

/// Only the store, for what needs no pipeline file.
MUST_CHECK bool command_store(Invocation *invocation, Store *out, Error *err);

#endif
