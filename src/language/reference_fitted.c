/// The section on fitted transforms of the reference page, made of language/fitted.def.
#include "language/fitted.h"
#include "language/reference_internal.h"

static const char INTRODUCTION[] =
    "\n"
    "## Fitted transforms\n"
    "\n"
    "Under `train: transforms:` an expression reads features as `view.column`, and may call functions that learn from "
    "training rows\n"
    "before they can be computed: [transforms.md](transforms.md).\n"
    "\n"
    "| form | takes | gives | value |\n"
    "| --- | --- | --- | --- |\n";

static const char *takes_text(FittedTakes takes)
{
    static const char *const TEXTS[] = {
        [FITTED_TAKES_NUMBER] = "int64, float64, decimal; bool as 0 and 1",
        [FITTED_TAKES_CATEGORY] = "bool, int64, string, timestamp",
        [FITTED_TAKES_EITHER] = "number, bool, string, timestamp",
        [FITTED_TAKES_TEXT] = "string",
    };
    return TEXTS[takes];
}

static const char *gives_text(FittedGives gives)
{
    static const char *const TEXTS[] = {
        [FITTED_GIVES_FLOAT64] = "float64",
        [FITTED_GIVES_INT64] = "int64",
        [FITTED_GIVES_SAME] = "float64, int64 or string",
        [FITTED_GIVES_COLUMNS] = "columns; stands alone",
    };
    return TEXTS[gives];
}

bool reference_write_fitted(Bytes *out, Error *err)
{
    TRY(bytes_append(out, INTRODUCTION, sizeof(INTRODUCTION) - 1, err));
    for (size_t i = 0; i < FITTED_COUNT; i++) {
        const FittedInfo *info = fitted_info((Fitted)i);
        TRY(bytes_append_format(out, err, "| `%s` | %s | %s | %s |\n", info->form, takes_text(info->takes),
                                gives_text(info->gives), info->meaning));
    }
    return true;
}
