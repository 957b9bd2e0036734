/// The forms that random expressions are made of: written ones, and one of every kernel.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language/plan.h"
#include "naive/naive.h"
#include "naive/random_forms.h"

static const Form LEAVES[] = {
    {TYPE_BOOL, "r", "b"},
    {TYPE_BOOL, "r", "gone"},
    {TYPE_BOOL, "a", "true"},
    {TYPE_BOOL, "a", "false"},
    {TYPE_BOOL, "a", "cast(null as bool)"},
    {TYPE_INT64, "r", "n"},
    {TYPE_INT64, "r", "m"},
    {TYPE_INT64, "r", "k"},
    {TYPE_INT64, "i", "n"},
    {TYPE_INT64, "a", "2"},
    {TYPE_INT64, "a", "-3"},
    {TYPE_INT64, "a", "9223372036854775807"},
    {TYPE_INT64, "a", "cast(null as int64)"},
    {TYPE_FLOAT64, "r", "x"},
    {TYPE_FLOAT64, "r", "x"},
    {TYPE_FLOAT64, "r", "y"},
    {TYPE_FLOAT64, "i", "x"},
    {TYPE_FLOAT64, "a", "0.5"},
    {TYPE_FLOAT64, "a", "-1e300"},
    {TYPE_DECIMAL, "r", "d"},
    {TYPE_DECIMAL, "a", "cast('1.25' as decimal(38,2))"},
    {TYPE_DECIMAL, "a", "cast(7 as decimal(38,1))"},
    {TYPE_STRING, "r", "s"},
    {TYPE_STRING, "r", "g"},
    {TYPE_STRING, "i", "s"},
    {TYPE_STRING, "a", "'ab'"},
    {TYPE_STRING, "a", "''"},
    {TYPE_TIMESTAMP_US, "r", "t"},
    {TYPE_TIMESTAMP_US, "r", "c"},
    {TYPE_TIMESTAMP_US, "q", "at"},
    {TYPE_TIMESTAMP_US, "a", "timestamp '2016-03-13T07:30:00Z'"},
    {TYPE_TIMESTAMP_US, "a", "timestamp '1970-01-01T00:00:00.000005Z'"},
    {TYPE_LIST, "a", "[1.5, 2, -0.5]"},
    {TYPE_LIST, "a", "[0.0, 0.25]"},
    {FORM_STRINGS, "a", "['b', 'a', 'b']"},
    {FORM_COUNTS, "a", "zip(['a', 'b', 'a'], [1, 2, 3])"},
    {FORM_OTHER_LIST, "a", "[1, 2, 3]"},
    {FORM_OTHER_MAP, "a", "zip([1, 2], ['x', 'y'])"},
};

