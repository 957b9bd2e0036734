/// Aggregations over rows in their total order.
#include <math.h>

#include "naive/aggregates.h"

static Value at_place(const Counted *counted, int64_t place)
{
    bool there = place >= 0 && place < (int64_t)counted->count;
    return there ? counted->values[place] : value_null(counted->type);
}

Value naive_first(const Counted *counted)
{
    return at_place(counted, 0);
}

Value naive_last(const Counted *counted)
{
    return at_place(counted, (int64_t)counted->count - 1);
}

Value naive_lag(const Counted *counted)
{
    return at_place(counted, (int64_t)counted->count - 1 - counted_int(counted, 0, 0));
}

Value naive_latest(const Counted *counted)
{
    return at_place(counted, (int64_t)counted->count - 1);
}

Value naive_nth(const Counted *counted)
{
    return at_place(counted, counted_int(counted, 0, 1) - 1);
}

static Value arg_extreme(const Counted *counted, int sign)
{
    size_t best = 0;
    for (size_t i = 1; i < counted->count; i++) {
        if (value_compare(counted->seconds[i], counted->seconds[best]) * sign > 0) best = i;
    }
    return at_place(counted, (int64_t)best);
}

Value naive_arg_min(const Counted *counted)
{
    return arg_extreme(counted, -1);
}

Value naive_arg_max(const Counted *counted)
{
    return arg_extreme(counted, 1);
}

static size_t at_most(const Counted *counted, size_t count)
{
    size_t most = (size_t)counted_int(counted, 0, 0);
    return count < most ? count : most;
}

Value naive_first_k(const Counted *counted)
{
    return counted_list(counted, counted->values, at_most(counted, counted->count));
}

Value naive_last_k(const Counted *counted)
{
    size_t count = at_most(counted, counted->count);
    return counted_list(counted, counted->values + counted->count - count, count);
}

static bool contains(const Value *values, size_t count, Value value)
{
    for (size_t i = 0; i < count; i++) {
        if (value_compare(values[i], value) == 0) return true;
    }
    return false;
}

Value naive_first_distinct_k(const Counted *counted)
{
    Value *found = counted_array(counted, counted->count);
    size_t count = 0;
    for (size_t i = 0; i < counted->count; i++) {
        if (!contains(found, count, counted->values[i])) found[count++] = counted->values[i];
    }
    return counted_list(counted, found, at_most(counted, count));
}

Value naive_last_distinct_k(const Counted *counted)
{
    Value *found = counted_array(counted, counted->count);
    size_t count = 0;
    for (size_t i = counted->count; i-- > 0;) {
        if (!contains(found, count, counted->values[i])) found[count++] = counted->values[i];
    }
    return counted_list(counted, found, at_most(counted, count));
}

Value naive_collect(const Counted *counted)
{
    return counted_list(counted, counted->values, counted->count);
}

Value naive_streak(const Counted *counted)
{
    int64_t length = 0;
    for (size_t i = counted->count; i-- > 0 && counted->values[i].boolean;) length++;
    return value_int(length);
}

Value naive_longest_streak(const Counted *counted)
{
    int64_t longest = 0;
    int64_t length = 0;
    for (size_t i = 0; i < counted->count; i++) {
        length = counted->values[i].boolean ? length + 1 : 0;
        longest = length > longest ? length : longest;
    }
    return value_int(longest);
}

Value naive_drawdown(const Counted *counted)
{
    double greatest = 0;
    bool nan = false;
    if (counted->count == 0) return value_null(TYPE_OF(TYPE_FLOAT64));
    double peak = counted->values[0].number;
    for (size_t i = 0; i < counted->count; i++) {
        double x = counted->values[i].number;
        peak = x > peak ? x : peak;
        double fall = peak > 0 ? (peak - x) / peak : 0;
        nan = nan || isnan(x) || isnan(fall);
        greatest = fall > greatest ? fall : greatest;
    }
    return value_float(nan ? (double)NAN : greatest);
}

Value naive_ewma(const Counted *counted)
{
    double alpha = counted_number(counted, 0, 1);
    if (counted->count == 0) return value_null(TYPE_OF(TYPE_FLOAT64));
    double mean = counted->values[0].number;
    for (size_t i = 1; i < counted->count; i++) mean = mean + alpha * (counted->values[i].number - mean);
    return value_float(mean);
}

Value naive_concat_lists(const Counted *counted)
{
    Value *joined = counted_array(counted, 0);
    size_t count = 0;
    for (size_t i = 0; i < counted->count; i++) {
        Value *keys = NULL;
        Value *items = NULL;
        size_t more = value_items(counted->values[i], counted->arena, &keys, &items);
        Value *longer = counted_array(counted, count + more);
        for (size_t j = 0; j < count + more; j++) longer[j] = j < count ? joined[j] : items[j - count];
        joined = longer;
        count += more;
    }
    return value_list(type_item(counted->type), joined, count, counted->arena);
}
