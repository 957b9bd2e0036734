/// Any bytes are a plan that encodes to the same bytes, or an error.
#include "language/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(bytes_deinit) Bytes again = {0};
    Error err = {0};
    Str text = {(const char *)data, size};
    if (!plan_decode(text, &plan, &err)) {
        CHECK(err.kind == ERROR_DATA || err.kind == ERROR_MEMORY);
        return 0;
    }
    CHECK(plan_encode(&plan, &again, &err) && str_equal(bytes_str(&again), text));
    return 0;
}
