#include "engine/series.h"

#include <string.h>

#include "base/array.h"
#include "engine/aggregate_hash.h"

void series_deinit(Series *series)
{
    memory_free(series->ranks);
    memory_free(series->positions);
    memory_free(series->units.sums);
    memory_free(series->units.squares);
    memory_free(series->keys.own);
    memory_free(series->registers.weights);
    memory_free(series->registers.sharers);
    memory_free(series->registers.shared);
    memory_free(series->registers.places);
    memory_free(series->registers.registers);
    memory_free(series->order.sorted);
    memory_free(series->order.places);
    memory_free(series->order.ids);
    memory_free(series->order.counts);
    *series = (Series){0};
}

// Pairs count where both are there.
static inline bool value_counts(const AggregateInput *input, size_t position)
{
    return aggregate_counts(input, position) && (input->second == NULL || vector_is_valid(input->second, position));
}

static bool every_position_counts(const AggregateInput *input, size_t begin, size_t end)
{
    const uint8_t *valid = input->argument == NULL ? NULL : input->argument->valid;
    const uint8_t *second_valid = input->second == NULL ? NULL : input->second->valid;
    if (input->condition == NULL && valid == NULL && second_valid == NULL) return true;
    for (size_t i = begin; i < end; i++) {
        if (!value_counts(input, i)) return false;
    }
    return true;
}

static bool find_values(Series *series, Error *err)
{
    size_t span = series->end - series->begin;
    TRY(array_reserve(&series->ranks, &series->rank_capacity, span + 1, sizeof(*series->ranks), err));
    TRY(array_reserve(&series->positions, &series->position_capacity, span, sizeof(*series->positions), err));
    series->count = 0;
    for (size_t i = 0; i < span; i++) {
        series->ranks[i] = (uint32_t)series->count;
        series->positions[series->count] = (uint32_t)(series->begin + i);
        series->count += value_counts(&series->input, series->begin + i);
    }
    series->ranks[span] = (uint32_t)series->count;
    return true;
}

bool series_positions(Series *series, Error *err)
{
    if (series->has_positions) return true;
    TRY(array_reserve(&series->positions, &series->position_capacity, series->count, sizeof(*series->positions), err));
    for (size_t i = 0; i < series->count; i++) series->positions[i] = (uint32_t)(series->begin + i);
    series->has_positions = true;
    return true;
}

bool series_make(Series *series, const AggregateInput *input, size_t begin, size_t end, Error *err)
{
    series->made = true;
    series->units.made = false;
    series->keys.made = false;
    series->registers.made = false;
    series->order.made = false;
    series->input = *input;
    series->begin = begin;
    series->end = end;
    series->count = end - begin;
    series->whole = every_position_counts(input, begin, end);
    series->has_positions = !series->whole;
    return series->whole || find_values(series, err);
}

static Int128 units_at(const Series *series, size_t i)
{
    const Vector *argument = series->input.argument;
    size_t position = series_position(series, i);
    switch (type_storage(argument->type)) {
    case STORAGE_FLOAT:
        return unit_of(&series->units.scale, argument->values.floats[position]);
    case STORAGE_DECIMAL:
        return argument->values.decimals[position];
    default:
        return argument->values.ints[position];
    }
}

// The usual case: floats, all of which count.
static void sum_floats(Series *series)
{
    const double *values = series->input.argument->values.floats + series->begin;
    UnitScale scale = series->units.scale;
    Int128 *sums = series->units.sums;
    Int128 sum = 0;
    for (size_t i = 0; i < series->count; i++) {
        sum += unit_of(&scale, values[i]);
        sums[i + 1] = sum;
    }
}

static void sum_values(Series *series)
{
    SeriesUnits *units = &series->units;
    units->sums[0] = 0;
    if (series->whole && type_storage(series->input.argument->type) == STORAGE_FLOAT) {
        sum_floats(series);
        return;
    }
    for (size_t i = 0; i < series->count; i++) units->sums[i + 1] = units->sums[i] + units_at(series, i);
}

// A value in units is what its sum adds to the sum before it.
static void sum_squares(SeriesUnits *units, size_t count)
{
    units->squares[0] = (UnitSquares){{0}};
    for (size_t i = 0; i < count; i++)
        units->squares[i + 1] = unit_squares_add(units->squares[i], unit_square(units->sums[i + 1] - units->sums[i]));
}

static bool make_squares(Series *series, Error *err)
{
    SeriesUnits *units = &series->units;
    if (units->has_squares || !units->scale.squares) return true;
    TRY(array_reserve(&units->squares, &units->square_capacity, series->count + 1, sizeof(*units->squares), err));
    sum_squares(units, series->count);
    units->has_squares = true;
    return true;
}

bool series_units(Series *series, bool squares, Error *err)
{
    SeriesUnits *units = &series->units;
    if (!units->made) {
        units->scale = aggregate_scale(&series->input, series->begin, series->end);
        units->has_squares = false;
        if (units->scale.sums) {
            TRY(array_reserve(&units->sums, &units->sum_capacity, series->count + 1, sizeof(*units->sums), err));
            sum_values(series);
        }
        units->made = true;
    }
    return !squares || make_squares(series, err);
}

