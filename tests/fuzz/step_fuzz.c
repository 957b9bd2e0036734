/// What a step of any language may write and what it may be handed: neither may bring pawl down, and what reads well is written the same
/// again.
#include "base/base.h"
#include "flow/step.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_request(Str text)
{
    Error err = {0};
    AUTO(step_request_deinit) StepRequest request = {0};
    AUTO(step_request_deinit) StepRequest again = {0};
    AUTO(bytes_deinit) Bytes written = {0};
    if (!step_request_decode(STR("step.json"), text, &request, &err)) return;
    CHECK(step_request_encode(&request, STR("{}"), &written, &err));
    CHECK(step_request_decode(STR("step.json"), bytes_str(&written), &again, &err));
    CHECK(again.input_count == request.input_count && again.output_count == request.output_count);
}

static void check_result(Str text)
{
    Error err = {0};
    AUTO(step_result_deinit) StepResult result = {0};
    AUTO(step_result_deinit) StepResult again = {0};
    AUTO(bytes_deinit) Bytes written = {0};
    AUTO(bytes_deinit) Bytes rewritten = {0};
    if (!step_result_decode(STR("result.json"), text, &result, &err)) return;
    CHECK(step_result_encode(&result, &written, &err));
    CHECK(step_result_decode(STR("result.json"), bytes_str(&written), &again, &err));
    CHECK(step_result_encode(&again, &rewritten, &err));
    CHECK(str_equal(bytes_str(&written), bytes_str(&rewritten)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str text = {(const char *)data, size};
    check_request(text);
    check_result(text);
    return 0;
}
