/// A frame from the text that test_frame_equals compares with, so that a test shows the table it works on:
///
///     frame_text_read("id int64, at timestamp_us\n"
///                     "1|2016-01-01 00:00:00\n"
///                     "2|null\n", &frame);
///
/// "null" is a null in every type. A text that does not read is the test's mistake and fails it.
#ifndef PAWL_SUPPORT_FRAME_TEXT_H
#define PAWL_SUPPORT_FRAME_TEXT_H

#include "frame/frame.h"

void frame_text_read(const char *text, Frame *out);

/// An instant, "2016-01-01 00:00:00" in UTC, in microseconds.
int64_t test_instant(const char *text);

#endif
