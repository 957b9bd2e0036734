#include "api/pawl_internal.h"

#include <stdio.h>

#include "base/version.h"

_Static_assert((int)PAWL_ERROR_BYTES == (int)ERROR_TEXT_BYTES_MAX, "every text of ours fits");

bool pawl_refuse(const Error *error, PawlError *out)
{
    if (out == NULL) return false;
    out->kind = error_kind_name(error->kind);
    snprintf(out->text, sizeof(out->text), "%s", error->text);
    return false;
}

const char *pawl_version(void)
{
    return version_text();
}
