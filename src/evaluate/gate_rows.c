/// The gate's rows: in order of their ids, and looked through for what no metric shows.
#include <stdlib.h>

#include "base/memory.h"
#include "evaluate/gate_internal.h"
#include "number/float_order.h"
#include "text/quantity.h"

enum { IDS_SHOWN_MAX = 5 };

typedef struct IdPlace {
    Str id;
    size_t row;
} IdPlace;

static int id_place_compare(const void *left, const void *right)
{
    const IdPlace *one = left;
    const IdPlace *other = right;
    int order = str_compare(one->id, other->id);
    return order != 0 ? order : (one->row > other->row) - (one->row < other->row);
}

static bool values_gather(Arena *arena, const double *values, const IdPlace *places, size_t count, double **out,
                          Error *err)
{
    if (values == NULL) return true;
    double *gathered = arena_alloc_array(arena, count, sizeof(double), err);
    TRY(gathered != NULL);
    for (size_t i = 0; i < count; i++) gathered[i] = values[places[i].row];
    *out = gathered;
    return true;
}

static bool places_sort(Gate *gate, IdPlace **out, Error *err)
{
    size_t count = gate->input->count;
    IdPlace *places = arena_alloc_array(&gate->scratch, count, sizeof(IdPlace), err);
    TRY(places != NULL);
    for (size_t i = 0; i < count; i++) places[i] = (IdPlace){gate->input->ids[i], i};
    qsort(places, count, sizeof(IdPlace), id_place_compare);
    *out = places;
    return true;
}

bool gate_sort_rows(Gate *gate, Error *err)
{
    const GateInput *input = gate->input;
    GateRows *rows = &gate->rows;
    IdPlace *places = NULL;
    rows->count = input->count;
    TRY(places_sort(gate, &places, err));
    rows->ids = arena_alloc_array(&gate->scratch, input->count, sizeof(Str), err);
    TRY(rows->ids != NULL);
    for (size_t i = 0; i < input->count; i++) rows->ids[i] = places[i].id;
    TRY(values_gather(&gate->scratch, input->label, places, input->count, &rows->label, err));
    TRY(values_gather(&gate->scratch, input->candidate, places, input->count, &rows->models[GATE_CANDIDATE], err));
    TRY(values_gather(&gate->scratch, input->production, places, input->count, &rows->models[GATE_PRODUCTION], err));
    return values_gather(&gate->scratch, input->baseline, places, input->count, &rows->models[GATE_BASELINE], err);
}

/// What may be wrong with row i.
typedef bool (*RowTest)(const GateRows *rows, size_t i);

static bool id_repeats(const GateRows *rows, size_t i)
{
    return i > 0 && str_equal(rows->ids[i - 1], rows->ids[i]);
}

static bool label_is_bad(const GateRows *rows, size_t i)
{
    return !float_is_finite(rows->label[i]);
}

static bool label_is_no_class(const GateRows *rows, size_t i)
{
    return rows->label[i] != 0 && rows->label[i] != 1;
}

static bool prediction_is_bad(const GateRows *rows, size_t i)
{
    return !float_is_finite(rows->models[GATE_CANDIDATE][i]);
}

static bool prediction_is_no_probability(const GateRows *rows, size_t i)
{
    double prediction = rows->models[GATE_CANDIDATE][i];
    return !(prediction >= 0 && prediction <= 1);
}

typedef struct RowCheck {
    RowTest test;
    bool binary_only;
    Verdict verdict;
    const char *rule, *what;
} RowCheck;

static const RowCheck ROW_CHECKS[] = {
    {id_repeats, false, VERDICT_ERROR, "ids", "ids stand there more than once, so that rows cannot be matched"},
    {label_is_bad, false, VERDICT_FAIL, "labels", "labels are not finite"},
    {label_is_no_class, true, VERDICT_FAIL, "labels", "labels are neither 0 nor 1"},
    {prediction_is_bad, false, VERDICT_FAIL, "predictions", "predictions of the candidate are not finite"},
    {prediction_is_no_probability, true, VERDICT_FAIL, "predictions",
     "predictions of the candidate are no probabilities"},
};

