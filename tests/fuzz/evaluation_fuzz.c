/// Any bytes are an evaluation or an error; an evaluation can be shown, and written and read back to the same text.
#include "evaluate/evaluation_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Error err = {0};
    AUTO(evaluation_deinit) Evaluation first = {0};
    AUTO(evaluation_deinit) Evaluation second = {0};
    AUTO(bytes_deinit) Bytes one = {0};
    AUTO(bytes_deinit) Bytes other = {0};
    AUTO(bytes_deinit) Bytes tables = {0};
    bool done = evaluation_decode(STR("fuzz"), (Str){(const char *)data, size}, &first, &err);
    CHECK(done == (err.kind == ERROR_NONE));
    if (!done) return 0;
    CHECK(evaluation_encode(&first, &one, &err));
    CHECK(evaluation_decode(STR("fuzz"), bytes_str(&one), &second, &err));
    CHECK(evaluation_encode(&second, &other, &err));
    CHECK(str_equal(bytes_str(&one), bytes_str(&other)));
    CHECK(evaluation_format(&first, &tables, &err));
    return 0;
}
