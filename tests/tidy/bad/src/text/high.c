#include "base/secret_internal.h"
#include "base/low.h"