static const Form FORMS[] = {
    {TYPE_BOOL, "a", "%F < %F"},
    {TYPE_BOOL, "a", "%I = %I"},
    {TYPE_BOOL, "a", "%D >= %F"},
    {TYPE_BOOL, "a", "%D < %D"},
    {TYPE_BOOL, "a", "%I <= %D"},
    {TYPE_BOOL, "a", "%S != %S"},
    {TYPE_BOOL, "a", "%S > %S"},
    {TYPE_BOOL, "a", "%T < %T"},
    {TYPE_BOOL, "a", "%B = %B"},
    {TYPE_BOOL, "a", "%B and %B"},
    {TYPE_BOOL, "a", "%B or %B"},
    {TYPE_BOOL, "a", "not %B"},
    {TYPE_BOOL, "a", "%F is null"},
    {TYPE_BOOL, "a", "%S is not null"},
    {TYPE_BOOL, "a", "%F between %I and %F"},
    {TYPE_BOOL, "a", "%I not between %I and %I"},
    {TYPE_BOOL, "a", "%S in ('a', 'b', %S)"},
    {TYPE_BOOL, "a", "%I not in (1, %I)"},
    {TYPE_BOOL, "a", "if(%B, %B, %B)"},
    {TYPE_BOOL, "a", "coalesce(%B, %B)"},
    {TYPE_BOOL, "a", "cast(%S as bool)"},
    {TYPE_BOOL, "a", "cast(%I as bool)"},
    {TYPE_INT64, "a", "%I + %I"},
    {TYPE_INT64, "a", "%I - %I"},
    {TYPE_INT64, "a", "%I * %I"},
    {TYPE_INT64, "a", "%I % %I"},
    {TYPE_INT64, "a", "-%I"},
    {TYPE_INT64, "a", "abs(%I)"},
    {TYPE_INT64, "a", "round(%I)"},
    {TYPE_INT64, "a", "hour(%T, 'America/New_York')"},
    {TYPE_INT64, "a", "weekday(%T)"},
    {TYPE_INT64, "a", "day(%T, 'Australia/Lord_Howe')"},
    {TYPE_INT64, "a", "year(%T)"},
    {TYPE_INT64, "a", "minute(%T, 'Asia/Kathmandu')"},
    {TYPE_INT64, "a", "second(%T)"},
    {TYPE_INT64, "a", "month(%T)"},
    {TYPE_INT64, "a", "length(%S)"},
    {TYPE_INT64, "a", "hash(%S)"},
    {TYPE_INT64, "a", "hash(%F, 10)"},
    {TYPE_INT64, "a", "hash(%D, %I)"},
    {TYPE_INT64, "a", "hash(%T)"},
    {TYPE_INT64, "a", "hash(%B)"},
    {TYPE_INT64, "a", "hash(%I, 7)"},
    {TYPE_INT64, "a", "cast(%F as int64)"},
    {TYPE_INT64, "a", "cast(%D as int64)"},
    {TYPE_INT64, "a", "cast(%B as int64)"},
    {TYPE_INT64, "a", "cast(%S as int64)"},
    {TYPE_INT64, "a", "cast(%T as int64)"},
    {TYPE_INT64, "a", "if(%B, %I, %I)"},
    {TYPE_INT64, "a", "coalesce(%I, %I, %I)"},
    {TYPE_INT64, "a", "least(%I, %I)"},
    {TYPE_INT64, "a", "greatest(%I, %I, %I)"},
    {TYPE_INT64, "a", "case when %B then %I when %B then %I end"},
    {TYPE_FLOAT64, "a", "%F + %F"},
    {TYPE_FLOAT64, "a", "%F - %I"},
    {TYPE_FLOAT64, "a", "%F * %D"},
    {TYPE_FLOAT64, "a", "%F / %F"},
    {TYPE_FLOAT64, "a", "%I / %I"},
    {TYPE_FLOAT64, "a", "%D / %D"},
    {TYPE_FLOAT64, "a", "%F % %F"},
    {TYPE_FLOAT64, "a", "-%F"},
    {TYPE_FLOAT64, "a", "abs(%F)"},
    {TYPE_FLOAT64, "a", "round(%F)"},
    {TYPE_FLOAT64, "a", "floor(%F)"},
    {TYPE_FLOAT64, "a", "ceil(%F)"},
    {TYPE_FLOAT64, "a", "trunc(%F)"},
    {TYPE_FLOAT64, "a", "sqrt(%F)"},
    {TYPE_FLOAT64, "a", "ln(1 + %F)"},
    {TYPE_FLOAT64, "a", "exp(%D)"},
    {TYPE_FLOAT64, "a", "haversine_km(%F, %F, %I, %D)"},
    {TYPE_FLOAT64, "a", "seconds_between(%T, %T)"},
    {TYPE_FLOAT64, "a", "cast(%I as float64)"},
    {TYPE_FLOAT64, "a", "cast(%D as float64)"},
    {TYPE_FLOAT64, "a", "cast(%S as float64)"},
    {TYPE_FLOAT64, "a", "cast(%B as float64)"},
    {TYPE_FLOAT64, "a", "if(%B, %F, %I)"},
    {TYPE_FLOAT64, "a", "coalesce(%F, 0)"},
    {TYPE_FLOAT64, "a", "least(%F, %F)"},
    {TYPE_FLOAT64, "a", "greatest(%F, %D, %I)"},
    {TYPE_FLOAT64, "a", "case when %B then %I when %B then null else %F end"},
    {TYPE_DECIMAL, "a", "%D + %D"},
    {TYPE_DECIMAL, "a", "%I - %D"},
    {TYPE_DECIMAL, "a", "%D * %I"},
    {TYPE_DECIMAL, "a", "%D % %D"},
    {TYPE_DECIMAL, "a", "-%D"},
    {TYPE_DECIMAL, "a", "abs(%D)"},
    {TYPE_DECIMAL, "a", "round(%D)"},
    {TYPE_DECIMAL, "a", "floor(%D)"},
    {TYPE_DECIMAL, "a", "ceil(%D)"},
    {TYPE_DECIMAL, "a", "trunc(%D)"},
    {TYPE_DECIMAL, "a", "cast(%F as decimal(38,3))"},
    {TYPE_DECIMAL, "a", "cast(%D as decimal(38,1))"},
    {TYPE_DECIMAL, "a", "cast(%I as decimal(38,30))"},
    {TYPE_DECIMAL, "a", "cast(%S as decimal(38,2))"},
    {TYPE_DECIMAL, "a", "if(%B, %D, %I)"},
    {TYPE_DECIMAL, "a", "coalesce(%D, %D)"},
    {TYPE_DECIMAL, "a", "least(%D, %I)"},
    {TYPE_STRING, "a", "concat(%S, %S)"},
    {TYPE_STRING, "a", "lower(%S)"},
    {TYPE_STRING, "a", "upper(%S)"},
    {TYPE_STRING, "a", "cast(%I as string)"},
    {TYPE_STRING, "a", "cast(%F as string)"},
    {TYPE_STRING, "a", "cast(%D as string)"},
    {TYPE_STRING, "a", "cast(%B as string)"},
    {TYPE_STRING, "a", "cast(%T as string)"},
    {TYPE_STRING, "a", "if(%B, %S, %S)"},
    {TYPE_STRING, "a", "coalesce(%S, %S)"},
    {TYPE_STRING, "a", "greatest(%S, %S)"},
    {TYPE_TIMESTAMP_US, "a", "cast(%I as timestamp)"},
    {TYPE_TIMESTAMP_US, "a", "if(%B, %T, %T)"},
    {TYPE_TIMESTAMP_US, "a", "coalesce(%T, %T)"},
    {TYPE_TIMESTAMP_US, "a", "least(%T, %T)"},
    {TYPE_LIST, "a", "[%F, %F]"},
#define FORM(type, text) {TYPE_##type, "a", (text)},
#include "naive/scalar_forms.def"
#undef FORM
#define FORM(type, text) {(type), "a", (text)},
#include "naive/nested_forms.def"
#undef FORM
    {TYPE_LIST, "a", "[%F, %I, %F]"},
    {TYPE_LIST, "a", "[%F, null, %F]"},
    {TYPE_LIST, "a", "slice(%L, %I, %I)"},
    {TYPE_LIST, "a", "slice(%L, 0, -1)"},
    {TYPE_LIST, "a", "concat(%L, %L)"},
    {TYPE_LIST, "a", "list_sort(%L)"},
    {TYPE_LIST, "a", "list_distinct(%L)"},
    {TYPE_LIST, "a", "list_reverse(%L)"},
    {TYPE_LIST, "a", "list_add(%L, %L)"},
    {TYPE_LIST, "a", "list_subtract(%L, %L)"},
    {TYPE_LIST, "a", "list_scale(%L, %F)"},
    {TYPE_LIST, "a", "if(%B, %L, %L)"},
    {TYPE_LIST, "a", "coalesce(%L, %L)"},
    {FORM_STRINGS, "a", "[%S, %S]"},
    {FORM_STRINGS, "a", "split(%S, 'a')"},
    {FORM_STRINGS, "a", "split(%S, %S)"},
    {FORM_STRINGS, "a", "tokens(%S)"},
    {FORM_STRINGS, "a", "map_keys(%M)"},
    {FORM_STRINGS, "a", "concat(%Z, %Z)"},
    {FORM_STRINGS, "a", "list_sort(%Z)"},
    {FORM_STRINGS, "a", "list_distinct(%Z)"},
    {FORM_STRINGS, "a", "slice(%Z, 1, 3)"},
    {FORM_COUNTS, "a", "zip([%S, %S], [%I, %I])"},
    {FORM_COUNTS, "a", "if(%B, %M, %M)"},
    {FORM_OTHER_LIST, "a", "map_values(%M)"},
    {FORM_OTHER_LIST, "a", "[%T, %T]"},
    {FORM_OTHER_LIST, "a", "[%D, %D]"},
    {FORM_OTHER_LIST, "a", "[%B, %B]"},
    {FORM_OTHER_MAP, "a", "zip([%I, %I], [%F, %F])"},
    {FORM_OTHER_MAP, "a", "zip([%T], [%D])"},
    {TYPE_BOOL, "a", "contains(%L, %F)"},
    {TYPE_BOOL, "a", "contains(%Z, %S)"},
    {TYPE_BOOL, "a", "contains(%M, %S)"},
    {TYPE_BOOL, "a", "list_any([%B, %B])"},
    {TYPE_BOOL, "a", "list_all([%B, %B])"},
    {TYPE_BOOL, "a", "%L = %L"},
    {TYPE_BOOL, "a", "%Z < %Z"},
    {TYPE_BOOL, "a", "%M is null"},
    {TYPE_INT64, "a", "size(%L)"},
    {TYPE_INT64, "a", "size(%Z)"},
    {TYPE_INT64, "a", "size(%M)"},
    {TYPE_INT64, "a", "position(%L, %F)"},
    {TYPE_INT64, "a", "get(%M, %S)"},
    {TYPE_INT64, "a", "list_sum([%I, %I])"},
    {TYPE_INT64, "a", "list_max(map_values(%M))"},
    {TYPE_INT64, "a", "hash(%Z)"},
    {TYPE_FLOAT64, "a", "get(%L, %I)"},
    {TYPE_FLOAT64, "a", "get(%L, -1)"},
    {TYPE_FLOAT64, "a", "list_sum(%L)"},
    {TYPE_FLOAT64, "a", "list_mean(%L)"},
    {TYPE_FLOAT64, "a", "list_min(%L)"},
    {TYPE_FLOAT64, "a", "list_max(%L)"},
    {TYPE_FLOAT64, "a", "dot(%L, %L)"},
    {TYPE_FLOAT64, "a", "norm(%L)"},
    {TYPE_FLOAT64, "a", "cosine(%L, %L)"},
    {TYPE_FLOAT64, "a", "l2_distance(%L, %L)"},
    {TYPE_DECIMAL, "a", "list_sum([%D, %D])"},
    {TYPE_STRING, "a", "get(%Z, 0)"},
    {TYPE_STRING, "a", "join(%Z, ',')"},
    {TYPE_STRING, "a", "list_min(%Z)"},
};

