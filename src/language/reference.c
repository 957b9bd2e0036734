/// The reference page of the language, made of the tables that the compiler itself reads.
#include "language/reference.h"

#include "language/aggregation.h"
#include "language/function.h"
#include "language/kernel.h"
#include "language/reference_internal.h"

static const char INTRODUCTION[] =
    "# The feature language\n"
    "\n"
    "<!-- Made by tests/language/reference_test.c --update from src/language/*.def. Do not edit. -->\n"
    "\n"
    "A feature is an expression. Training, backfill and serving run the same compiled program over it and get the same "
    "bits.\n"
    "\n"
    "```yaml\n"
    "features:\n"
    "  trip:                       # no `from`: computed from the request itself\n"
    "    inputs: {distance: float64, pickup_at: timestamp}\n"
    "    columns:\n"
    "      hour: hour(at, 'America/New_York')\n"
    "      short: distance < 1.5\n"
    "  vendor:\n"
    "    from: trips               # rows of a source ...\n"
    "    by: vendor_id             # ... of one entity\n"
    "    columns:\n"
    "      trips_1h: count() over 1h\n"
    "      long_share: mean(duration_s > 1800) over 1d where passenger_count > 0\n"
    "      slowdown: mean(duration_s) over 1h / mean(duration_s) over 7d\n"
    "      usual: mean(trip.short) over 7d   # a feature, as of each row's own time\n"
    "```\n"
    "\n"
    "## Names\n"
    "\n"
    "- **Inside an aggregate** a name is a column of the rows; `view.column` is another feature, as of that row's "
    "`time`, for what\n"
    "  that row says about the feature's inputs.\n"
    "- **Outside** it is a declared input, a column of `by` (the request carries it), or another column of the view;\n"
    "  `view.column` is a feature as of the request's instant, and `at` is that instant.\n"
    "- A name that is no plain word, or is a keyword or `at`, stands in double quotes: `\"pickup zone\"`.\n"
    "\n"
    "## Aggregates\n"
    "\n"
    "`mean(x) over 7d where y > 0` reads the rows of the entity that are visible at t (strictly: known before t), "
    "with\n"
    "`t - 7d <= time < t`, and for which the condition is true (not false, not null). Without `over` it is the view's "
    "`ttl`, or else all\n"
    "visible rows. `over` and `where` belong to the aggregate directly before them. A `where` takes everything up to "
    "the next\n"
    "`,` or `)` of its own level, or the end: `(mean(x) over 1h where y > 0) / z` needs its parentheses.\n"
    "\n"
    "`sum(x) by kind over 7d` gives a map: the sum of each kind that has a row. A category is a bool, an int64, a "
    "string or a "
    "timestamp; a\n"
    "null one is passed over. Parameters such as k, a quantile or a half-life are constants.\n"
    "\n"
    "Sums are exact, so neither order nor partition can show in a result; where rows have an order, it is that of "
    "(time, "
    "known, key,\n"
    "digest). NaN is greater than every number and equals itself; -0 equals 0. Numerators of variances and their kin "
    "are "
    "exact too, and\n"
    "rounded once; a NaN or an infinity among the values makes them NaN.\n"
    "\n";

