#include "engine/group_internal.h"
#include "sys/thread.h"

/// Versions on their way into records, slice by slice.
typedef struct VersionsJob {
    Group *group;
    const Versions *versions;
    const Vector *features;
    RecordStore *records;
} VersionsJob;

// Columns are read through the versions' rows where there are any, row features as they lie.
static bool slice_columns(const VersionsJob *job, size_t begin, size_t end, Arena *arena, Vector **out, Error *err)
{
    const Versions *versions = job->versions;
    size_t field_count = versions->columns.count;
    size_t feature_count = job->group->plan->row_feature_count;
    Vector *columns = arena_alloc_array(arena, field_count + feature_count, sizeof(*columns), err);
    TRY(columns != NULL);

    for (size_t i = 0; i < field_count; i++) {
        const Vector *column = &versions->columns.vectors[i];
        columns[i] = versions->rows == NULL ? vector_slice(column, begin, end) : *column;
    }
    for (size_t i = 0; i < feature_count; i++) columns[field_count + i] = vector_slice(&job->features[i], begin, end);
    *out = columns;
    return true;
}

static ProgramInput slice_input(const VersionsJob *job, const Vector *columns, size_t begin, size_t end)
{
    const Versions *versions = job->versions;
    size_t field_count = versions->columns.count;

    return (ProgramInput){
        .count = end - begin,
        .columns = columns,
        .gathered_count = field_count,
        .rows = versions->rows == NULL ? NULL : versions->rows + begin,
        .known = versions->column_known == NULL ? NULL : versions->column_known + begin * field_count,
        .at = versions->time + begin,
    };
}

static RecordBatch slice_batch(const VersionsJob *job, const Vector *values, size_t begin, size_t end)
{
    const Versions *versions = job->versions;

    return (RecordBatch){
        .count = end - begin,
        .values = values,
        .time = versions->time + begin,
        .known = versions->known + begin,
        .superseded = versions->superseded == NULL ? NULL : versions->superseded + begin,
        .first_row = (uint32_t)begin,
    };
}

static bool put_slice(void *context, size_t slice, Error *err)
{
    const VersionsJob *job = context;
    const Program *program = &job->group->plan->rows;
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(program_output_deinit) ProgramOutput output = {0};
    size_t begin = slice * PROGRAM_TASK_ROWS;
    size_t left = job->versions->count - begin;
    size_t end = left < PROGRAM_TASK_ROWS ? job->versions->count : begin + PROGRAM_TASK_ROWS;
    Vector *columns = NULL;

    TRY(slice_columns(job, begin, end, &arena, &columns, err));
    ProgramInput input = slice_input(job, columns, begin, end);
    TRY(program_evaluate(program, program->outputs, program->output_count, &input, 1, &output, err));
    RecordBatch batch = slice_batch(job, output.vectors, begin, end);
    return record_store_put(job->records, &batch, err);
}

static bool put_versions(VersionsJob *job, size_t threads, Error *err)
{
    bool tied = false;
    size_t slice_count = (job->versions->count + PROGRAM_TASK_ROWS - 1) / PROGRAM_TASK_ROWS;

    TRY(thread_parallel_for(slice_count, threads, put_slice, job, err));
    return group_finish(job->group, job->records, job->versions, threads, &tied, err);
}

bool group_build(const PlanGroup *plan, const Versions *versions, const Vector *features, size_t threads,
                 GroupMemory *memory, Group *out, Error *err)
{
    AUTO(group_deinit) Group group = {0};
    AUTO(record_store_deinit) RecordStore records = RECORD_STORE_INIT;
    GroupShape shape = {.row_count = versions->count,
                        .has_known = versions->known != versions->time,
                        .has_superseded = versions->superseded != NULL,
                        .order = RECORD_BY_ROW};

    TRY(group_init(plan, &shape, memory, &group, err));
    group_records_init(&group, &records);
    VersionsJob job = {&group, versions, features, &records};
    TRY(put_versions(&job, threads, err));

    *out = group;
    group = (Group){0};
    return true;
}
