/// Any bytes: decoded or refused without harm; what is decoded encodes to the same bytes, and can be worked with.
#include <string.h>

#include "number/exact_sum.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ExactSum sum;
    Error err = {0};
    AUTO(bytes_deinit) Bytes bytes = {0};
    ByteReader reader = {data, size, 0};
    if (!exact_sum_decode(&reader, &sum, &err)) return 0;
    CHECK(exact_sum_encode(&sum, &bytes, &err));
    CHECK(bytes.size == reader.offset && memcmp(bytes.data, data, bytes.size) == 0);
    double before = exact_sum_round(&sum);
    exact_sum_merge(&sum, &sum);
    exact_sum_add(&sum, before);
    exact_sum_remove(&sum, before);
    CHECK(float_bits(exact_sum_round_scaled(&sum, -1)) == float_bits(before));
    return 0;
}