static const Form AGGREGATES[] = {
#define FORM(type, text) {(type), "q", (text)},
#include "naive/aggregate_forms.def"
#undef FORM
};

static const Form CATEGORIES[] = {
    {TYPE_COUNT, "a", "s"},          {TYPE_COUNT, "a", "b"}, {TYPE_COUNT, "a", "k"},
    {TYPE_COUNT, "a", "hash(x, 3)"}, {TYPE_COUNT, "a", "c"}, {TYPE_COUNT, "a", "if(b, g, s)"},
};

static const Form WINDOWS[] = {
    {TYPE_COUNT, "a", "1us"}, {TYPE_COUNT, "a", "2us"}, {TYPE_COUNT, "a", "5us"}, {TYPE_COUNT, "a", "20us"},
    {TYPE_COUNT, "a", "1ms"}, {TYPE_COUNT, "a", "5ms"}, {TYPE_COUNT, "a", "1s"},  {TYPE_COUNT, "a", "3s"},
    {TYPE_COUNT, "a", "20s"}, {TYPE_COUNT, "a", "1h"},  {TYPE_COUNT, "a", "7d"},
};

static const Form OTHER_WINDOWS[] = {
    {TYPE_COUNT, "a", "2us ending 1us ago"},
    {TYPE_COUNT, "a", "1us ending 5us ago"},
    {TYPE_COUNT, "a", "3s ending 1s ago"},
    {TYPE_COUNT, "a", "5us step 2us"},
    {TYPE_COUNT, "a", "20us step 7us"},
    {TYPE_COUNT, "a", "1h step 1s"},
    {TYPE_COUNT, "a", "5us ending 3us ago step 4us"},
    {TYPE_COUNT, "a", "3s ending 1ms ago step 7ms"},
    {TYPE_COUNT, "a", "session 1us"},
    {TYPE_COUNT, "a", "session 2us"},
    {TYPE_COUNT, "a", "session 1s"},
    {TYPE_COUNT, "a", "session 1h max 3 rows"},
    {TYPE_COUNT, "a", "1 calendar day"},
    {TYPE_COUNT, "a", "1 calendar day in 'America/New_York'"},
    {TYPE_COUNT, "a", "2 calendar weeks in 'America/New_York'"},
    {TYPE_COUNT, "a", "1 calendar month in 'Australia/Lord_Howe'"},
    {TYPE_COUNT, "a", "3 calendar months"},
    {TYPE_COUNT, "a", "1 calendar quarter in 'Asia/Kathmandu'"},
    {TYPE_COUNT, "a", "1 calendar year"},
    {TYPE_COUNT, "a", "1 calendar day in 'America/New_York' ending 1h ago"},
    {TYPE_COUNT, "a", "1 calendar day in 'America/New_York' ending 1s ago step 1h max 4 rows"},
};

