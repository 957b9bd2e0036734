#include "number/hyperloglog.h"

#include <stdlib.h>

#include "number/random.h"
#include "support/test.h"

/// Registers, values and all: what comes and goes, beside what the definition makes of what is there.
typedef struct Trial {
    HyperloglogRegister registers[HYPERLOGLOG_REGISTERS];
    HyperloglogTerms terms;
    HyperloglogTally tally;
} Trial;

static int64_t estimate_anew(const uint64_t *hashes, size_t begin, size_t end)
{
    uint8_t registers[HYPERLOGLOG_REGISTERS] = {0};
    for (size_t i = begin; i < end; i++) hyperloglog_add(registers, hashes[i]);
    return hyperloglog_estimate(registers);
}

static void put(Trial *trial, uint64_t hash, bool comes)
{
    HyperloglogPlace place = hyperloglog_place(hash);
    HyperloglogRegister *values = &trial->registers[place.index];
    if (comes) {
        hyperloglog_register_add(values, place.rank, &trial->tally);
    } else {
        hyperloglog_register_remove(values, place.rank, &trial->tally);
    }
}

/// Windows of `width` over `count` hashes, each `step` after the one before.
static void check_windows(size_t count, size_t width, size_t step, uint64_t mask)
{
    Trial *trial = calloc(1, sizeof(*trial));
    uint64_t *hashes = calloc(count, sizeof(*hashes));
    RandomKey key = random_key(7, RANDOM_TEST, 0);
    for (size_t i = 0; i < count; i++) hashes[i] = random_u64(key, i, 0) & mask;
    for (size_t end = 0; end <= count; end++) {
        size_t begin = end < width ? 0 : end - width;
        if (end > 0) put(trial, hashes[end - 1], true);
        if (end > width) put(trial, hashes[begin - 1], false);
        if (end % step != 0) continue;
        assert_int_equal(trial->tally.beyond, 0);
        assert_int_equal(hyperloglog_tally_estimate(&trial->tally, &trial->terms), estimate_anew(hashes, begin, end));
    }
    free(hashes);
    free(trial);
}

static void a_window_is_estimated_as_its_registers_are(void **state)
{
    UNUSED(state);
    check_windows(3000, 1, 7, UINT64_MAX);
    check_windows(3000, 60, 1, UINT64_MAX);
    check_windows(3000, 60, 1, (uint64_t)7 << 61 | UINT64_MAX >> HYPERLOGLOG_BITS); // all in eight registers
}

static void so_it_is_when_every_register_is_taken(void **state)
{
    UNUSED(state);
    check_windows(120000, 60000, 4099, UINT64_MAX);
}

static void a_register_knows_its_greatest_rank_whoever_leaves(void **state)
{
    UNUSED(state);
    HyperloglogRegister values = {0};
    HyperloglogTally tally = {0};
    hyperloglog_register_add(&values, 3, &tally);
    hyperloglog_register_add(&values, 40, &tally);
    hyperloglog_register_add(&values, 41, &tally);
    hyperloglog_register_add(&values, 41, &tally);
    assert_true(tally.registers == 1 && tally.beyond == 1 && tally.weight == 0);
    hyperloglog_register_remove(&values, 41, &tally);
    assert_int_equal(tally.beyond, 1);
    hyperloglog_register_remove(&values, 41, &tally);
    assert_true(tally.registers == 1 && tally.beyond == 0 && tally.weight == 1);
    hyperloglog_register_remove(&values, 40, &tally);
    assert_true(tally.registers == 1 && tally.weight == (uint64_t)1 << 37);
    hyperloglog_register_remove(&values, 3, &tally);
    assert_true(tally.registers == 0 && tally.weight == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_is_estimated_as_its_registers_are),
        cmocka_unit_test(so_it_is_when_every_register_is_taken),
        cmocka_unit_test(a_register_knows_its_greatest_rank_whoever_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
