#include "text/geohash.h"

/// Halves the range around the value; whether the value lies in the upper half. Exact: a bound is a multiple of 45 / 2^28.
static bool range_halve(double *low, double *high, double value)
{
    double middle = *low + (*high - *low) / 2;
    bool upper = value >= middle;
    *(upper ? low : high) = middle;
    return upper;
}

bool geohash_encode(double latitude, double longitude, int64_t length, char out[GEOHASH_CHARACTERS_MAX])
{
    static const char DIGITS[] = "0123456789bcdefghjkmnpqrstuvwxyz";
    double south = -90, north = 90, west = -180, east = 180;
    bool inside = latitude >= south && latitude <= north && longitude >= west && longitude <= east;
    if (!inside || length < 1 || length > GEOHASH_CHARACTERS_MAX) return false;
    for (int64_t bit = 0, digit = 0; bit < 5 * length; bit++) {
        bool upper = bit % 2 == 0 ? range_halve(&west, &east, longitude) : range_halve(&south, &north, latitude);
        digit = (digit << 1 | upper) & 31;
        if (bit % 5 == 4) out[bit / 5] = DIGITS[digit];
    }
    return true;
}
