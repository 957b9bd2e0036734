/// bin and quantile_transform: tables of a column's edges and quantiles.
#include "fit/fit_internal.h"
#include "language/lookup_table.h"

enum { BIN_QUANTILE, BIN_UNIFORM };

static bool table_keep(FitWork *work, LookupKind kind, const LookupEntry *entries, size_t count, Error *err)
{
    AUTO(bytes_deinit) Bytes table = {0};
    TRY(lookup_table_write(kind, entries, count, &table, err));
    return arena_copy(work->arena, bytes_str(&table), &work->text, err);
}

/// Inner edge i of so many bins.
static double bin_edge(const FitWork *work, const double *sorted, size_t count, size_t i, size_t bins)
{
    double share = (double)i / (double)bins;
    if ((int)work->call->parameters[1].number == BIN_QUANTILE) return sorted_quantile(sorted, count, share);
    return sorted[0] * (1 - share) + sorted[count - 1] * share;
}

static bool edges_find(FitWork *work, LookupEntry **out, size_t *out_count, Error *err)
{
    double *sorted = NULL;
    size_t count = 0;
    size_t bins = (size_t)work->call->parameters[0].number;
    LookupEntry *entries = arena_alloc_array(work->arena, bins, sizeof(LookupEntry), err);
    if (entries == NULL) return false;
    TRY(work_sorted(work, 0, &sorted, &count, err));
    *out_count = 0;
    for (size_t i = 1; i < bins; i++) {
        double edge = bin_edge(work, sorted, count, i, bins) + 0.0;
        bool again = *out_count > 0 && !(entries[*out_count - 1].number < edge);
        if (!again) entries[(*out_count)++].number = edge;
    }
    *out = entries;
    return true;
}

static bool edges_given(FitWork *work, LookupEntry **out, size_t *out_count, Error *err)
{
    *out_count = work->call->edge_count;
    *out = arena_alloc_array(work->arena, *out_count, sizeof(LookupEntry), err);
    if (*out == NULL) return false;
    for (size_t i = 0; i < *out_count; i++) (*out)[i].number = work->call->edges[i];
    return true;
}

static bool bin_learned(FitWork *work, const LookupEntry *entries, size_t count, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    TRY(bytes_append_format(&text, err, "%zu inner edge%s", count, count == 1 ? "" : "s"));
    for (size_t i = 0; i < count && i < FIT_SHOWN_MAX; i++)
        TRY(bytes_append_format(&text, err, "%s%s", i == 0 ? ": " : ", ", number_text(entries[i].number).text));
    if (count > FIT_SHOWN_MAX) TRY(bytes_append_str(&text, STR(", ..."), err));
    return arena_copy(work->arena, bytes_str(&text), &work->learned, err);
}

bool learn_bin(FitWork *work, Error *err)
{
    LookupEntry *entries = NULL;
    size_t count = 0;
    bool given = work->call->edge_count > 0;
    TRY(given ? edges_given(work, &entries, &count, err) : edges_find(work, &entries, &count, err));
    TRY(table_keep(work, LOOKUP_NUMBERS, entries, count, err));
    return bin_learned(work, entries, count, err);
}

static bool emit_lookup(const FitWork *work, Builder *builder, Kernel kernel, uint32_t argument, uint32_t *out,
                        Error *err)
{
    uint32_t table = 0;
    TRY(emit_text(builder, work->text, &table, err));
    return emit_two(builder, kernel, argument, table, out, err);
}

bool emit_bin(const FitWork *work, Builder *builder, const uint32_t *arguments, uint32_t *out, Error *err)
{
    return emit_lookup(work, builder, KERNEL_LOOKUP_EDGES, arguments[0], out, err);
}

/// Of one reference the middle.
bool learn_quantile_transform(FitWork *work, Error *err)
{
    double *sorted = NULL;
    size_t count = 0;
    TRY(work_sorted(work, 0, &sorted, &count, err));
    size_t references = (size_t)work->call->parameters[0].number;
    if (references > count) references = count;
    LookupEntry *entries = arena_alloc_array(work->arena, references, sizeof(LookupEntry), err);
    if (entries == NULL) return false;
    for (size_t i = 0; i < references; i++) {
        double share = references == 1 ? 0.5 : (double)i / (double)(references - 1);
        entries[i] = (LookupEntry){.number = sorted_quantile(sorted, count, share), .value = share};
        // Rounding between equal neighbours must not turn them round.
        if (i > 0 && entries[i].number < entries[i - 1].number) entries[i].number = entries[i - 1].number;
    }
    TRY(table_keep(work, LOOKUP_RANKS, entries, references, err));
    return arena_format(work->arena, &work->learned, err, "%zu reference%s from %s to %s", references,
                        references == 1 ? "" : "s", number_text(sorted[0]).text, number_text(sorted[count - 1]).text);
}

bool emit_quantile_transform(const FitWork *work, Builder *builder, const uint32_t *arguments, uint32_t *out,
                             Error *err)
{
    return emit_lookup(work, builder, KERNEL_LOOKUP_RANK, arguments[0], out, err);
}
