/// Any body is a request whose rows have every input and an instant, or an error that the caller is told.
#include "serve/request.h"

#include "support/plan_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char PLAN[] =
    "sources:\n"
    "  trips: {columns: {id: int64, seen: timestamp_us, zone: string}, time: seen, known: seen, key: [id]}\n"
    "views:\n"
    "  trip:\n"
    "    inputs: {km: float64, fare: \"decimal(10,2)\", shared: bool, booked: timestamp_us}\n"
    "    columns: {far: km > 3, paid: fare, both: shared, lead: booked}\n"
    "  zone: {from: trips, by: [zone, id], columns: {n: count() over 1d}}\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Plan plan;
    AUTO(request_deinit) Request request = {0};
    Error err = {0};
    if (plan.input_count == 0) plan_text_compile(PLAN, &plan);
    bool done = request_parse(&plan, (Str){(const char *)data, size}, 0, &request, &err);
    if (!done) {
        CHECK(err.kind == ERROR_USAGE || err.kind == ERROR_MEMORY);
        return 0;
    }
    CHECK(request.count > 0 && request.count <= REQUEST_ROWS_MAX && request.at != NULL);
    CHECK(request.inputs.column_count == plan.input_count && request.inputs.row_count == request.count);
    for (size_t i = 0; i < plan.input_count; i++) CHECK(request.inputs.columns[i].count == request.count);
    return 0;
}
