#include "evaluate/leakage.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "evaluate/leakage_internal.h"

enum { LEAKAGE_TEXT_BYTES_MAX = 4096 };

const char *leakage_kind_name(LeakageKind kind)
{
    static const char *const names[] = {"instant_after_known", "label_known_at_once", "single_feature", "missingness",
                                        "label_read_early"};
    CHECK((size_t)kind < COUNT_OF(names));
    return names[kind];
}

bool leakage_kind_parse(Str name, LeakageKind *out, Error *err)
{
    for (int i = LEAKAGE_INSTANT_AFTER_KNOWN; i <= LEAKAGE_LABEL_READ_EARLY; i++) {
        if (!str_equal(name, str_from(leakage_kind_name((LeakageKind)i)))) continue;
        *out = (LeakageKind)i;
        return true;
    }
    return error_set(err, ERROR_DATA, "unknown kind of leakage '%.*s'", STR_ARG(name));
}

static bool program_reads(const Program *program, uint32_t column)
{
    for (uint32_t i = 0; i < program->node_count; i++)
        if (program->nodes[i].kind == PLAN_COLUMN && program->nodes[i].index == column) return true;
    return false;
}

/// Whether the rows of a group take their column from the source's field, itself or as one of several.
static bool group_reads(const Plan *plan, const PlanGroup *group, uint32_t source, uint32_t field)
{
    const PlanUnion *joined = plan_union(plan, group->source);
    if (joined == NULL) return group->source == source && program_reads(&group->rows, field);
    for (uint32_t i = 0; i < joined->member_count * joined->field_count; i++) {
        bool taken = joined->members[i / joined->field_count] == source && joined->member_fields[i] == field;
        if (taken && program_reads(&group->rows, i % joined->field_count)) return true;
    }
    return false;
}

bool leakage_features_read(const Plan *plan, uint32_t source, uint32_t field)
{
    for (uint32_t i = 0; i < plan->group_count; i++)
        if (group_reads(plan, &plan->groups[i], source, field)) return true;
    for (uint32_t i = 0; plan->dataset.source == source && i < plan->input_count; i++)
        if (plan->dataset.input_fields[i] == field) return true;
    return false;
}

void leakage_report_deinit(LeakageReport *report)
{
    arena_deinit(&report->arena);
    *report = (LeakageReport){0};
}

void leakage_builder_deinit(LeakageBuilder *builder)
{
    leakage_report_deinit(&builder->report);
    memory_free(builder->items.items);
    *builder = (LeakageBuilder){0};
}

/// What a cut leaves of the last character goes too.
static Str text_whole(const char *text)
{
    Str whole = str_from(text);
    while (whole.size >= LEAKAGE_TEXT_BYTES_MAX - 4 && !str_is_utf8(whole)) whole.size--;
    return whole;
}

bool leakage_add(LeakageBuilder *builder, LeakageFinding finding, Error *err, const char *format, ...)
{
    char text[LEAKAGE_TEXT_BYTES_MAX];
    Arena *arena = &builder->report.arena;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    TRY(arena_copy(arena, text_whole(text), &finding.text, err));
    TRY(arena_copy(arena, finding.source, &finding.source, err));
    TRY(arena_copy(arena, finding.column, &finding.column, err));
    return ARRAY_PUSH(&builder->items, finding, err);
}

bool leakage_finish(LeakageBuilder *builder, LeakageReport *out, Error *err)
{
    LeakageReport *report = &builder->report;
    size_t count = builder->items.count;
    report->items = arena_alloc_array(&report->arena, count + 1, sizeof(LeakageFinding), err);
    TRY(report->items != NULL);
    if (count > 0) memcpy(report->items, builder->items.items, count * sizeof(LeakageFinding));
    report->count = count;
    *out = *report;
    *report = (LeakageReport){0};
    return true;
}

void leakage_watch_deinit(LeakageWatch *watch)
{
    arena_deinit(&watch->arena);
    *watch = (LeakageWatch){0};
}

static bool watch_fill(LeakageWatch *watch, Error *err)
{
    const Plan *plan = watch->plan;
    watch->label = arena_alloc(&watch->arena, sizeof(LabelCount), err);
    TRY(watch->label != NULL);
    watch->row_counts = arena_alloc_array(&watch->arena, plan->source_count + 1, sizeof(uint64_t), err);
    TRY(watch->row_counts != NULL);
    watch->instants = arena_alloc_array(&watch->arena, plan->source_count + 1, sizeof(InstantCount *), err);
    TRY(watch->instants != NULL);
    for (uint32_t i = 0; i < plan->source_count; i++) {
        watch->instants[i] =
            arena_alloc_array(&watch->arena, plan->sources[i].field_count + 1, sizeof(InstantCount), err);
        TRY(watch->instants[i] != NULL);
    }
    return true;
}

bool leakage_watch_init(const Plan *plan, LeakageWatch *out, Error *err)
{
    AUTO(leakage_watch_deinit) LeakageWatch watch = {.plan = plan};
    TRY(watch_fill(&watch, err));
    *out = watch;
    watch = (LeakageWatch){0};
    return true;
}

bool leakage_watch_needs_rows(const LeakageWatch *watch, uint32_t source)
{
    return leakage_needs_instants(watch->plan, source) || leakage_needs_label_columns(watch->plan, source);
}

bool leakage_watch_rows(LeakageWatch *watch, uint32_t source, const Frame *block, uint64_t first_row, Error *err)
{
    TRY(leakage_count_instants(watch, source, block, first_row, err));
    if (leakage_needs_label_columns(watch->plan, source)) TRY(leakage_count_label_columns(watch, block, err));
    watch->row_counts[source] += block->row_count;
    return true;
}

bool leakage_watch_finish(const LeakageWatch *watch, LeakageReport *out, Error *err)
{
    AUTO(leakage_builder_deinit) LeakageBuilder builder = {0};
    TRY(leakage_report_instants(watch, &builder, err));
    TRY(leakage_report_label(watch, &builder, err));
    TRY(leakage_report_label_columns(watch, &builder, err));
    return leakage_finish(&builder, out, err);
}

static bool examples_watch(LeakageWatch *watch, const Frame *tables, Error *err)
{
    AUTO(examples_deinit) Examples examples = {0};
    if (watch->plan->dataset.source == PLAN_NONE) return true;
    TRY(examples_build(watch->plan, tables, LEAKAGE_AT_THE_END, &examples, err));
    return leakage_watch_examples(watch, &examples, err);
}

bool leakage_check_sources(const Plan *plan, const Frame *tables, LeakageReport *out, Error *err)
{
    AUTO(leakage_watch_deinit) LeakageWatch watch = {0};
    TRY(leakage_watch_init(plan, &watch, err));
    for (uint32_t i = 0; i < plan->source_count; i++) TRY(leakage_watch_rows(&watch, i, &tables[i], 0, err));
    TRY(examples_watch(&watch, tables, err));
    return leakage_watch_finish(&watch, out, err);
}