static const Form CAPPED_WINDOWS[] = {
    {TYPE_COUNT, "a", "1 rows"},
    {TYPE_COUNT, "a", "2 rows"},
    {TYPE_COUNT, "a", "5 rows"},
    {TYPE_COUNT, "a", "100 rows"},
    {TYPE_COUNT, "a", "5us max 2 rows"},
    {TYPE_COUNT, "a", "7d max 3 rows"},
    {TYPE_COUNT, "a", "5us ending 1us ago step 2us max 1 rows"},
    {TYPE_COUNT, "a", "session 5us max 2 rows"},
};

static const Form SERIES[] = {
    {TYPE_COUNT, "a", "[1us, 5us]"},
    {TYPE_COUNT, "a", "[2us, 1s, 7d]"},
    {TYPE_COUNT, "a", "[3 rows, 20us max 2 rows]"},
    {TYPE_COUNT, "a", "[5us ending 2us ago, session 3us]"},
};

static const Form AHEAD[] = {
    {TYPE_COUNT, "a", "next 1us"}, {TYPE_COUNT, "a", "next 2us"}, {TYPE_COUNT, "a", "next 20us"},
    {TYPE_COUNT, "a", "next 3s"},  {TYPE_COUNT, "a", "next 1h"},  {TYPE_COUNT, "a", "next 7d"},
};