static const char WINDOWS[] =
    "\n"
    "## Windows\n"
    "\n"
    "What stands after `over`. As of t:\n"
    "\n"
    "| window | rows |\n"
    "| --- | --- |\n"
    "| `7d` | `t - 7d <= time < t` |\n"
    "| `7d ending 1d ago` | `t - 8d <= time < t - 1d`; visible still means known before t |\n"
    "| `30d step 1h` | `e - 30d <= time < e`, where e is t rounded down to whole steps since 1970 UTC; e then moves "
    "back by `ending` |\n"
    "| `1 calendar month` | from the same time of day a month ago to t; `day`, `week`, `month`, `quarter`, `year`, up "
    "to 10000. A day that the month does not have becomes its last |\n"
    "| `2 calendar days in 'America/New_York'` | the same by that zone's clock. A local time that does not exist moves "
    "forward by the gap; of two the first |\n"
    "| `10 rows` | the last 10, in the order of time, known, key, digest |\n"
    "| `session 30m` | the session that is open at t: back from the last row, which is at most 30m before t, as long "
    "as each row is at most 30m after the one before it |\n"
    "| `7d max 200 rows` | the last 200 of them; with all but `rows` and `next` |\n"
    "| `next 7d` | labels only: `t <= time < t + 7d`, seen as of `t + 7d` |\n"
    "| (no `over`) | the view's `ttl`; else every visible row |\n"
    "\n"
    "`ending` and `step` go with times and calendars, and stand in this order: `7d ending 1d ago step 1h max 200 "
    "rows`. `where` filters\n"
    "what the window holds: the last 10 rows, then those of them that it takes.\n"
    "\n"
    "A series of windows makes a column of each: `trips: count() over [1h, 1d]` is `trips_1h` and `trips_1d`, and "
    "`view.*` selects them\n"
    "both. Several series in one formula go in step, and the first gives the names. In YAML's `{...}` such a formula "
    "stands in quotes.\n";

static const char TYPES[] =
    "\n"
    "## Types\n"
    "\n"
    "All computing is in `bool`, `int64`, `float64`, `decimal(38, s)`, `string` and `timestamp` (microseconds, an "
    "instant). Narrower\n"
    "columns widen exactly; a date is the timestamp of its midnight in the source's zone.\n"
    "\n"
    "- Any type has **null**. An operation on a null gives null, except where the tables say otherwise.\n"
    "- Where types differ, int64 widens to decimal or float64, and decimal to float64 (the nearest).\n"
    "- An int64 or decimal result that does not fit is null. float64 follows IEEE 754: it may become infinite or NaN.\n"
    "- What mathematics leaves undefined is null: `x / 0`, `x % 0`, `ln(0)`, `sqrt(-1)`.\n"
    "- NaN equals NaN, is greater than every number, and -0 equals 0: in comparisons, `min`, `max`, `least`, "
    "`greatest`, `hash` and `by`.\n"
    "\n"
    "A **list** holds items of one type, null ones too; a **map** has keys (bool, int64, string, timestamp; each once, "
    "never null) and\n"
    "values: `list(float64)`, `map(string, int64)`. Lists of lists are not held: features are columns, and two lists "
    "side "
    "by side say the\n"
    "same. Lists are equal when all their items are, and ordered by the first items that differ, null first.\n"
    "\n"
    "Literals: `5` int64, `1.5` `2e6` float64, `'it''s'` string, `true`, `false`, `null`, `timestamp "
    "'2016-01-22T16:01:00Z'` (UTC when no\n"
    "offset is given), `[1, 2.5]` list(float64). Durations (`7d`, `1h30m`; units w d h m s ms us) stand only after "
    "`over`, and as parameters of\n"
    "aggregates.\n"
    "\n"
    "## Operators and functions\n"
    "\n"
    "From loose to tight: `or`; `and`; `not`; comparisons (which do not chain), `is null`, `in`, `between`; `+` `-`; "
    "`*` `/` `%`;\n"
    "the sign.\n"
    "\n";

static const char CASTS[] =
    "\n"
    "## Casts\n"
    "\n"
    "`cast(x as type)`. What cannot be said in the new type is null.\n"
    "\n"
    "| from | to | how |\n"
    "| --- | --- | --- |\n"
    "| bool | int64, float64, decimal, string | 0 or 1; 'false' or 'true' |\n"
    "| int64 | bool, float64, decimal, string | not 0; the nearest; exact; digits |\n"
    "| int64 | timestamp | microseconds since 1970 UTC |\n"
    "| float64 | int64 | towards zero; null for NaN, infinities and what does not fit |\n"
    "| float64 | decimal | the nearest to the exact value, halves away from zero |\n"
    "| float64 | string | the shortest text that reads back to the same number |\n"
    "| decimal | int64, float64, string | towards zero; the nearest; all digits of its scale |\n"
    "| decimal | decimal | a lesser scale rounds, halves away from zero |\n"
    "| string | bool, int64, float64, decimal, timestamp | the whole text must be one; ISO 8601, UTC when no offset is "
    "given |\n"
    "| timestamp | int64, string | microseconds since 1970 UTC; ISO 8601 |\n"
    "| list(a), map(k, a) | list(b), map(k, b) | every item; what cannot be said is a null item |\n"
    "| list, map | string | JSON: an array, an object |\n"
    "| string | list, map | JSON: `cast('[1, 2]' as list(int64))`; null when it is none or has items of another type "
    "|\n"
    "\n"
    "## What is refused\n"
    "\n"
    "`now()` and `random()`: training could not see what serving saw. Features that read each other in a circle. "
    "Aggregates inside\n"
    "aggregates (give the inner one a column). A window of 0.\n";

