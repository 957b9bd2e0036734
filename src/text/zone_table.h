/// The embedded zones, as scripts/zone_table.c generates them from IANA's compiled data.
#ifndef PAWL_TEXT_ZONE_TABLE_H
#define PAWL_TEXT_ZONE_TABLE_H

#include "base/str.h"
#include "text/zone_rule.h"

/// Recorded changes, then the rule. Debian's data records changes up to 2037, so that a look-up is one search.
struct Zone {
    Str name;
    const int64_t *times;   ///< of changes, in seconds since 1970 UTC, ascending
    const int32_t *offsets; ///< that begin at each
    uint32_t count;
    int32_t first_s; ///< the offset before the first change
    ZoneRule rule;
};

typedef struct Zone Zone;

extern const char ZONE_DATA_VERSION[];

/// By name, in byte order; links are zones of their own that share their target's changes.
extern const Zone ZONE_TABLE[];
extern const size_t ZONE_TABLE_COUNT;

#endif
