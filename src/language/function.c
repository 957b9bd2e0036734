#include "language/function.h"

static const FunctionInfo FUNCTIONS[] = {
#define FUNCTION(name, arguments_min, arguments_max, needs, form, meaning)                                             \
    {(name), (arguments_min), (arguments_max), (needs), (form), (meaning)},
#include "language/functions.def"
#undef FUNCTION
};

const FunctionInfo *function_find(Str name)
{
    for (size_t i = 0; i < COUNT_OF(FUNCTIONS); i++) {
        if (str_equal(name, str_from(FUNCTIONS[i].name))) return &FUNCTIONS[i];
    }
    return NULL;
}

const FunctionInfo *function_at(size_t i)
{
    return i < COUNT_OF(FUNCTIONS) ? &FUNCTIONS[i] : NULL;
}

/// Whether users write it as "name(".
static bool function_is_called(const FunctionInfo *function)
{
    Str form = str_from(function->form);
    Str name = str_from(function->name);
    return str_starts(form, name) && form.size > name.size && form.data[name.size] == '(';
}

size_t function_names(Str *out, size_t capacity)
{
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(FUNCTIONS) && count < capacity; i++) {
        if (function_is_called(&FUNCTIONS[i])) out[count++] = str_from(FUNCTIONS[i].name);
    }
    return count;
}