/// A form of every kernel that has a name to call it by.
static const struct {
    const char *name, *result, *arguments;
} KERNELS[] = {
#define KERNEL(id, result, nulls, name, ...) {name, #result, #__VA_ARGS__},
#include "language/kernels.def"
#undef KERNEL
};

enum { FORM_BYTES_MAX = 160, PROBE_SCALE = 2 };

static const struct {
    const Form *all;
    size_t count;
} written[FORM_KINDS] = {
    [FORM_LEAF] = {LEAVES, COUNT_OF(LEAVES)},
    [FORM_CALL] = {FORMS, COUNT_OF(FORMS)},
    [FORM_AGGREGATE] = {AGGREGATES, COUNT_OF(AGGREGATES)},
    [FORM_TIME] = {WINDOWS, COUNT_OF(WINDOWS)},
    [FORM_WINDOW] = {OTHER_WINDOWS, COUNT_OF(OTHER_WINDOWS)},
    [FORM_CAPPED] = {CAPPED_WINDOWS, COUNT_OF(CAPPED_WINDOWS)},
    [FORM_SERIES] = {SERIES, COUNT_OF(SERIES)},
    [FORM_AHEAD] = {AHEAD, COUNT_OF(AHEAD)},
    [FORM_CATEGORY] = {CATEGORIES, COUNT_OF(CATEGORIES)},
};

static struct {
    bool done;
    Form usable[FORM_KINDS][COUNT_OF(FORMS) + COUNT_OF(KERNELS)];
    Form unusable[FORM_KINDS][COUNT_OF(FORMS) + COUNT_OF(KERNELS)];
    size_t usable_count[FORM_KINDS], unusable_count[FORM_KINDS];
    char texts[COUNT_OF(KERNELS)][FORM_BYTES_MAX];
} found;

FormType form_letter_type(char letter)
{
    static const char LETTERS[] = "BIFDSTLZM";
    static const FormType TYPES[] = {TYPE_BOOL,         TYPE_INT64, TYPE_FLOAT64, TYPE_DECIMAL, TYPE_STRING,
                                     TYPE_TIMESTAMP_US, TYPE_LIST,  FORM_STRINGS, FORM_COUNTS};
    const char *place = letter == 0 ? NULL : strchr(LETTERS, letter);
    return place == NULL ? TYPE_COUNT : TYPES[place - LETTERS];
}

