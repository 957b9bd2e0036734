/// Small pictures of distributions in a line of text, of Unicode block characters.
#ifndef PAWL_TEXT_SPARK_H
#define PAWL_TEXT_SPARK_H

#include "base/bytes.h"

/// One character per value, "▁▂▃▄▅▆▇█", the greatest is full; zero, negative and NaN are a space.
MUST_CHECK bool spark_write(const double *values, size_t count, Bytes *out, Error *err);
MUST_CHECK bool spark_write_counts(const uint64_t *counts, size_t count, Bytes *out, Error *err);

/// As spark_write between the least and the greatest value, for curves such as a loss; the least is "▁".
MUST_CHECK bool spark_write_curve(const double *values, size_t count, Bytes *out, Error *err);

/// A bar of `fraction` (cut to [0, 1]) of `width` columns in eighths, filled up with spaces: "███▌    ".
MUST_CHECK bool bar_write(double fraction, size_t width, Bytes *out, Error *err);

#endif
