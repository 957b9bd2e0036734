/// A source's manifest: what decodes is encoded again, and that text decodes to the same bytes.
#include <stdint.h>

#include "dataset/source_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool encode_again(const SourceManifest *manifest, Bytes *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(source_manifest_deinit) SourceManifest back = {0};
    TRY(source_manifest_encode(manifest, &text, err));
    TRY(source_manifest_decode(STR("again"), bytes_str(&text), &back, err));
    TRY(source_manifest_encode(&back, out, err));
    CHECK(str_equal(bytes_str(out), bytes_str(&text)));
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(source_manifest_deinit) SourceManifest manifest = {0};
    Str input = {.data = (const char *)data, .size = size};
    if (source_manifest_decode(STR("input"), input, &manifest, &err)) CHECK(encode_again(&manifest, &text, &err));
    return 0;
}