/// What stands for a part of a form that is tried out.
static const char *sample(char letter, bool rows)
{
    static const struct {
        char letter;
        const char *value, *column;
    } SAMPLES[] = {{'B', "(1 = 2)", "b"},
                   {'I', "(1 + 1)", "n"},
                   {'F', "(0.5 + 1.0)", "x"},
                   {'D', "cast('1.25' as decimal(38,2))", "d"},
                   {'S', "concat('a')", "s"},
                   {'T', "at", "t"},
                   {'L', "[1.5, 2]", "[x, 2]"},
                   {'Z', "['a', 'b']", "[s, 'b']"},
                   {'M', "zip(['a'], [1])", "zip([s], [n])"},
                   {'W', "1h", "1h"},
                   {'C', "2 rows", "2 rows"}};
    for (size_t i = 0; i < COUNT_OF(SAMPLES); i++) {
        if (SAMPLES[i].letter == letter) return rows ? SAMPLES[i].column : SAMPLES[i].value;
    }
    return NULL;
}

static void fill(const char *text, bool rows, Bytes *out)
{
    for (; *text != 0; text++) {
        const char *part = *text == '%' ? sample(text[1], rows) : NULL;
        CHECK(part == NULL ? bytes_append_byte(out, (uint8_t)*text, NULL)
                           : bytes_append_str(out, str_from(part), NULL));
        text += part != NULL;
    }
}

static const Field FIELDS[] = {
    {STR_INIT("t"), {.id = TYPE_TIMESTAMP_US}},
    {STR_INIT("c"), {.id = TYPE_TIMESTAMP_US}},
    {STR_INIT("x"), {.id = TYPE_FLOAT64}},
    {STR_INIT("y"), {.id = TYPE_FLOAT32}},
    {STR_INIT("n"), {.id = TYPE_INT64}},
    {STR_INIT("m"), {.id = TYPE_INT16}},
    {STR_INIT("k"), {.id = TYPE_INT32}},
    {STR_INIT("s"), {.id = TYPE_STRING}},
    {STR_INIT("g"), {.id = TYPE_STRING}},
    {STR_INIT("b"), {.id = TYPE_BOOL}},
    {STR_INIT("gone"), {.id = TYPE_BOOL}},
    {STR_INIT("d"), {.id = TYPE_DECIMAL, .precision = 10, .scale = PROBE_SCALE}},
};

/// Whether a column of the text compiles and is computed; `ahead`: as one that a label reads.
static bool is_understood(Str text, bool ahead)
{
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(frame_deinit) Frame table = {0};
    AUTO(frame_deinit) Frame inputs = {0};
    AUTO(frame_deinit) Frame features = {0};
    Error err = {0};
    Column *column = NULL;
    const int64_t at = 1;
    const SourceDefinition source = {
        .name = STR("rows"), .schema = {FIELDS, COUNT_OF(FIELDS)}, .time = STR("t"), .known = STR("t")};
    const NamedExpression columns = {STR("x"), {text, {0, 0}}};
    const NamedExpression by = {STR("k"), {STR("k"), {0, 0}}};
    const ViewDefinition view = {
        .name = STR("v"), .from = STR("rows"), .by = &by, .by_count = 1, .columns = &columns, .column_count = 1};
    const DatasetDefinition dataset = {.from = source.name, .at = source.time, .label = {STR("v.x is null"), {0, 0}}};
    const Definition definition = {
        .sources = &source, .source_count = 1, .views = &view, .view_count = 1, .dataset = ahead ? &dataset : NULL};

    if (!plan_compile(&definition, &plan, &err)) {
        if (getenv("PAWL_FORMS") != NULL) fprintf(stderr, "    %.*s: %s\n", STR_ARG(text), err.text);
        return false;
    }
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++)
        CHECK(frame_add_column(&table, FIELDS[i].name, FIELDS[i].type, &column, &err));
    CHECK(frame_add_column(&inputs, STR("k"), TYPE_OF(TYPE_INT64), &column, &err) && column_push_int(column, 1, &err));
    frame_finish(&table);
    frame_finish(&inputs);
    return naive_features(&definition, &table, &inputs, &at, NULL, &features, &err) &&
           features.column_count == plan.feature_count;
}

