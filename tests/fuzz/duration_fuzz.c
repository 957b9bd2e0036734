/// Any bytes are a duration, a size, a fraction or a condition, or an error; durations read back as written.
#include "text/duration.h"
#include "text/quantity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Error err = {0};
    Str text = {(const char *)data, size};
    int64_t us = 0;
    int64_t back = 0;
    uint64_t bytes = 0;
    double fraction = 0;
    Comparison comparison = {0};
    if (duration_parse_or_zero(text, &us, &err)) {
        CHECK(us >= 0);
        CHECK(duration_parse_or_zero(str_from(duration_format(us).text), &back, &err) && back == us);
    }
    if (fraction_parse(text, &fraction, &err)) CHECK(fraction >= 0);
    if (comparison_parse(text, &comparison, &err)) {
        bool exact = comparison.kind == COMPARISON_EQUAL || comparison.kind == COMPARISON_AT_LEAST ||
                     comparison.kind == COMPARISON_AT_MOST;
        CHECK(comparison_holds(&comparison, comparison.value) == exact);
    }
    if (size_parse(text, &bytes, &err)) CHECK(size_format(bytes).text[0] != '\0');
    return 0;
}
