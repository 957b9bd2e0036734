/// Any bytes are trees or an error; trees predict something for every row, also for one without values.
#include "base/bytes.h"
#include "model/trainer.h"
#include "number/float_order.h"

enum { COLUMNS = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char BASE[] = "{\"base\":0.5,\"objective\":\"regression\"}";
    Error err = {0};
    AUTO(model_files_deinit) ModelFiles files = {.count = 2};
    const Trainer *trainer = trainer_find(STR("xgboost"));
    Predictor *predictor = NULL;
    double values[2 * COLUMNS] = {float_nan(), 0, -1, 0.5, float_infinity(), float_nan()};
    Matrix matrix = {values, 2, COLUMNS};
    double out[2];
    files.items[0].name = STR("base.json");
    files.items[1].name = STR("booster.ubj");
    CHECK(bytes_append_str(&files.items[0].content, str_from(BASE), &err));
    CHECK(bytes_append(&files.items[1].content, data, size, &err));
    bool done = trainer->open(&files, OBJECTIVE_REGRESSION, COLUMNS, &predictor, &err);
    CHECK(done == (err.kind == ERROR_NONE));
    if (!done) return 0;
    CHECK(trainer->predict(predictor, &matrix, out, &err));
    trainer->close(&predictor);
    return 0;
}
