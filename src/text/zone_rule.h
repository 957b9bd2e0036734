/// How a zone's clock goes on after its last recorded change: the rule of a POSIX TZ string, as TZif files carry
/// it in their footer (RFC 8536, section 3.3). Also used by the generator of the zone table.
#ifndef PAWL_TEXT_ZONE_RULE_H
#define PAWL_TEXT_ZONE_RULE_H

#include "base/base.h"

/// "M3.2.0/2": on the second Sunday of March at 02:00 of the clock that is then in use.
typedef struct ZoneRuleDay {
    uint8_t month;
    uint8_t week;    ///< 1 to 5; 5: the last
    uint8_t weekday; ///< Sunday is 0
    int32_t time_s;  ///< may be negative, or more than a day
} ZoneRuleDay;

typedef struct ZoneRule {
    int32_t standard_s; ///< offset from UTC
    int32_t summer_s;   ///< the same as standard_s: no summer time
    ZoneRuleDay begin;  ///< of summer time
    ZoneRuleDay end;
} ZoneRule;

/// Seconds since 1970 UTC; a rule without summer time has one span, from INT64_MIN to INT64_MAX.
typedef struct ZoneRuleSpan {
    int64_t begin_s;
    int64_t end_s; ///< exclusive
    int32_t offset_s;
} ZoneRuleSpan;

/// The span that holds an instant of the years that int64 microseconds reach.
ZoneRuleSpan zone_rule_span(const ZoneRule *rule, int64_t utc_s);

#endif
