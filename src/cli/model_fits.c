#include "cli/model_fits.h"

#include "cli/commands.h"
#include "fit/fit.h"
#include "model/package.h"
#include "text/table.h"

bool model_fits_read(Invocation *invocation, Store *store, const ModelVersion *version, Bytes *out, Error *err)
{
    Str path = {0};
    TRY(object_path(store, &version->package, &invocation->arena, &path, err));
    return package_facts(invocation->disk, path, out, err);
}

bool model_fits_text(Str fits, Bytes *out, Error *err)
{
    static const char *const titles[] = {"where", "transform", "learned from training rows"};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(table_deinit) Table table = {0};
    FitFact *facts = NULL;
    size_t count = 0;
    if (fits.size == 0) return true;
    TRY(fit_facts_decode(fits, &arena, &facts, &count, err));
    for (size_t i = 0; i < COUNT_OF(titles); i++) TRY(table_column(&table, str_from(titles[i]), TABLE_LEFT, err));
    for (size_t i = 0; i < count; i++) {
        TRY(table_cell(&table, facts[i].what, err));
        TRY(table_cell(&table, facts[i].call, err));
        TRY(table_cell(&table, facts[i].learned, err));
    }
    TRY(bytes_append_byte(out, '\n', err));
    return table_write(&table, 0, out, err);
}
