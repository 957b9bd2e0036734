#include "support/plan_text.h"

#include "support/definition_text.h"
#include "support/test.h"

void plan_text_compile(const char *yaml, Plan *out)
{
    Error err = {0};
    AUTO(definition_text_deinit) DefinitionText text = {0};
    ASSERT_OK(definition_text_read("test.yaml", str_from(yaml), &text, &err), err);
    ASSERT_OK(plan_compile(&text.definition, out, &err), err);
}