static const char *kernel_type_text(KernelType type)
{
    static const char *const TEXTS[] = {
        [KERNEL_TYPE_NONE] = "",
        [KERNEL_TYPE_BOOL] = "bool",
        [KERNEL_TYPE_INT64] = "int64",
        [KERNEL_TYPE_DECIMAL] = "decimal",
        [KERNEL_TYPE_DECIMAL_ANY] = "decimal",
        [KERNEL_TYPE_DECIMAL_SUM] = "decimal",
        [KERNEL_TYPE_DECIMAL_WHOLE] = "decimal(38,0)",
        [KERNEL_TYPE_FLOAT64] = "float64",
        [KERNEL_TYPE_STRING] = "string",
        [KERNEL_TYPE_INSTANT] = "timestamp",
        [KERNEL_TYPE_ZONE] = "zone",
        [KERNEL_TYPE_TABLE_INTEGERS] = "table",
        [KERNEL_TYPE_TABLE_NUMBERS] = "table",
        [KERNEL_TYPE_TABLE_RANKS] = "table",
        [KERNEL_TYPE_TABLE_STRINGS] = "table",
        [KERNEL_TYPE_NESTED] = "list or map",
        [KERNEL_TYPE_LIST] = "list",
        [KERNEL_TYPE_LIST_NUMBER] = "list of numbers",
        [KERNEL_TYPE_MAP] = "map",
        [KERNEL_TYPE_ITEM] = "its item",
        [KERNEL_TYPE_KEY] = "its key",
        [KERNEL_TYPE_LIST_BOOL] = "list(bool)",
        [KERNEL_TYPE_LIST_FLOAT64] = "list(float64)",
        [KERNEL_TYPE_LIST_STRING] = "list(string)",
        [KERNEL_TYPE_LIST_KEY] = "list of keys",
        [KERNEL_TYPE_LIST_ANY] = "list",
        [KERNEL_TYPE_LIST_OF_KEYS] = "list of its keys",
        [KERNEL_TYPE_LIST_OF_ITEMS] = "list of its values",
        [KERNEL_TYPE_MAP_OF_LISTS] = "map",
        [KERNEL_TYPE_NESTED_ANY] = "list or map",
        [KERNEL_TYPE_UNIT] = "unit",
        [KERNEL_TYPE_EDGES] = "edges",
        [KERNEL_TYPE_INT_EDGES] = "int64 edges",
        [KERNEL_TYPE_PATTERN] = "pattern",
        [KERNEL_TYPE_JSON_PATH] = "path",
    };
    return TEXTS[type];
}

/// "int64, int64 to int64".
static bool write_signature(Bytes *out, const KernelInfo *info, Error *err)
{
    for (uint32_t i = 0; info->arguments[i] != KERNEL_TYPE_NONE; i++) {
        TRY(bytes_append_format(out, err, "%s%s", i == 0 ? "" : ", ", kernel_type_text(info->arguments[i])));
    }
    return bytes_append_format(out, err, " to %s", kernel_type_text(info->result));
}

static bool write_signatures(Bytes *out, const char *name, Error *err)
{
    bool first = true;
    for (size_t i = 0; i < KERNEL_COUNT; i++) {
        const KernelInfo *info = kernel_info((Kernel)i);
        if (!str_equal(str_from(info->name), str_from(name))) continue;
        if (!first) TRY(bytes_append_str(out, STR("; "), err));
        TRY(write_signature(out, info, err));
        first = false;
    }
    return true;
}

