/// The calendar's functions, by looking at the zone's clock around the moment that is asked for.
#include "naive/scalar.h"
#include "text/zone.h"

static const Type INTEGER = {.id = TYPE_INT64};

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

static bool is(const ScalarCall *call, const char *name)
{
    return str_equal(call->name, str_from(name));
}

static const Zone *zone_of(const ScalarCall *call, size_t argument)
{
    const Zone *zone = zone_utc();
    if (argument < call->count) CHECK(zone_find(call->values[argument].string, &zone, NULL));
    return zone;
}

static int64_t offset_us(const Zone *zone, int64_t instant)
{
    return zone_offset_at(zone, instant) * SECOND;
}

static bool clock_at(const Zone *zone, int64_t instant, Int128 *out)
{
    *out = (Int128)instant + offset_us(zone, instant);
    return *out >= INT64_MIN && *out <= INT64_MAX;
}

// All moments near at which the clock shows `local`, first to last: with the offset of before, and with that of after.
static size_t moments(const Zone *zone, Int128 local, Int128 *out)
{
    size_t count = 0;
    Int128 offsets[2];
    for (int side = 0; side < 2; side++) {
        Int128 near = local + (side == 0 ? -2 : 2) * (Int128)DAY;
        int64_t held = near < INT64_MIN ? INT64_MIN : near > INT64_MAX ? INT64_MAX : (int64_t)near;
        offsets[side] = offset_us(zone, held);
        Int128 moment = local - offsets[side];
        if (moment < INT64_MIN || moment > INT64_MAX || (side == 1 && offsets[1] == offsets[0])) continue;
        if (offset_us(zone, (int64_t)moment) == offsets[side]) out[count++] = moment;
    }
    // A gap: as far after it as the time lies inside.
    if (count == 0) out[0] = local - offsets[0];
    return count == 0 ? 1 : count;
}

static Value moment_value(Int128 moment)
{
    bool fits = moment >= INT64_MIN && moment <= INT64_MAX;
    return fits ? value_instant((int64_t)moment) : value_null(TYPE_INSTANT);
}

static int64_t unit_us(Str unit)
{
    static const struct {
        const char *name;
        int64_t us;
    } UNITS[] = {{"microsecond", 1},      {"millisecond", 1000}, {"second", SECOND}, {"minute", 60 * SECOND},
                 {"hour", 3600 * SECOND}, {"day", DAY},          {"week", 7 * DAY}};
    for (size_t i = 0; i < COUNT_OF(UNITS); i++) {
        if (str_equal(unit, str_from(UNITS[i].name))) return UNITS[i].us;
    }
    return 0;
}

static int64_t unit_months(Str unit)
{
    return str_equal(unit, STR("month")) ? 1 : str_equal(unit, STR("quarter")) ? 3 : 12;
}

static Int128 floor_to(Int128 value, Int128 step)
{
    Int128 rest = value % step;
    return value - (rest < 0 ? rest + step : rest);
}

static Int128 month_start(int64_t month)
{
    int64_t year = (int64_t)(floor_to(month, 12) / 12);
    return (Int128)civil_days(year, (unsigned)(month - year * 12 + 1), 1) * DAY;
}

static Value call_trunc(const ScalarCall *call)
{
    const Zone *zone = zone_of(call, 2);
    Str unit = call->values[0].string;
    Int128 local = 0;
    Int128 found[2];
    if (!call->values[1].there || !clock_at(zone, call->values[1].integer, &local)) return value_null(TYPE_INSTANT);
    int64_t step = unit_us(unit);
    // The first Monday of the clock is 1970-01-05.
    Int128 phase = str_equal(unit, STR("week")) ? 4 * (Int128)DAY : 0;
    if (step > 0 && step < DAY) return moment_value(call->values[1].integer - (local - floor_to(local, step)));
    if (step > 0) {
        local = floor_to(local - phase, step) + phase;
    } else {
        Civil civil = civil_from_us((int64_t)local);
        int64_t month = (int64_t)civil.year * 12 + civil.month - 1;
        local = month_start((int64_t)floor_to(month, unit_months(unit)));
    }
    if (local < INT64_MIN) return value_null(TYPE_INSTANT);
    moments(zone, local, found);
    return moment_value(found[0]);
}

static bool moved_months(int64_t local, Int128 months, Int128 *out)
{
    Civil civil = civil_from_us(local);
    Int128 month = (Int128)civil.year * 12 + civil.month - 1 + months;
    if (month < -3600000 || month > 3600000) return false;
    int64_t year = (int64_t)(floor_to(month, 12) / 12);
    unsigned of_year = (unsigned)(month - (Int128)year * 12 + 1);
    unsigned last = civil_month_days(year, of_year);
    Int128 day = civil_days(year, of_year, civil.day < last ? civil.day : last);
    *out = day * DAY + (local - floor_to(local, DAY));
    return true;
}

static Value call_add(const ScalarCall *call)
{
    const Zone *zone = zone_of(call, 3);
    Str unit = call->values[2].string;
    Int128 local = 0;
    Int128 found[2];
    if (!call->values[0].there || !call->values[1].there) return value_null(TYPE_INSTANT);
    int64_t instant = call->values[0].integer;
    int64_t count = call->values[1].integer;
    int64_t step = unit_us(unit);
    if (step > 0 && step < DAY) return moment_value((Int128)count * step + instant);
    if (!clock_at(zone, instant, &local)) return value_null(TYPE_INSTANT);
    if (step > 0) {
        local += (Int128)count * step;
    } else if (!moved_months((int64_t)local, (Int128)count * unit_months(unit), &local)) {
        return value_null(TYPE_INSTANT);
    }
    if (local < INT64_MIN || local > INT64_MAX) return value_null(TYPE_INSTANT);
    size_t number = moments(zone, local, found);
    bool second = number == 2 && local - found[1] == offset_us(zone, instant);
    return moment_value(found[second ? 1 : 0]);
}

