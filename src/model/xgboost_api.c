#include "model/xgboost_api_internal.h"

#include "sys/library.h"

typedef struct ApiSymbol {
    const char *name;
    size_t offset; ///< of the function's pointer
} ApiSymbol;

static const ApiSymbol SYMBOLS[] = {
    {"XGBoostVersion", offsetof(XgboostApi, version)},
    {"XGBGetLastError", offsetof(XgboostApi, last_error)},
    {"XGBRegisterLogCallback", offsetof(XgboostApi, register_log_callback)},
    {"XGDMatrixCreateFromDense", offsetof(XgboostApi, matrix_create)},
    {"XGDMatrixFree", offsetof(XgboostApi, matrix_free)},
    {"XGBoosterCreate", offsetof(XgboostApi, booster_create)},
    {"XGBoosterFree", offsetof(XgboostApi, booster_free)},
    {"XGBoosterSetParam", offsetof(XgboostApi, booster_set_param)},
    {"XGBoosterBoostOneIter", offsetof(XgboostApi, booster_boost)},
    {"XGBoosterPredictFromDMatrix", offsetof(XgboostApi, booster_predict)},
    {"XGBoosterSaveModelToBuffer", offsetof(XgboostApi, booster_save)},
    {"XGBoosterLoadModelFromBuffer", offsetof(XgboostApi, booster_load)},
};

static void message_drop(const char *message)
{
    UNUSED(message);
}

bool xgboost_load(XgboostApi *out, Error *err)
{
    Library library = {0};
    XgboostApi api = {0};
    TRY(library_open_xgboost(&library, err));
    for (size_t i = 0; i < COUNT_OF(SYMBOLS); i++)
        TRY(library_symbol(&library, SYMBOLS[i].name, (char *)&api + SYMBOLS[i].offset, err));
    TRY(xgboost_done(&api, api.register_log_callback(message_drop), "silencing its messages", err));
    *out = api;
    return true;
}

bool xgboost_version(Arena *arena, Str *out, Error *err)
{
    XgboostApi api = {0};
    int major = 0;
    int minor = 0;
    int patch = 0;
    TRY(xgboost_load(&api, err));
    api.version(&major, &minor, &patch);
    return arena_format(arena, out, err, "xgboost %d.%d.%d", major, minor, patch);
}

/// XGBoost's messages begin with "[12:00:00] file.cc:17: ", which says nothing to its users, and go on with a stack.
static Str message_core(Str message)
{
    Str line = str_slice(message, 0, str_find(message, '\n'));
    size_t place = str_find(line, ']');
    if (!str_starts(line, STR("[")) || place == line.size) return line;
    Str rest = str_trim(str_slice(line, place + 1, line.size));
    Str file = str_slice(rest, 0, str_find(rest, ' '));
    return str_ends(file, STR(":")) ? str_trim(str_slice(rest, file.size, rest.size)) : rest;
}

bool xgboost_done(const XgboostApi *api, int status, const char *what, Error *err)
{
    if (status == 0) return true;
    Str message = message_core(str_from(api->last_error()));
    return error_set(err, ERROR_STEP, "xgboost: %s: %.*s", what, STR_ARG(message));
}
