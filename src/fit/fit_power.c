/// yeo_johnson: the power that makes training values likeliest to be normal (Yeo and Johnson, "A new family of power
/// transformations", Biometrika 87, 2000).
#include "fit/fit_internal.h"
#include "number/exact_stats.h"
#include "number/pinned.h"

enum { POWER_STEPS = 64, POWER_LEAST = -2 * POWER_STEPS, POWER_GREATEST = 4 * POWER_STEPS };

/// A step of the base: ((1 + |x|)^p - 1) / p, whose limit at 0 is ln(1 + |x|). As the kernels compute it.
static double power_side(double magnitude, double power)
{
    double logarithm = pinned_log(1 + magnitude);
    return power == 0 ? logarithm : (pinned_exp(power * logarithm) - 1) / power;
}

static double power_value(double x, double power)
{
    return x < 0 ? -power_side(-x, 2 - power) : power_side(x, power);
}

/// The logarithm of the likelihood, but for a constant; -infinity where values overflow.
static double power_likelihood(const double *numbers, size_t count, double jacobian, int step)
{
    double power = (double)step / POWER_STEPS;
    ExactMoments moments = {0};
    for (size_t i = 0; i < count; i++) exact_moments_add(&moments, power_value(numbers[i], power));
    double variance = exact_moments_variance(&moments, EXACT_SPREAD_POPULATION);
    if (!float_is_finite(variance) || variance <= 0) return -float_infinity();
    return (power - 1) * jacobian - (double)count / 2 * pinned_log(variance);
}

/// The likelihood has one summit, so thirds of the way are left out; of equal sides the upper one.
static int power_search(const double *numbers, size_t count, double jacobian)
{
    int low = POWER_LEAST;
    int high = POWER_GREATEST;
    while (high - low > 2) {
        int left = low + (high - low) / 3;
        int right = high - (high - low) / 3;
        bool rises =
            power_likelihood(numbers, count, jacobian, left) < power_likelihood(numbers, count, jacobian, right);
        if (rises)
            low = left;
        else
            high = right;
    }
    int best = low;
    for (int step = low + 1; step <= high; step++) {
        if (power_likelihood(numbers, count, jacobian, step) > power_likelihood(numbers, count, jacobian, best))
            best = step;
    }
    return best;
}

/// Values that are all the same say nothing of a power: 1, which leaves them as they are.
bool learn_yeo_johnson(FitWork *work, Error *err)
{
    ExactSum jacobian = {0};
    double *sorted = NULL;
    size_t count = 0;
    TRY(work_sorted(work, 0, &sorted, &count, err));
    for (size_t i = 0; i < count; i++) {
        double magnitude = pinned_log(1 + (sorted[i] < 0 ? -sorted[i] : sorted[i]));
        exact_sum_add(&jacobian, sorted[i] < 0 ? -magnitude : magnitude);
    }
    work->low = 1;
    if (sorted[0] < sorted[count - 1])
        work->low = (double)power_search(sorted, count, exact_sum_round(&jacobian)) / POWER_STEPS;
    return arena_format(work->arena, &work->learned, err, "power %s", number_text(work->low).text);
}

/// power_side of a node that is not below 0 where it counts.
static bool emit_side(Builder *builder, uint32_t magnitude, double power, uint32_t *out, Error *err)
{
    uint32_t one = 0;
    uint32_t exponent = 0;
    uint32_t value = 0;
    TRY(emit_number(builder, 1, &one, err));
    TRY(emit_number(builder, power, &exponent, err));
    TRY(emit_two(builder, KERNEL_ADD_FLOAT64, one, magnitude, &value, err));
    TRY(emit_one(builder, KERNEL_LN, value, out, err));
    if (power == 0) return true;
    TRY(emit_two(builder, KERNEL_MULTIPLY_FLOAT64, exponent, *out, &value, err));
    TRY(emit_one(builder, KERNEL_EXP, value, &value, err));
    TRY(emit_two(builder, KERNEL_SUBTRACT_FLOAT64, value, one, &value, err));
    return emit_two(builder, KERNEL_DIVIDE_FLOAT64, value, exponent, out, err);
}

bool emit_yeo_johnson(const FitWork *work, Builder *builder, const uint32_t *arguments, uint32_t *out, Error *err)
{
    uint32_t zero = 0;
    uint32_t below = 0;
    uint32_t mirrored = 0;
    uint32_t upper = 0;
    TRY(emit_number(builder, 0, &zero, err));
    TRY(emit_two(builder, KERNEL_LESS_FLOAT64, arguments[0], zero, &below, err));
    TRY(emit_one(builder, KERNEL_NEGATE_FLOAT64, arguments[0], &mirrored, err));
    TRY(emit_side(builder, arguments[0], work->low, &upper, err));
    TRY(emit_side(builder, mirrored, 2 - work->low, &mirrored, err));
    TRY(emit_one(builder, KERNEL_NEGATE_FLOAT64, mirrored, &mirrored, err));
    return emit_three(builder, KERNEL_IF_FLOAT64, below, mirrored, upper, out, err);
}
