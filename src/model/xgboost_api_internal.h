/// The few functions of XGBoost's C API (1.7) that training needs, loaded when first needed, with its errors as ours.
#ifndef PAWL_MODEL_XGBOOST_API_INTERNAL_H
#define PAWL_MODEL_XGBOOST_API_INTERNAL_H

#include "base/arena.h"
#include "base/error.h"

/// Handles are XGBoost's; numbers of rows, columns and bytes are its bst_ulong.
typedef struct XgboostApi {
    void (*version)(int *major, int *minor, int *patch);
    const char *(*last_error)(void);
    int (*register_log_callback)(void (*callback)(const char *));
    int (*matrix_create)(const char *data, const char *config, void **out);
    int (*matrix_free)(void *matrix);
    int (*booster_create)(void *const matrices[], uint64_t count, void **out);
    int (*booster_free)(void *booster);
    int (*booster_set_param)(void *booster, const char *name, const char *value);
    int (*booster_boost)(void *booster, void *matrix, float *gradients, float *hessians, uint64_t count);
    int (*booster_predict)(void *booster, void *matrix, const char *config, uint64_t const **out_shape,
                           uint64_t *out_dimensions, float const **out);
    int (*booster_save)(void *booster, const char *config, uint64_t *out_size, const char **out);
    int (*booster_load)(void *booster, const void *data, uint64_t size);
} XgboostApi;

/// XGBoost's own messages are silenced: they would go to standard output. ERROR_ENVIRONMENT when it is missing.
MUST_CHECK bool xgboost_load(XgboostApi *out, Error *err);

/// "xgboost 1.7.4".
MUST_CHECK bool xgboost_version(Arena *arena, Str *out, Error *err);

/// Whether `status` is success; else an ERROR_STEP with the first line of what XGBoost said.
MUST_CHECK bool xgboost_done(const XgboostApi *api, int status, const char *what, Error *err);

#endif