static bool write_function(Bytes *out, const FunctionInfo *function, Error *err)
{
    TRY(bytes_append_format(out, err, "| `%s` | %s | ", function->form, function->meaning));
    TRY(write_signatures(out, function->name, err));
    return bytes_append_str(out, STR(" |\n"), err);
}

static bool write_functions(Bytes *out, Error *err)
{
    TRY(bytes_append_str(out, STR("| form | value | types |\n| --- | --- | --- |\n"), err));
    for (size_t i = 0; function_at(i) != NULL; i++) TRY(write_function(out, function_at(i), err));
    return true;
}

static const char *aggregation_result_text(AggregationResult result)
{
    static const char *const TEXTS[] = {[AGGREGATION_GIVES_INT64] = "int64",
                                        [AGGREGATION_GIVES_FLOAT64] = "float64",
                                        [AGGREGATION_GIVES_BOOL] = "bool",
                                        [AGGREGATION_GIVES_SAME] = "the type of x",
                                        [AGGREGATION_GIVES_LIST] = "list of the type of x",
                                        [AGGREGATION_GIVES_INT64_LIST] = "list(int64)",
                                        [AGGREGATION_GIVES_FLOAT64_LIST] = "list(float64)",
                                        [AGGREGATION_GIVES_COUNT_MAP] = "map from the type of x to int64"};
    return TEXTS[result];
}

static const char *aggregation_empty_text(const AggregationInfo *info)
{
    if (info->empty == AGGREGATION_EMPTY_NONE) return "null";
    if (info->empty == AGGREGATION_EMPTY_ZERO) return info->result == AGGREGATION_GIVES_FLOAT64 ? "0.0" : "0";
    return info->result == AGGREGATION_GIVES_INT64_LIST ? "zeros" : "empty";
}

static const char *aggregation_nulls_text(const AggregationInfo *info)
{
    if (info->argument == AGGREGATION_TAKES_NOTHING) return "";
    return info->counts == AGGREGATION_COUNTS_ROWS ? "seen" : "passed over";
}

/// What its arguments may be, and its parameters.
static bool write_takes(Bytes *out, const AggregationInfo *info, Error *err)
{
    TRY(bytes_append_str(out, str_from(aggregation_takes_types(info->argument)), err));
    if (info->second != AGGREGATION_TAKES_NOTHING)
        TRY(bytes_append_format(out, err, "; %s", aggregation_takes_types(info->second)));
    return bytes_append_format(out, err, " | %s", aggregation_parameter_text(info->parameter));
}

static bool write_aggregation(Bytes *out, const AggregationInfo *info, Error *err)
{
    TRY(bytes_append_format(out, err, "| `%s` | %s | ", info->form, info->meaning));
    TRY(write_takes(out, info, err));
    return bytes_append_format(out, err, " | %s | %s | %s | %s |\n", aggregation_result_text(info->result),
                               aggregation_empty_text(info), aggregation_nulls_text(info), info->source);
}

static bool write_aggregations(Bytes *out, Error *err)
{
    TRY(bytes_append_str(out,
                         STR("| aggregate | value | takes | parameters | gives | of no rows | nulls | as in |\n"
                             "| --- | --- | --- | --- | --- | --- | --- | --- |\n"),
                         err));
    for (size_t i = 0; i < AGGREGATION_COUNT_; i++) TRY(write_aggregation(out, aggregation_info((Aggregation)i), err));
    return true;
}

bool reference_write(Bytes *out, Error *err)
{
    TRY(bytes_append(out, INTRODUCTION, sizeof(INTRODUCTION) - 1, err));
    TRY(write_aggregations(out, err));
    TRY(bytes_append(out, WINDOWS, sizeof(WINDOWS) - 1, err));
    TRY(bytes_append(out, TYPES, sizeof(TYPES) - 1, err));
    TRY(write_functions(out, err));
    TRY(bytes_append(out, CASTS, sizeof(CASTS) - 1, err));
    return reference_write_fitted(out, err);
}
