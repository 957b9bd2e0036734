/// The commands' rows, one file each.
#ifndef PAWL_CLI_COMMANDS_H
#define PAWL_CLI_COMMANDS_H

#include "cli/command.h"

extern const Command command_init;
extern const Command command_check;
extern const Command command_plan;
extern const Command command_run;
extern const Command command_status;
extern const Command command_logs;
extern const Command command_dataset;
extern const Command command_model;
extern const Command command_serve;
extern const Command command_reproduce;
extern const Command command_lineage;
extern const Command command_explain;
extern const Command command_gc;
extern const Command command_graph;
extern const Command command_cancel;
extern const Command command_retry;
extern const Command command_step;      ///< hidden: one of pawl's own steps
extern const Command command_supervise; ///< hidden: the supervisor of an attempt

#endif
