/// Directions on a sphere, of the pinned functions: the same bits everywhere.
#ifndef PAWL_NUMBER_SPHERE_H
#define PAWL_NUMBER_SPHERE_H

#include "base/base.h"

/// The direction in which the great circle from the first point to the second sets out, in degrees from north by east: at least 0
/// and below 360, 0 from a point to itself. Points are latitude and longitude in degrees. NaN when an argument is NaN or infinite.
double bearing_degrees(double from_latitude, double from_longitude, double to_latitude, double to_longitude);

#endif
