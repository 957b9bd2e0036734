/// A compiled definition: read-only, complete, and the only thing that training, backfill and serving execute. A contract
/// between rooms: language makes it, engine runs it, snapshots and models carry its encoding.
///
/// A program is a list of nodes in an order where every argument stands before its use; a node's id is its place in the list.
/// Every type is a computed type (type_computed). A Plan owns everything it points to in its arena.
#ifndef PAWL_LANGUAGE_PLAN_H
#define PAWL_LANGUAGE_PLAN_H

#include "language/definition.h"
#include "language/window.h"

enum { PLAN_ARGUMENTS_MAX = 8, PLAN_SEMANTICS_VERSION = 1 };

/// No node, no column, no group.
#define PLAN_NONE UINT32_MAX

typedef enum PlanNodeKind {
    PLAN_CONSTANT,
    PLAN_COLUMN,    ///< column `index` of the program's input
    PLAN_AT,        ///< the instant of evaluation
    PLAN_AGGREGATE, ///< aggregate `index` of group `group`, read for the request's entity (main program only)
    PLAN_CALL,      ///< kernel on `arguments`
} PlanNodeKind;

/// One typed scalar operation: add_int64, less_float64, haversine_km, ... One row of language/kernels.def each; the engine has one
/// function per row.
typedef enum Kernel {
#define KERNEL(id, result, ...) KERNEL_##id,
#include "language/kernels.def"
#undef KERNEL
    KERNEL_COUNT
} Kernel;

/// What a call's constant arguments mean (language/kernel_constant.h).
typedef struct KernelConstants KernelConstants;

typedef struct PlanNode {
    PlanNodeKind kind;
    Type type;
    uint32_t index; ///< PLAN_COLUMN, PLAN_AGGREGATE
    uint32_t group; ///< PLAN_AGGREGATE
    Kernel kernel;  ///< PLAN_CALL
    uint32_t argument_count;
    uint32_t arguments[PLAN_ARGUMENTS_MAX];
    const KernelConstants
        *constants; ///< PLAN_CALL whose kernel takes some; in the plan's arena, NULL until plan_prepare
    bool is_null;   ///< PLAN_CONSTANT: a typed null; else the value by the type's storage:
    union {
        bool boolean;
        int64_t integer;
        double number;
        Int128 decimal;
        Str string; ///< also the zone's name for kernels that take one
    } constant;
} PlanNode;

typedef struct Program {
    PlanNode *nodes;
    uint32_t node_count;
    uint32_t *outputs; ///< node ids
    uint32_t output_count;
} Program;

/// A source and the roles of its columns, as field indexes.
typedef struct PlanSource {
    Str name;
    Field *fields; ///< exact types
    uint32_t field_count;
    uint32_t time;
    uint32_t known;         ///< the row's
    uint32_t *column_known; ///< per field: the field with its known time, PLAN_NONE: the row's
    uint32_t *key;
    uint32_t key_count;
    Program deleted; ///< input: the fields; one boolean output, or none
    Str timezone;
} PlanSource;

/// The rows of several sources as one: columns of one name are one column, null where a source has none of that name. Every source's
/// rows keep their own times, keys and retractions; rows with equal time and known are in the order of their sources' names, then of
/// each source's key and digest.
typedef struct PlanUnion {
    uint32_t *members; ///< sources, in order of their names
    uint32_t member_count;
    Field *fields; ///< computed types; the last is the name of the row's source
    uint32_t field_count;
    uint32_t *member_fields; ///< member_count * field_count: the member's field, PLAN_NONE: null there
} PlanUnion;

/// What the column with the name of a union's row's source is called.
#define UNION_SOURCE_COLUMN "source_name"

/// One row of the aggregation table (language/aggregations.def).
typedef enum Aggregation {
#define AGGREGATION(id, ...) AGGREGATION_##id,
#include "language/aggregations.def"
#undef AGGREGATION
    AGGREGATION_COUNT_
} Aggregation;

typedef struct PlanAggregate {
    Aggregation aggregation;
    Type type; ///< of the result; with a category, a map from it
    // Outputs of the group's row program:
    uint32_t argument;  ///< PLAN_NONE: count() of rows
    uint32_t second;    ///< of aggregations of two arguments, else PLAN_NONE
    uint32_t category;  ///< `by`: one result per value, as a map; PLAN_NONE: one result
    uint32_t condition; ///< `where`; PLAN_NONE: every row
    // Parameters, zero where the aggregation has none:
    int64_t count;       ///< how many: k, n; or how long: a half-life, a unit of time in microseconds
    double number;       ///< a quantile, alpha
    double error;        ///< of a sketch, relative
    const double *edges; ///< of a histogram
    uint32_t edge_count;
    Window window;
} PlanAggregate;

