/// A compiled plan from the short YAML text of support/definition_text.h. A text that does not compile fails the test.
#ifndef PAWL_SUPPORT_PLAN_TEXT_H
#define PAWL_SUPPORT_PLAN_TEXT_H

#include "language/plan.h"

void plan_text_compile(const char *yaml, Plan *out);

#endif
