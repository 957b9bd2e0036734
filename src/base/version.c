#include "base/version.h"

#include "code_digest.h"

const char *version_text(void)
{
    return PAWL_VERSION;
}

const char *version_code_digest(void)
{
    return PAWL_CODE_DIGEST;
}