static bool form_is_understood(FormKind kind, const Form *form)
{
    AUTO(bytes_deinit) Bytes text = {0};
    bool leaf = kind == FORM_LEAF;
    if (leaf && form->type < TYPE_LIST) return true;
    if (kind == FORM_TIME || kind == FORM_WINDOW || kind == FORM_CAPPED || kind == FORM_SERIES || kind == FORM_AHEAD)
        CHECK(bytes_append_str(&text, STR("count() over "), NULL));
    if (kind == FORM_CATEGORY) CHECK(bytes_append_str(&text, STR("count() by "), NULL));
    fill(form->text, kind == FORM_AGGREGATE, &text);
    return is_understood(bytes_str(&text), kind == FORM_AHEAD);
}

static void try_form(FormKind kind, const Form *form)
{
    if (form_is_understood(kind, form)) {
        found.usable[kind][found.usable_count[kind]++] = *form;
    } else {
        found.unusable[kind][found.unusable_count[kind]++] = *form;
    }
}

static const char *part_of(Str type)
{
    static const struct {
        const char *type, *part;
    } PARTS[] = {{"BOOL", "%B"},
                 {"INT64", "%I"},
                 {"FLOAT64", "%F"},
                 {"STRING", "%S"},
                 {"INSTANT", "%T"},
                 {"DECIMAL", "%D"},
                 {"DECIMAL_ANY", "%D"},
                 {"DECIMAL_SUM", "%D"},
                 {"DECIMAL_WHOLE", "%D"},
                 {"UNIT", "'month'"},
                 {"EDGES", "0.5, 2.5"},
                 {"INT_EDGES", "1, 3"},
                 {"ZONE", "'America/New_York'"}};
    for (size_t i = 0; i < COUNT_OF(PARTS); i++) {
        if (str_equal(type, str_from(PARTS[i].type))) return PARTS[i].part;
    }
    return NULL;
}

/// Not of operators.
static bool is_callable(const char *name)
{
    static const char *const OPERATORS[] = {"and", "or", "not", "negate", "in", "is null"};
    for (size_t i = 0; i < COUNT_OF(OPERATORS); i++) {
        if (strcmp(name, OPERATORS[i]) == 0) return false;
    }
    return name[0] != 0 && strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789") == strlen(name);
}

/// "hour(%T, 'America/New_York')" of "hour", "INSTANT, ZONE".
static bool kernel_form(size_t kernel, Form *out)
{
    AUTO(bytes_deinit) Bytes text = {0};
    const char *result = part_of(str_from(KERNELS[kernel].result));
    Str arguments = str_from(KERNELS[kernel].arguments);
    Str argument = {0};
    if (!is_callable(KERNELS[kernel].name) || result == NULL || result[0] != '%') return false;
    CHECK(bytes_append_format(&text, NULL, "%s(", KERNELS[kernel].name));
    for (size_t i = 0; str_split(&arguments, ',', &argument); i++) {
        const char *part = part_of(str_trim(argument));
        if (part == NULL) return false;
        CHECK(bytes_append_format(&text, NULL, "%s%s", i > 0 ? ", " : "", part));
    }
    CHECK(bytes_append_str(&text, STR(")"), NULL) && text.size < FORM_BYTES_MAX);
    memcpy(found.texts[kernel], text.data, text.size);
    *out = (Form){form_letter_type(result[1]), "a", found.texts[kernel]};
    return true;
}

static void find_forms(void)
{
    Form form = {0};
    for (FormKind kind = 0; kind < FORM_KINDS; kind++) {
        for (size_t i = 0; i < written[kind].count; i++) try_form(kind, &written[kind].all[i]);
    }
    for (size_t kernel = 0; kernel < COUNT_OF(KERNELS); kernel++) {
        if (kernel_form(kernel, &form)) try_form(FORM_CALL, &form);
    }
    found.done = true;
}

size_t forms_usable(FormKind kind, const Form **out)
{
    if (!found.done) find_forms();
    *out = found.usable[kind];
    return found.usable_count[kind];
}

size_t forms_unusable(FormKind kind, const Form **out)
{
    if (!found.done) find_forms();
    *out = found.unusable[kind];
    return found.unusable_count[kind];
}