static inline int64_t key_of_float(double value, bool *ambiguous)
{
    uint64_t bits = float_bits(value);
    *ambiguous = *ambiguous || bits == FLOAT_SIGN_BIT || float_is_nan(value);
    return (int64_t)(float_order_bits(value) ^ FLOAT_SIGN_BIT);
}

static const Vector *key_vector(const Series *series)
{
    return series->input.second != NULL ? series->input.second : series->input.argument;
}

static void fill_keys(Series *series)
{
    SeriesKeys *keys = &series->keys;
    const Vector *argument = key_vector(series);
    bool floats = type_storage(argument->type) == STORAGE_FLOAT;
    keys->keys = keys->own;
    for (size_t i = 0; i < series->count; i++) {
        size_t position = series_position(series, i);
        keys->own[i] = floats ? key_of_float(argument->values.floats[position], &keys->ambiguous)
                              : argument->values.ints[position];
    }
}

bool series_keys(Series *series, Error *err)
{
    SeriesKeys *keys = &series->keys;
    const Vector *argument = key_vector(series);
    if (keys->made) return true;
    keys->ambiguous = false;
    if (series->whole && type_storage(argument->type) == STORAGE_INT) {
        keys->keys = argument->values.ints + series->begin;
    } else {
        TRY(array_reserve(&keys->own, &keys->own_capacity, series->count, sizeof(*keys->own), err));
        fill_keys(series);
    }
    keys->made = true;
    return true;
}

static bool reserve_registers(SeriesRegisters *registers, size_t count, Error *err)
{
    TRY(array_reserve(&registers->weights, &registers->weight_capacity, count + 1, sizeof(uint64_t), err));
    TRY(array_reserve(&registers->sharers, &registers->sharer_capacity, count + 1, sizeof(uint32_t), err));
    TRY(array_reserve(&registers->shared, &registers->shared_capacity, count, sizeof(uint32_t), err));
    return array_reserve(&registers->places, &registers->place_capacity, count, sizeof(HyperloglogPlace), err);
}

static bool find_places(Series *series, Bytes *bytes, Error *err)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < series->count; i++) {
        TRY(value_hash(series->input.argument, series_position(series, i), bytes, &hash, err));
        series->registers.places[i] = hyperloglog_place(hash);
    }
    return true;
}

// What a register's owners say: nobody yet, one value that may still be lonely, or its number among the shared ones.
enum { OWNER_NONE = 0, OWNER_LONELY = 1, OWNER_SHARED = 1 << 30 };

// Numbers the registers that values share.
static void find_sharers(SeriesRegisters *registers, size_t count, uint32_t *owners)
{
    registers->register_count = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t *owner = &owners[registers->places[i].index];
        bool beyond = registers->places[i].rank > HYPERLOGLOG_RANK_MAX;
        if (*owner == OWNER_NONE && !beyond) {
            *owner = OWNER_LONELY;
        } else if (*owner < (uint32_t)OWNER_SHARED) {
            *owner = (uint32_t)OWNER_SHARED | registers->register_count++;
        }
    }
}

static void sum_lonely(SeriesRegisters *registers, size_t count, const uint32_t *owners)
{
    uint32_t shared = 0;
    uint64_t weight = 0;
    for (size_t i = 0; i < count; i++) {
        HyperloglogPlace *place = &registers->places[i];
        uint32_t owner = owners[place->index];
        registers->weights[i] = weight;
        registers->sharers[i] = shared;
        if (owner < (uint32_t)OWNER_SHARED) {
            weight += hyperloglog_weight(place->rank);
            continue;
        }
        registers->shared[shared++] = (uint32_t)i;
    }
    registers->weights[count] = weight;
    registers->sharers[count] = shared;
}

// A shared value learns the number of its register; the owners are left as they came: none.
static void number_places(SeriesRegisters *registers, size_t count, uint32_t *owners)
{
    uint32_t shared = registers->sharers[count];
    for (size_t i = 0; i < shared; i++) {
        HyperloglogPlace *place = &registers->places[registers->shared[i]];
        place->number = (uint16_t)(owners[place->index] & ~(uint32_t)OWNER_SHARED);
    }
    for (size_t i = 0; i < count; i++) owners[registers->places[i].index] = OWNER_NONE;
}

bool series_registers(Series *series, SeriesScratch *scratch, Error *err)
{
    SeriesRegisters *registers = &series->registers;
    if (registers->made) return true;
    TRY(reserve_registers(registers, series->count, err));
    TRY(find_places(series, &scratch->bytes, err));
    find_sharers(registers, series->count, scratch->owners);
    sum_lonely(registers, series->count, scratch->owners);
    number_places(registers, series->count, scratch->owners);
    TRY(array_reserve(&registers->registers, &registers->register_capacity, registers->register_count,
                      sizeof(*registers->registers), err));
    registers->made = true;
    return true;
}
