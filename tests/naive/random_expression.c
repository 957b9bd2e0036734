#include <string.h>

#include "naive/random_world.h"

/// How an expression of a type is made: `%` stands for parts by type, `B I F D S T` for bool, int64, float64, decimal, string,
/// timestamp. Leading letters say where: 'r' over rows, 'q' over the request, 'a' anywhere; 'i' where inputs are declared.
typedef struct Form {
    TypeId type;
    const char *where;
    const char *text;
} Form;

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
};

/// Over a request only; their parts are over rows.
static const Form AGGREGATES[] = {
    {TYPE_BOOL, "q", "min(%B)"},           {TYPE_BOOL, "q", "last(%B)"},        {TYPE_INT64, "q", "count()"},
    {TYPE_INT64, "q", "count(%F)"},        {TYPE_INT64, "q", "count(%S)"},      {TYPE_INT64, "q", "sum(%I)"},
    {TYPE_INT64, "q", "sum(%B)"},          {TYPE_INT64, "q", "max(%I)"},        {TYPE_INT64, "q", "first(%I)"},
    {TYPE_FLOAT64, "q", "sum(%F)"},        {TYPE_FLOAT64, "q", "mean(%F)"},     {TYPE_FLOAT64, "q", "mean(%I)"},
    {TYPE_FLOAT64, "q", "mean(%D)"},       {TYPE_FLOAT64, "q", "mean(%B)"},     {TYPE_FLOAT64, "q", "stddev(%F)"},
    {TYPE_FLOAT64, "q", "stddev(%I)"},     {TYPE_FLOAT64, "q", "stddev(%D)"},   {TYPE_FLOAT64, "q", "min(%F)"},
    {TYPE_FLOAT64, "q", "max(%F)"},        {TYPE_FLOAT64, "q", "first(%F)"},    {TYPE_FLOAT64, "q", "last(%F)"},
    {TYPE_DECIMAL, "q", "sum(%D)"},        {TYPE_DECIMAL, "q", "min(%D)"},      {TYPE_DECIMAL, "q", "last(%D)"},
    {TYPE_STRING, "q", "min(%S)"},         {TYPE_STRING, "q", "max(%S)"},       {TYPE_STRING, "q", "first(%S)"},
    {TYPE_STRING, "q", "last(%S)"},        {TYPE_TIMESTAMP_US, "q", "max(%T)"}, {TYPE_TIMESTAMP_US, "q", "last(%T)"},
    {TYPE_TIMESTAMP_US, "q", "first(%T)"},
};

static const char *const WINDOWS[] = {"1us", "2us", "5us", "20us", "1ms", "5ms", "1s", "3s", "20s", "1h", "7d"};

static bool form_fits(const Form *form, ExpressionPlace place, TypeId type)
{
    if (form->type != type) return false;
    switch (form->where[0]) {
    case 'r':
        return place.over_rows;
    case 'q':
        return !place.over_rows;
    case 'i':
        return !place.over_rows && place.inputs;
    default:
        return true;
    }
}

static const Form *choose_form(World *world, const Form *forms, size_t count, ExpressionPlace place, TypeId type)
{
    size_t fitting = 0;
    for (size_t i = 0; i < count; i++) fitting += form_fits(&forms[i], place, type);
    CHECK(fitting > 0);
    size_t chosen = (size_t)draw(&world->draws, fitting);
    for (size_t i = 0;; i++) {
        if (form_fits(&forms[i], place, type) && chosen-- == 0) return &forms[i];
    }
}

static TypeId type_of_letter(char letter)
{
    static const char LETTERS[] = "BIFDST";
    static const TypeId TYPES[] = {TYPE_BOOL, TYPE_INT64, TYPE_FLOAT64, TYPE_DECIMAL, TYPE_STRING, TYPE_TIMESTAMP_US};
    const char *found = letter == 0 ? NULL : strchr(LETTERS, letter);
    return found == NULL ? TYPE_COUNT : TYPES[found - LETTERS];
}

// NOLINTNEXTLINE(misc-no-recursion): depth is bounded by the place's
static bool write_form(World *world, const Form *form, ExpressionPlace place, Bytes *out, Error *err)
{
    for (const char *at = form->text; *at != 0; at++) {
        TypeId type = *at == '%' ? type_of_letter(at[1]) : TYPE_COUNT;
        if (type == TYPE_COUNT) {
            TRY(bytes_append_byte(out, (uint8_t)*at, err));
            continue;
        }
        TRY(world_expression(world, place, type, out, err));
        at++;
    }
    return true;
}

static bool write_aggregate(World *world, ExpressionPlace place, TypeId type, Bytes *out, Error *err)
{
    const Form *form = choose_form(world, AGGREGATES, COUNT_OF(AGGREGATES), place, type);
    place.over_rows = true;
    place.depth = place.depth > 1 ? 1 : place.depth;
    TRY(bytes_append_byte(out, '(', err));
    TRY(write_form(world, form, place, out, err));
    if (draw_chance(&world->draws, 60))
        TRY(bytes_append_format(out, err, " over %s", WINDOWS[draw(&world->draws, COUNT_OF(WINDOWS))]));
    if (draw_chance(&world->draws, 30)) {
        TRY(bytes_append_str(out, STR(" where "), err));
        TRY(world_expression(world, place, TYPE_BOOL, out, err));
    }
    return bytes_append_byte(out, ')', err);
}

/// A feature of the type that is there already; false in `*out_found` when there is none.
static bool write_feature(World *world, TypeId type, Bytes *out, bool *out_found, Error *err)
{
    *out_found = false;
    if (world->feature_count == 0) return true;
    const WorldFeature *feature = &world->features[draw(&world->draws, world->feature_count)];
    if (feature->type != type) return true;
    *out_found = true;
    return bytes_append_str(out, feature->name, err);
}

// NOLINTNEXTLINE(misc-no-recursion): depth is bounded
bool world_expression(World *world, ExpressionPlace place, TypeId type, Bytes *out, Error *err)
{
    bool found = false;
    bool has_rows = place.source != SIZE_MAX;
    if (draw_chance(&world->draws, place.over_rows ? 8 : 25)) TRY(write_feature(world, type, out, &found, err));
    if (found) return true;
    if (!place.over_rows && has_rows && draw_chance(&world->draws, place.depth == 0 ? 80 : 50))
        return write_aggregate(world, place, type, out, err);
    bool leaf = place.depth == 0 || draw_chance(&world->draws, 30);
    const Form *form = leaf ? choose_form(world, LEAVES, COUNT_OF(LEAVES), place, type)
                            : choose_form(world, FORMS, COUNT_OF(FORMS), place, type);
    if (leaf) return bytes_append_str(out, str_from(form->text), err);
    place.depth--;
    TRY(bytes_append_byte(out, '(', err));
    TRY(write_form(world, form, place, out, err));
    return bytes_append_byte(out, ')', err);
}
