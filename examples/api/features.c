/// pawl.h from C: two features of a small table, as of two moments. Build and run it with
///
///     cc features.c $(pkg-config --cflags --libs pawl) -o features && ./features
///
/// The table is laid out by hand, which shows what an Arrow stream is; programs that use an Arrow library get one from there.
#include <pawl.h>

#include <stdio.h>
#include <string.h>

static const char PIPELINE[] = "sources:\n"
                               "  rides: {files: rides.parquet, time: started_at, known: ended_at}\n"
                               "features:\n"
                               "  rider:\n"
                               "    from: rides\n"
                               "    by: rider\n"
                               "    columns: {rides_7d: count() over 7d, mean_fare: mean(fare)}\n";

#define HOUR INT64_C(3600000000)

/// A table as an Arrow stream of one batch. `given` says whether the batch was handed out.
typedef struct Table {
    const char *const *names;
    const char *const *formats;
    const void *const *values; ///< per column: its values as Arrow has them
    int64_t columns, rows;
    bool given;
    struct ArrowSchema fields[4], *field_pointers[4];
    struct ArrowArray arrays[4], *array_pointers[4];
    const void *buffers[4][2], *no_buffer[1];
} Table;

static void release_schema(struct ArrowSchema *schema)
{
    schema->release = NULL; // the table owns everything
}

static void release_array(struct ArrowArray *array)
{
    array->release = NULL;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    stream->release = NULL;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    Table *table = stream->private_data;
    for (int64_t i = 0; i < table->columns; i++) {
        table->fields[i] =
            (struct ArrowSchema){.format = table->formats[i], .name = table->names[i], .release = release_schema};
        table->field_pointers[i] = &table->fields[i];
    }
    *out = (struct ArrowSchema){
        .format = "+s", .n_children = table->columns, .children = table->field_pointers, .release = release_schema};
    return 0;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    Table *table = stream->private_data;
    *out = (struct ArrowArray){0};
    if (table->given) return 0; // an array without `release` ends the stream
    table->given = true;
    for (int64_t i = 0; i < table->columns; i++) {
        table->buffers[i][1] = table->values[i];
        table->arrays[i] = (struct ArrowArray){
            .length = table->rows, .n_buffers = 2, .buffers = table->buffers[i], .release = release_array};
        table->array_pointers[i] = &table->arrays[i];
    }
    *out = (struct ArrowArray){.length = table->rows,
                               .n_buffers = 1,
                               .buffers = table->no_buffer,
                               .n_children = table->columns,
                               .children = table->array_pointers,
                               .release = release_array};
    return 0;
}

static const char *no_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return NULL;
}

static struct ArrowArrayStream stream_of(Table *table)
{
    return (struct ArrowArrayStream){.get_schema = get_schema,
                                     .get_next = get_next,
                                     .get_last_error = no_error,
                                     .release = release_stream,
                                     .private_data = table};
}

static bool is_valid(const struct ArrowArray *column, int64_t row)
{
    const uint8_t *bits = column->buffers[0];
    return bits == NULL || ((bits[row / 8] >> (row % 8)) & 1) != 0;
}

static void print_features(struct ArrowArrayStream *answers)
{
    struct ArrowArray batch;
    while (answers->get_next(answers, &batch) == 0 && batch.release != NULL) {
        const int64_t *rides = batch.children[0]->buffers[1];
        const double *fares = batch.children[1]->buffers[1];
        for (int64_t row = 0; row < batch.length; row++) {
            printf("rides_7d %lld, mean_fare ", (long long)rides[row]);
            if (is_valid(batch.children[1], row)) {
                printf("%g\n", fares[row]);
            } else {
                printf("null\n");
            }
        }
        batch.release(&batch);
    }
    answers->release(answers);
}

static bool run(const PawlPlan *plan, Table *rides, Table *requests, PawlError *err)
{
    PawlEngine *engine = NULL;
    struct ArrowArrayStream rows = stream_of(rides);
    struct ArrowArrayStream asked = stream_of(requests);
    struct ArrowArrayStream answers;
    const PawlTable tables[] = {{"rides", &rows}};
    if (!pawl_engine_open(plan, tables, 1, NULL, &engine, err)) return false;
    bool done = pawl_engine_compute(engine, &asked, &answers, err);
    if (done) print_features(&answers);
    pawl_engine_close(engine);
    return done;
}

int main(void)
{
    // Rider 7 rides at 8:00 and at 10:00; the second ride ends, and is known with its fare, at 11:00.
    static const int64_t RIDERS[] = {7, 7};
    static const int64_t STARTED[] = {8 * HOUR, 10 * HOUR};
    static const int64_t ENDED[] = {9 * HOUR, 11 * HOUR};
    static const double FARES[] = {10, 30};
    Table rides = {.names = (const char *const[]){"rider", "started_at", "ended_at", "fare"},
                   .formats = (const char *const[]){"l", "tsu:UTC", "tsu:UTC", "g"},
                   .values = (const void *const[]){RIDERS, STARTED, ENDED, FARES},
                   .columns = 4,
                   .rows = 2};
    // Asked as of 11:00 the second ride is not yet known; a microsecond later it is.
    static const int64_t AT[] = {11 * HOUR, 11 * HOUR + 1};
    Table requests = {.names = (const char *const[]){"rider", "at"},
                      .formats = (const char *const[]){"l", "tsu:UTC"},
                      .values = (const void *const[]){RIDERS, AT},
                      .columns = 2,
                      .rows = 2};
    struct ArrowArrayStream stream = stream_of(&rides);
    struct ArrowSchema schema;
    PawlPlan *plan = NULL;
    PawlError err = {0};

    get_schema(&stream, &schema);
    const PawlSourceSchema sources[] = {{"rides", &schema}};
    bool done = pawl_plan_compile("features.yaml", PIPELINE, strlen(PIPELINE), sources, 1, &plan, &err) &&
                run(plan, &rides, &requests, &err);
    pawl_plan_free(plan);
    if (!done) fprintf(stderr, "%s: %s\n", err.kind, err.text);
    return done ? 0 : 1;
}
