#include <stdlib.h>

#include "engine/group_internal.h"

/// Records of equal entity and time, to be told apart.
typedef struct TieOrder {
    const PartitionRecords *input;
    BuildScratch *scratch;
} TieOrder;

static int compare_records(const TieOrder *order, const EntityItem *left, const EntityItem *right)
{
    const RecordLayout *layout = order->input->layout;
    const uint8_t *left_record = order->scratch->records[left->index];
    const uint8_t *right_record = order->scratch->records[right->index];

    if (layout->order != RECORD_BY_ROW) return record_compare_tie(layout, left_record, right_record);
    return tie_sorter_compare(&order->scratch->tie_sorter, record_row(layout, left_record),
                              record_row(layout, right_record));
}

static int compare_items(const void *left, const void *right, void *context)
{
    return compare_records(context, left, right);
}

// Repeats may stand in any order, others must not.
static bool run_is_ordered(const TieOrder *order, const EntityItem *items, size_t count)
{
    const RecordLayout *layout = order->input->layout;

    for (size_t i = 1; layout->order == RECORD_UNORDERED && i < count; i++) {
        const uint8_t *left = order->scratch->records[items[i - 1].index];
        const uint8_t *right = order->scratch->records[items[i].index];
        if (record_compare_tie(layout, left, right) == 0 && !record_same_columns(layout, left, right)) return false;
    }
    return true;
}

static bool sort_run(TieOrder *order, EntityItem *items, size_t count, Error *err)
{
    BuildScratch *scratch = order->scratch;

    if (order->input->layout->order == RECORD_BY_ROW && !scratch->has_tie_sorter) {
        TRY(tie_sorter_init(order->input->versions, &scratch->tie_sorter, err));
        scratch->has_tie_sorter = true;
    }
    scratch->tie_sorter.err = err;
    qsort_r(items, count, sizeof(*items), compare_items, order);
    return !scratch->tie_sorter.failed;
}

bool partition_order_ties(const PartitionRecords *input, BuildScratch *scratch, EntityItem *items, size_t count,
                          bool *tied, Error *err)
{
    TieOrder order = {input, scratch};

    for (size_t begin = 0; begin < count;) {
        size_t end = begin + 1;
        while (end < count && items[end].entity == items[begin].entity && items[end].instant == items[begin].instant)
            end++;
        if (end - begin > 1) {
            TRY(sort_run(&order, items + begin, end - begin, err));
            *tied |= !run_is_ordered(&order, items + begin, end - begin);
        }
        begin = end;
    }
    return true;
}
