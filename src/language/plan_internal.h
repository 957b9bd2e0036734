/// What encoding and decoding of plans share.
#ifndef PAWL_LANGUAGE_PLAN_INTERNAL_H
#define PAWL_LANGUAGE_PLAN_INTERNAL_H

#include "language/plan.h"
#include "text/json_writer.h"
#include "text/node.h"

/// "constant", "column", "at", "aggregate", "call".
Str plan_node_kind_name(PlanNodeKind kind);

/// Whether the engine can rely on the plan: every index in range, every argument before its use, every type right. An ERROR_DATA
/// says what is wrong. What plan_compile makes always passes.
MUST_CHECK bool plan_check(const Plan *plan, Error *err);

/// One program of it (plan_check_program.c): the types of its input columns are `types`; aggregates and `at` only in the main one.
typedef struct ProgramRules {
    const char *what;
    const Type *types;
    size_t type_count;
    const Plan *main_of; ///< NULL: not the main program
} ProgramRules;

MUST_CHECK bool plan_check_program(const Program *program, const ProgramRules *rules, Error *err);

/// The key "window" of an aggregate, whose map is `map` (plan_window.c). Texts are copied into the arena.
MUST_CHECK bool plan_window_encode(JsonWriter *json, const Window *window, Error *err);
MUST_CHECK bool plan_window_decode(const Node *map, Arena *arena, Window *out, Error *err);

/// Whether any node of the plan or any window asks for a time zone's clock, or any source's times are local to one.
bool plan_uses_zones(const Plan *plan);

#endif
