#include "online/key_value.h"

#include "base/str.h"
#include "online/key_value_internal.h"

static const KeyValueKind *const kinds[] = {&key_value_lmdb};

const KeyValueKind *key_value_find(Str name)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (str_equal(name, str_from(kinds[i]->name))) return kinds[i];
    return NULL;
}
