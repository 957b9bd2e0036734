/// Any bytes are a model's manifest or an error; a manifest encodes to bytes that read back to the same.
#include "model/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Error err = {0};
    AUTO(model_manifest_deinit) ModelManifest first = {0};
    AUTO(model_manifest_deinit) ModelManifest second = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(bytes_deinit) Bytes again = {0};
    bool done = model_manifest_decode(STR("fuzz"), (Str){(const char *)data, size}, &first, &err);
    CHECK(done == (err.kind == ERROR_NONE));
    if (!done) return 0;
    CHECK(model_manifest_encode(&first, &text, &err));
    CHECK(model_manifest_decode(STR("fuzz"), bytes_str(&text), &second, &err));
    CHECK(model_manifest_encode(&second, &again, &err));
    CHECK(str_equal(bytes_str(&text), bytes_str(&again)));
    return 0;
}
