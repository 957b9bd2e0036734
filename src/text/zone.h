/// IANA time zones from data embedded in the program, never the host's: the same zone name gives the same hour
/// on every machine. The data's version is part of a plan's digest.
///
/// Offsets are local minus UTC. Where local time is ambiguous (the fold when clocks go back) the earlier instant
/// is meant; a local time that does not exist (the gap when clocks go forward) is shifted forward by the gap's
/// length: 02:30 becomes 03:30. Zones are static and read-only.
#ifndef PAWL_TEXT_ZONE_H
#define PAWL_TEXT_ZONE_H

#include "base/error.h"
#include "base/str.h"
#include "text/civil.h"

typedef struct Zone Zone;

/// The IANA release that is embedded, "2025b".
Str zone_data_version(void);

const Zone *zone_utc(void);

/// By IANA name, links included ("America/New_York", "US/Eastern", "UTC"); ERROR_NOT_FOUND suggests the nearest.
MUST_CHECK bool zone_find(Str name, const Zone **out, Error *err);

Str zone_name(const Zone *zone);

/// All names in byte order, for completion and tests.
size_t zone_count(void);
const Zone *zone_at(size_t i);

/// A stretch of UTC time [begin, end) with one offset: keep it while instants stay inside, so that a batch
/// looks up only where the offset changes.
typedef struct ZoneSpan {
    int64_t begin_us;
    int64_t end_us; ///< INT64_MAX: includes INT64_MAX itself
    int32_t offset_s;
} ZoneSpan;

ZoneSpan zone_span_at(const Zone *zone, int64_t utc_us);

/// Seconds.
int32_t zone_offset_at(const Zone *zone, int64_t utc_us);

/// Microseconds of the zone's own clock since its 1970-01-01T00:00; saturates at the ends of int64.
int64_t zone_local_us(const Zone *zone, int64_t utc_us);

/// Back again; gap and fold as above; saturates at the ends of int64.
int64_t zone_utc_us(const Zone *zone, int64_t local_us);

/// The calendar parts of an instant in the zone.
Civil zone_civil(const Zone *zone, int64_t utc_us);

#endif
