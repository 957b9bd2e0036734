/// One fitted call at work: it learns from training rows, then writes the nodes that it becomes.
#ifndef PAWL_FIT_FIT_INTERNAL_H
#define PAWL_FIT_FIT_INTERNAL_H

#include "fit/fit.h"
#include "language/builder.h"
#include "number/float_order.h"

enum {
    FIT_COLUMNS_MAX = 16384, ///< of the model
    FIT_SHOWN_MAX = 5,       ///< values named in a fact
};

/// A value of a category, and how often training has it.
typedef struct FitCategory {
    int64_t integer;
    Str string;
    uint64_t count;
    uint32_t id;  ///< FitCategories.ids
    double value; ///< what it becomes
} FitCategory;

/// The categories of one argument. Owned by the work's arena.
typedef struct FitCategories {
    FitCategory *items; ///< by value
    size_t count;
    uint32_t *ids;     ///< per row; PLAN_NONE: null
    uint64_t occurred; ///< rows that are not null
} FitCategories;

/// What a call learns from, and what it has learned; only what its own kind needs is set.
typedef struct FitWork {
    const TransformCall *call;
    const FitRows *rows;
    const Vector *arguments; ///< of the training rows; gone once it has learned, with the texts in them
    Arena *arena;            ///< until the fit's end

    double low, high;      ///< centre and spread, or ends
    int64_t integer;       ///< impute
    Str text;              ///< impute; a lookup table
    FitCategory *chosen;   ///< one_hot, tf_idf: the values that become columns, in order
    double *weights;       ///< tf_idf: per word; pca: means, then count rows of one per argument
    double *targets;       ///< target_encode: per training row
    uint8_t *target_valid; ///< the same
    uint32_t column_count; ///< how many columns it becomes
    Str *suffixes;         ///< per column, where there are several
    Str learned;
} FitWork;

/// Learns a call from the training rows that `work` holds.
typedef bool FitLearn(FitWork *work, Error *err);

/// Emits what was learned. `arguments` are nodes of the builder; fills `column_count` nodes.
typedef bool FitEmit(const FitWork *work, Builder *builder, const uint32_t *arguments, uint32_t *out, Error *err);

// fit_number.c
FitLearn learn_scale, learn_winsorise, learn_impute;
FitEmit emit_scale, emit_winsorise, emit_impute;

// fit_bin.c
FitLearn learn_bin, learn_quantile_transform;
FitEmit emit_bin, emit_quantile_transform;

// fit_power.c
FitLearn learn_yeo_johnson;
FitEmit emit_yeo_johnson;

// fit_category.c
FitLearn learn_vocabulary, learn_one_hot, learn_frequency;
FitEmit emit_vocabulary, emit_one_hot, emit_frequency;

// fit_target.c
FitLearn learn_target;
FitEmit emit_target;

// fit_text.c
FitLearn learn_tf_idf;
FitEmit emit_tf_idf;

// fit_pca.c
FitLearn learn_pca;
FitEmit emit_pca;

// apply.c

/// The vectors of the fields in the frame, whose types must be theirs.
MUST_CHECK bool fit_inputs(const Frame *frame, const Field *fields, uint32_t count, Vector *out, Error *err);

// fit_values.c

/// The values of a float64 argument that are not null; an infinite one, or none at all, is an ERROR_DATA.
MUST_CHECK bool work_numbers(const FitWork *work, uint32_t argument, double **out, size_t *out_count, Error *err);

/// The same, ascending.
MUST_CHECK bool work_sorted(const FitWork *work, uint32_t argument, double **out, size_t *out_count, Error *err);

/// The quantile of sorted values at q (n - 1), in proportion between its neighbours.
double sorted_quantile(const double *sorted, size_t count, double q);

MUST_CHECK bool work_categories(const FitWork *work, FitCategories *out, Error *err);

/// The `size` most frequent of those that occur `least_count` times, the most frequent first, of equals the lesser value.
MUST_CHECK bool categories_choose(const FitWork *work, const FitCategories *categories, double size, double least_count,
                                  FitCategory **out, size_t *out_count, Error *err);

/// A lookup table from the categories, in any order, to their `value`.
MUST_CHECK bool categories_table(const FitWork *work, const FitCategory *items, size_t count, Str *out, Error *err);

/// A category as a text: a string itself, an integer's digits.
MUST_CHECK bool category_text(const FitWork *work, const FitCategory *category, Str *out, Error *err);

/// "12 values: fern 40, moss 3, ..."
MUST_CHECK bool categories_learned(FitWork *work, const FitCategory *chosen, size_t count, Error *err);

/// A number's shortest text.
typedef struct NumberText {
    char text[40];
} NumberText;

NumberText number_text(double value);

// fit_emit.c

MUST_CHECK bool emit_number(Builder *builder, double number, uint32_t *out, Error *err);
MUST_CHECK bool emit_integer(Builder *builder, int64_t integer, uint32_t *out, Error *err);
MUST_CHECK bool emit_text(Builder *builder, Str text, uint32_t *out, Error *err);
MUST_CHECK bool emit_bool(Builder *builder, bool value, uint32_t *out, Error *err);
MUST_CHECK bool emit_null(Builder *builder, Type type, uint32_t *out, Error *err);

/// A call of a kernel whose result needs no scale.
MUST_CHECK bool emit_one(Builder *builder, Kernel kernel, uint32_t argument, uint32_t *out, Error *err);
MUST_CHECK bool emit_two(Builder *builder, Kernel kernel, uint32_t left, uint32_t right, uint32_t *out, Error *err);
MUST_CHECK bool emit_three(Builder *builder, Kernel kernel, uint32_t first, uint32_t second, uint32_t third,
                           uint32_t *out, Error *err);

#endif