static bool ids_append(const GateRows *rows, RowTest test, Bytes *out, Error *err)
{
    size_t shown = 0;
    for (size_t i = 0; i < rows->count && shown < IDS_SHOWN_MAX; i++) {
        if (!test(rows, i)) continue;
        TRY(bytes_append_format(out, err, "%s%.*s", shown == 0 ? "" : ", ", STR_ARG(rows->ids[i])));
        shown++;
    }
    return true;
}

static bool row_check(Gate *gate, const RowCheck *check, bool *out_bad, Error *err)
{
    AUTO(bytes_deinit) Bytes detail = {0};
    const GateRows *rows = &gate->rows;
    size_t bad = 0;
    for (size_t i = 0; i < rows->count; i++) bad += check->test(rows, i);
    if (bad == 0) return true;
    *out_bad = true;
    if (check->verdict == VERDICT_ERROR) gate->compares = false;
    TRY(bytes_append_format(&detail, err, "%s of %s %s: ", count_format((int64_t)bad).text,
                            count_format((int64_t)rows->count).text, check->what));
    TRY(ids_append(rows, check->test, &detail, err));
    if (bad > IDS_SHOWN_MAX) TRY(bytes_append_str(&detail, STR(", ..."), err));
    return gate_add(gate, check->verdict, str_from(check->rule), bytes_str(&detail), err);
}

static bool all_equal(const double *values, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (values[i] != values[0]) return false;
    return true;
}

static bool check_constant(Gate *gate, bool *out_bad, Error *err)
{
    AUTO(bytes_deinit) Bytes detail = {0};
    const GateRows *rows = &gate->rows;
    const double *predictions = rows->models[GATE_CANDIDATE];
    if (rows->count < 2 || !all_equal(predictions, rows->count)) return true;
    *out_bad = true;
    TRY(bytes_append_format(&detail, err, "the candidate predicts %.6g for every one of %s rows", predictions[0],
                            count_format((int64_t)rows->count).text));
    return gate_add(gate, VERDICT_FAIL, STR("predictions"), bytes_str(&detail), err);
}

static bool left_out_append(uint64_t count, const char *why, Bytes *out, Error *err)
{
    return count == 0 || bytes_append_format(out, err, "; %s left out %s", count_format((int64_t)count).text, why);
}

static bool check_count(Gate *gate, Error *err)
{
    AUTO(bytes_deinit) Bytes detail = {0};
    bool enough = gate->rows.count >= gate->policy->rows_min && gate->rows.count > 0;
    if (!enough) gate->compares = false;
    TRY(bytes_append_format(&detail, err, "%s held-out rows (at least %s)",
                            count_format((int64_t)gate->rows.count).text,
                            count_format((int64_t)gate->policy->rows_min).text));
    TRY(left_out_append(gate->input->excluded, "that a model may have been trained on", &detail, err));
    TRY(left_out_append(gate->input->unmatched, "that production has no example of", &detail, err));
    return gate_add(gate, enough ? VERDICT_PASS : VERDICT_INCONCLUSIVE, STR("rows"), bytes_str(&detail), err);
}

bool gate_check_rows(Gate *gate, Error *err)
{
    bool bad = false;
    for (size_t i = 0; i < COUNT_OF(ROW_CHECKS); i++) {
        const RowCheck *check = &ROW_CHECKS[i];
        if (check->binary_only && (bad || gate->input->objective != OBJECTIVE_BINARY)) continue;
        TRY(row_check(gate, check, &bad, err));
    }
    if (!bad) TRY(check_constant(gate, &bad, err));
    if (!bad && gate->rows.count > 0)
        TRY(gate_add(gate, VERDICT_PASS, STR("predictions"), STR("all are finite, and not all the same"), err));
    return check_count(gate, err);
}
