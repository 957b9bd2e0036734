/// Any bytes are a linear model's weights or an error; weights predict something for every row.
#include "base/bytes.h"
#include "model/trainer.h"
#include "number/float_order.h"

enum { COLUMNS = 2 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void open_and_predict(const ModelFiles *files, const char *name, Objective objective)
{
    Error err = {0};
    const Trainer *trainer = trainer_find(str_from(name));
    Predictor *predictor = NULL;
    double values[2 * COLUMNS] = {float_nan(), 0, -1, 1e300};
    Matrix matrix = {values, 2, COLUMNS};
    double out[2];
    bool done = trainer->open(files, objective, COLUMNS, &predictor, &err);
    CHECK(done == (err.kind == ERROR_NONE));
    if (!done) return;
    CHECK(trainer->predict(predictor, &matrix, out, &err));
    trainer->close(&predictor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Error err = {0};
    AUTO(model_files_deinit) ModelFiles files = {.count = 1};
    files.items[0].name = STR("weights.json");
    CHECK(bytes_append(&files.items[0].content, data, size, &err));
    open_and_predict(&files, "linear", OBJECTIVE_REGRESSION);
    open_and_predict(&files, "logistic", OBJECTIVE_BINARY);
    return 0;
}
