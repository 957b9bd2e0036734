/// Frames as text, so that a test shows a table at a glance:
///
///     ASSERT_FRAME(&frame, "id int64, name string\n"
///                          "1|a\n"
///                          "2|null\n");
#ifndef PAWL_SUPPORT_TEST_FRAME_H
#define PAWL_SUPPORT_TEST_FRAME_H

#include "frame/frame.h"

#define ASSERT_FRAME(frame, expected) test_frame_equals((frame), (expected), __FILE__, __LINE__)

void test_frame_equals(const Frame *frame, const char *expected, const char *file, int line);

/// Whether both have the same logical digest.
bool test_frame_same(const Frame *left, const Frame *right);

#endif
