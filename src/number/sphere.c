#include "number/sphere.h"

#include "number/float_order.h"
#include "number/pinned.h"

static const double degree = 0x1.1df46a2529d39p-6; ///< pi / 180
static const double radian = 0x1.ca5dc1a63c1f8p+5; ///< 180 / pi

double bearing_degrees(double from_latitude, double from_longitude, double to_latitude, double to_longitude)
{
    double from = from_latitude * degree;
    double to = to_latitude * degree;
    double apart = (to_longitude - from_longitude) * degree;
    double east = pinned_sin(apart) * pinned_cos(to);
    double north = pinned_cos(from) * pinned_sin(to) - pinned_sin(from) * pinned_cos(to) * pinned_cos(apart);
    if (float_is_nan(east) || float_is_nan(north)) return float_nan();
    if (east == 0 && north == 0) return 0;
    double bearing = pinned_atan2(east, north) * radian;
    if (bearing < 0) bearing += 360;
    return bearing >= 360 || bearing == 0 ? 0 : bearing;
}
