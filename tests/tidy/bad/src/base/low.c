#include "text/high.h"
#include "base/secret_internal.h"
#include "low.h"

const char *low_name(void)
{
    // malloc(1) in a comment and "malloc(1)" in a text are no calls; table->open() is not the open() of libc.
    const char *text = "malloc(1)";
    table->open(1);
    return malloc(1) ? text : strdup(text);
}