/// Aggregates over the rows of one source by one entity. A view becomes one group, or several when some of its aggregates read
/// features as of each row's time. A group reads only features of groups before it.
typedef struct PlanGroup {
    Str view;
    uint32_t source; ///< from source_count on: a union
    /// Input: the source's fields (computed types), then `row_features` in order. Outputs: `key_count` entity expressions, then
    /// arguments and conditions.
    Program rows;
    uint32_t key_count;
    /// Nodes of the main program: whose rows the request asks for, by the same expressions over its inputs, or by others - a driver's
    /// city, a feature - that may read aggregates of groups before this one.
    uint32_t *request_keys;
    uint32_t *row_features; ///< nodes of the main program, read as of each row's `time` for the row's own inputs
    uint32_t row_feature_count;
    /// When row_feature_count > 0: per plan input, the source's field of the same name, PLAN_NONE when not needed.
    uint32_t *row_inputs;
    PlanAggregate *aggregates;
    uint32_t aggregate_count;
    bool inclusive;
} PlanGroup;

typedef struct PlanFeature {
    Str name; ///< "view.column"
    Type type;
    uint32_t node; ///< of the main program
} PlanFeature;

typedef struct Plan Plan;

typedef struct PlanDataset {
    uint32_t source; ///< PLAN_NONE: no dataset
    uint32_t at;     ///< field
    /// Input: the source's fields (computed types), then the features of `label_plan`; one output.
    Program label;
    Type label_type;
    uint32_t label_known;    ///< field; PLAN_NONE: by the columns read
    uint32_t *label_columns; ///< fields that the label reads, those of label_inputs too
    uint32_t label_column_count;
    /// Per plan input: the field that gives it in training, never PLAN_NONE when there is a dataset.
    uint32_t *input_fields;
    /// What the label reads of views, as of `at`: a plan of its own, whose features may look ahead and which serving never needs. Its
    /// sources are among this plan's, by name. NULL: nothing.
    Plan *label_plan;
    uint32_t *label_inputs; ///< per input of label_plan: the field that gives it, of the row that the label is of
} PlanDataset;

struct Plan {
    Arena arena;
    PlanSource *sources;
    uint32_t source_count;
    PlanUnion *unions;
    uint32_t union_count;
    Field *inputs; ///< what a request must carry: declared inputs and columns of `by`; computed types
    uint32_t input_count;
    PlanGroup *groups;
    uint32_t group_count;
    Program main;          ///< input: `inputs`; outputs unused (features name their nodes)
    PlanFeature *features; ///< those that the dataset selects, in order; all when there is no dataset
    uint32_t feature_count;
    PlanDataset dataset;
    Str zone_version; ///< of the embedded time zone data
    Digest digest;    ///< of the encoding
};

void plan_deinit(Plan *plan);
Plan plan_take(Plan *plan);

/// Compiles all of it or nothing. An error names file, line and column, shows the line with a caret, and suggests the nearest known name.
MUST_CHECK bool plan_compile(const Definition *definition, Plan *out, Error *err);

/// Canonical JSON: the same plan gives the same bytes. Decoding checks everything that the engine relies on.
MUST_CHECK bool plan_encode(const Plan *plan, Bytes *out, Error *err);
MUST_CHECK bool plan_decode(Str text, Plan *out, Error *err);

/// The fields of the rows of a source or union, numbered as groups name them.
typedef struct PlanRows {
    const Field *fields;
    uint32_t field_count;
} PlanRows;

PlanRows plan_rows(const Plan *plan, uint32_t source);

/// NULL for a source.
const PlanUnion *plan_union(const Plan *plan, uint32_t source);

/// The source of this name, or PLAN_NONE.
uint32_t plan_find_source(const Plan *plan, Str name);

/// How long after `at` the last row can be known that its aggregates look at: 0 when none looks ahead.
int64_t plan_ahead_us(const Plan *plan);

const char *kernel_name(Kernel kernel);
const char *aggregation_name(Aggregation aggregation);

#endif
