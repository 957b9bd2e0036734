/// Geohash (Gustavo Niemeyer, 2008): a cell of the earth as a text, whose beginnings name greater cells.
#ifndef PAWL_TEXT_GEOHASH_H
#define PAWL_TEXT_GEOHASH_H

#include "base/base.h"

enum { GEOHASH_CHARACTERS_MAX = 12 };

/// `length` characters of the cell that holds the point, in degrees; a point on an edge lies in the cell to the north and east.
/// False beyond latitudes of -90 to 90, longitudes of -180 to 180 and lengths of 1 to 12.
bool geohash_encode(double latitude, double longitude, int64_t length, char out[GEOHASH_CHARACTERS_MAX]);

#endif