static Value call_difference(const ScalarCall *call)
{
    const Zone *zone = zone_of(call, 3);
    Str unit = call->values[0].string;
    Int128 clocks[2] = {0};
    int64_t months[2] = {0};
    int64_t step = unit_us(unit);
    for (size_t i = 0; i < 2; i++) {
        if (!call->values[1 + i].there) return value_null(INTEGER);
    }
    Int128 passed = ((Int128)call->values[2].integer - call->values[1].integer) / (step > 0 ? step : 1);
    if (step > 0 && step < DAY)
        return passed < INT64_MIN || passed > INT64_MAX ? value_null(INTEGER) : value_int((int64_t)passed);
    for (size_t i = 0; i < 2; i++) {
        if (!clock_at(zone, call->values[1 + i].integer, &clocks[i])) return value_null(INTEGER);
        Civil civil = civil_from_us((int64_t)clocks[i]);
        months[i] = (int64_t)civil.year * 12 + civil.month - 1;
    }
    if (step > 0) {
        Int128 phase = step > DAY ? 4 * (Int128)DAY : 0;
        return value_int((int64_t)((floor_to(clocks[1] - phase, step) - floor_to(clocks[0] - phase, step)) / step));
    }
    Int128 of = unit_months(unit);
    return value_int((int64_t)((floor_to(months[1], of) - floor_to(months[0], of)) / of));
}

static Value call_make(const ScalarCall *call)
{
    const Zone *zone = zone_of(call, 6);
    Int128 found[2];
    if (!scalar_all_there(call)) return value_null(TYPE_INSTANT);
    const Value *parts = call->values;
    bool year = parts[0].integer >= -300000 && parts[0].integer <= 300000;
    bool month = parts[1].integer >= 1 && parts[1].integer <= 12;
    if (!year || !month) return value_null(TYPE_INSTANT);
    unsigned last = civil_month_days(parts[0].integer, (unsigned)parts[1].integer);
    bool day = parts[2].integer >= 1 && parts[2].integer <= last;
    bool hour = parts[3].integer >= 0 && parts[3].integer < 24;
    bool rest = parts[4].integer >= 0 && parts[4].integer < 60 && parts[5].integer >= 0 && parts[5].integer < 60;
    if (!day || !hour || !rest) return value_null(TYPE_INSTANT);
    Int128 days = civil_days(parts[0].integer, (unsigned)parts[1].integer, (unsigned)parts[2].integer);
    Int128 local = days * DAY + ((parts[3].integer * 60 + parts[4].integer) * 60 + parts[5].integer) * (Int128)SECOND;
    if (local < INT64_MIN || local > INT64_MAX) return value_null(TYPE_INSTANT);
    moments(zone, local, found);
    return moment_value(found[0]);
}

// Counted day by day from the year's first.
static int64_t day_of_year(const Civil *civil)
{
    int64_t days = civil->day;
    for (unsigned month = 1; month < civil->month; month++) days += civil_month_days(civil->year, month);
    return days;
}

// The week's Thursday says the year; how many of the year's Thursdays have come says the week.
static Value iso(const Civil *civil, bool week)
{
    Civil thursday = civil_from_days(civil_days(civil->year, civil->month, civil->day) - civil->weekday + 3);
    return value_int(week ? (day_of_year(&thursday) + 6) / 7 : thursday.year);
}

static bool call_part(const ScalarCall *call, Value *out)
{
    static const char *const PARTS[] = {"quarter", "day_of_year", "iso_week", "iso_year", "hour_of_week", "is_weekend"};
    bool found = false;
    Int128 local = 0;
    for (size_t i = 0; i < COUNT_OF(PARTS); i++) found |= is(call, PARTS[i]);
    if (!found) return false;
    *out = value_null(is(call, "is_weekend") ? TYPE_OF(TYPE_BOOL) : INTEGER);
    if (!call->values[0].there || !clock_at(zone_of(call, 1), call->values[0].integer, &local)) return true;
    Civil civil = civil_from_us((int64_t)local);
    if (is(call, "quarter")) *out = value_int((civil.month - 1) / 3 + 1);
    if (is(call, "day_of_year")) *out = value_int(day_of_year(&civil));
    if (is(call, "iso_week") || is(call, "iso_year")) *out = iso(&civil, is(call, "iso_week"));
    if (is(call, "hour_of_week")) *out = value_int(civil.weekday * 24 + civil.hour);
    if (is(call, "is_weekend")) *out = value_bool(civil.weekday == 5 || civil.weekday == 6);
    return true;
}

bool scalar_date(const ScalarCall *call, Value *out)
{
    if (call_part(call, out)) return true;
    if (is(call, "date_trunc")) {
        *out = call_trunc(call);
    } else if (is(call, "date_add")) {
        *out = call_add(call);
    } else if (is(call, "date_diff")) {
        *out = call_difference(call);
    } else if (is(call, "make_timestamp")) {
        *out = call_make(call);
    } else if (is(call, "epoch_seconds")) {
        Int128 instant = call->values[0].integer;
        *out = call->values[0].there ? value_int((int64_t)(floor_to(instant, SECOND) / SECOND)) : value_null(INTEGER);
    } else {
        return false;
    }
    return true;
}
