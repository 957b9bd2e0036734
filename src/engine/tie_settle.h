/// Settles few ties: instead of reading all rows once more with what tells them apart, only those of the tied times are.
///
/// A second, small group is built from these, in full order; the facts of tied places are then copied from it.
#ifndef PAWL_ENGINE_TIE_SETTLE_H
#define PAWL_ENGINE_TIE_SETTLE_H

#include "engine/group.h"
#include "frame/row_reader.h"

/// Gives only rows whose time is one of the ties' (and others where it cannot tell). Owned: tie_reader_deinit. Stays where it is.
typedef struct TieReader {
    const PlanSource *source;
    const RowReader *reader;
    ARRAY_OF(int64_t) times; ///< ascending
    uint8_t *marks;          ///< by hash of a time: whether there may be one
} TieReader;

/// Ties of those groups of the plan that stand on `source`. The reader and the plan are borrowed.
MUST_CHECK bool tie_reader_init(const Plan *plan, uint32_t source, const Group *groups, const RowReader *reader,
                                TieReader *out, Error *err);
void tie_reader_deinit(TieReader *ties);
RowReader tie_reader(TieReader *ties);

/// Puts the group's tied facts in the order that `ordered`, a group of the same plan and all tied rows, has them in. False with an
/// ERROR_DATA when rows are not the same as before.
MUST_CHECK bool group_settle(Group *group, const Group *ordered, Error *err);

#endif
