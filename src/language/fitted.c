#include "language/fitted.h"

static const FittedInfo FITTED_INFOS[FITTED_COUNT] = {
#define FITTED(id, name, takes, values, gives, form, meaning)                                                          \
    [FITTED_##id] = {(name), FITTED_TAKES_##takes, FITTED_VALUES_##values, FITTED_GIVES_##gives, (form), (meaning)},
#define FITTED_PARAMETER(...)
#include "language/fitted.def"
#undef FITTED
#undef FITTED_PARAMETER
};

typedef struct ParameterRow {
    Fitted fitted;
    FittedParameterInfo info;
} ParameterRow;

static const ParameterRow PARAMETERS[] = {
#define FITTED(...)
#define FITTED_PARAMETER(id, name, kind, least, greatest, otherwise, choices, needed)                                  \
    {FITTED_##id, {(name), FITTED_PARAMETER_##kind, (least), (greatest), (otherwise), (choices), (needed)}},
#include "language/fitted.def"
#undef FITTED
#undef FITTED_PARAMETER
};

const FittedInfo *fitted_info(Fitted fitted)
{
    CHECK(fitted < FITTED_COUNT);
    return &FITTED_INFOS[fitted];
}

bool fitted_find(Str name, Fitted *out)
{
    for (size_t i = 0; i < FITTED_COUNT; i++) {
        if (!str_equal(name, str_from(FITTED_INFOS[i].name))) continue;
        *out = (Fitted)i;
        return true;
    }
    return false;
}

const FittedParameterInfo *fitted_parameter(Fitted fitted, uint32_t i)
{
    for (size_t k = 0; k < COUNT_OF(PARAMETERS); k++) {
        if (PARAMETERS[k].fitted == fitted && i-- == 0) return &PARAMETERS[k].info;
    }
    return NULL;
}

size_t fitted_choice(const FittedParameterInfo *parameter, Str text)
{
    Str rest = str_from(parameter->choices);
    Str choice = {0};
    for (size_t place = 0; str_split(&rest, ' ', &choice); place++) {
        if (str_equal(choice, text)) return place;
    }
    return SIZE_MAX;
}

Str fitted_choice_text(const FittedParameterInfo *parameter, size_t place)
{
    Str rest = str_from(parameter->choices);
    Str choice = {0};
    while (str_split(&rest, ' ', &choice)) {
        if (place-- == 0) return choice;
    }
    return (Str){0};
}
