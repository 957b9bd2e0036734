/// The compiler's state, in the order in which it comes about:
///
///     compile_formula.c    every expression is parsed
///     compile_series.c     a series of windows becomes several columns
///     compile_keys.c       what views are keyed by is read twice: over the rows and over the request
///     compile_scope.c      every name in it becomes a Reference
///     compile_order.c      feature columns are put in order; cycles are refused
///     compile_ahead.c      what looks ahead is refused where no label reads it (compile_label.c)
///     compile_emit.c       expressions become typed nodes (with _aggregate, _call, _operation, _reference, _value)
///     compile_assembly.c   nodes, groups and inputs are gathered
///     compile_plan.c       and become a Plan
///
/// All of it lives in `Compiler.arena` and is gone after plan_compile; an Assembly is one plan being made. All columns are
/// assembled once to find every error, then those that the dataset selects, for the plan.
#ifndef PAWL_LANGUAGE_COMPILE_INTERNAL_H
#define PAWL_LANGUAGE_COMPILE_INTERNAL_H

#include "base/map.h"
#include "language/builder.h"
#include "language/tree.h"

enum {
    DEFINITION_VIEWS_MAX = 4096,
    DEFINITION_COLUMNS_MAX = 1 << 16, ///< feature columns of all views
    DEFINITION_SOURCES_MAX = 1024,
    DEFINITION_NAME_BYTES_MAX = 256, ///< of a view or column
    VIEW_KEYS_MAX = 64,
};

/// What a name in an expression stands for.
typedef enum ReferenceKind {
    REFERENCE_NONE,    ///< the node is no name
    REFERENCE_FIELD,   ///< field `index` of the rows
    REFERENCE_INPUT,   ///< Compiler.inputs
    REFERENCE_KEY,     ///< expression `index` of the view's `by`, over the request
    REFERENCE_FEATURE, ///< Compiler.columns
    REFERENCE_AT,
} ReferenceKind;

typedef struct Reference {
    ReferenceKind kind;
    uint32_t index;
    Type type; ///< of fields and inputs
} Reference;

/// An expression, read.
typedef struct Formula {
    Place place;
    Tree tree;
    uint32_t *owners;      ///< per node: the aggregate that it is inside of; TREE_NONE: none
    Reference *references; ///< per node
    uint32_t series;       ///< which of its series' windows are meant
} Formula;

/// A value that a request carries: declared under `inputs`, or a column that `by` reads.
typedef struct CompilerInput {
    Str name;
    Type type;
    uint32_t view; ///< the first that has it
} CompilerInput;

/// The rows of several sources as one; PlanUnion says how.
typedef struct CompilerUnion {
    Str name; ///< "a + b"
    uint32_t *members;
    uint32_t member_count;
    Schema schema;
    uint32_t *member_fields;
} CompilerUnion;

typedef struct CompilerView {
    const ViewDefinition *definition;
    uint32_t source;       ///< of the definition, after those a union; PLAN_NONE: none
    Formula *keys;         ///< `by` over the rows
    Formula *request_keys; ///< and over the request: the same trees, but where a key is linked
    bool *linked;          ///< per key: its request has an expression of its own, which may read features
    uint32_t first_column; ///< in Compiler.columns
    uint32_t column_count;
    Map columns; ///< the same by name
} CompilerView;

typedef struct CompilerColumn {
    uint32_t view;
    Str name;
    Formula formula;
} CompilerColumn;

/// The columns that the label reads, each once.
typedef struct LabelFeatures {
    uint32_t *columns;
    uint32_t count;
} LabelFeatures;

typedef struct Compiler {
    const Definition *definition;
    Arena arena;
    CompilerView *views; ///< per view of the definition
    CompilerColumn *columns;
    uint32_t column_count;
    size_t column_capacity;
    uint32_t *order; ///< columns, each after those that it reads
    uint8_t *ahead;  ///< per column: it looks ahead, or reads one that does
    Formula label;   ///< of the dataset; empty without one
    LabelFeatures label_features;
    uint8_t *label_needed; ///< per column: the label reads it, or what it reads does
    ARRAY_OF(CompilerInput) inputs;
    ARRAY_OF(CompilerUnion) unions;
} Compiler;

/// A column in one assembly.
typedef struct AssemblyColumn {
    uint32_t node;
    Type type;
    uint32_t level; ///< 0: reads no aggregate; else one more than the deepest group it reads
} AssemblyColumn;

typedef struct AssemblyGroup {
    uint32_t view;
    uint32_t level;
    Builder rows;
    ARRAY_OF(uint32_t) request_keys;
    ARRAY_OF(uint32_t) row_features;
    ARRAY_OF(PlanAggregate) aggregates;
} AssemblyGroup;

typedef struct Assembly {
    Compiler *compiler;
    Builder main;
    AssemblyColumn *columns; ///< per Compiler.columns
    ARRAY_OF(AssemblyGroup) groups;
    ARRAY_OF(uint32_t) inputs; ///< the plan's inputs, as places in Compiler.inputs
} Assembly;

/// What an expression gives: a node, a literal that is not yet a node and so may still become another type, or a null
/// whose type is not known yet (the type's id is TYPE_COUNT).
typedef struct Value {
    Type type;
    bool is_literal;
    PlanNode literal;
    uint32_t node;
} Value;

typedef struct TransformAssembly TransformAssembly;

/// An expression being turned into nodes.
typedef struct Emitter {
    Assembly *assembly;
    const Formula *formula;
    uint32_t view;                ///< Compiler.views; PLAN_NONE: a label or a condition of a source
    uint32_t source;              ///< whose fields a label or condition reads
    Builder *outside;             ///< where nodes outside of aggregates go
    Value *values;                ///< per node of the tree
    uint32_t level;               ///< of what it has read so far
    uint32_t group;               ///< of the aggregate that is being emitted
    bool over_rows;               ///< all of it is read over the rows of `group`: a key
    TransformAssembly *transform; ///< of `train: transforms:`, where fitted calls may stand; else NULL
    const LabelFeatures *label;   ///< of a label: where the features are that stand after the fields; else NULL
} Emitter;

// compile_formula.c

MUST_CHECK bool formula_read(Compiler *compiler, Expression expression, Str what, Formula *out, Error *err);

/// The same tree with references of its own.
MUST_CHECK bool formula_share(Compiler *compiler, const Formula *formula, Formula *out, Error *err);

// compile_series.c

/// How many columns the formula stands for: the length of its series, which is the same for all of them; 1 without any.
MUST_CHECK bool series_length(const Formula *formula, uint32_t *out, Error *err);

/// The i-th column's name: the column's, then the first series' window as it is written, '_' for what no name holds.
MUST_CHECK bool series_name(Arena *arena, Str column, const Formula *formula, uint32_t i, Str *out, Error *err);

// compile_sources.c, compile_views.c

MUST_CHECK bool compiler_check_sources(const Compiler *compiler, Error *err);
uint32_t compiler_find_source(const Compiler *compiler, Str name);
bool source_unknown(const Compiler *compiler, Str name, Position position, Error *err);
MUST_CHECK bool compiler_read_views(Compiler *compiler, Error *err);
MUST_CHECK bool compiler_add_inputs(Compiler *compiler, Error *err);
Schema compiler_schema(const Compiler *compiler, uint32_t source);
Str compiler_source_name(const Compiler *compiler, uint32_t source);

/// The union of a view's sources, one for all views that name the same.
MUST_CHECK bool compiler_add_union(Compiler *compiler, const ViewDefinition *view, uint32_t *out, Error *err);
MUST_CHECK bool expect_unique(const Compiler *compiler, Position position, const char *what, const Str *names,
                              size_t count, Error *err);

// compile_keys.c

MUST_CHECK bool compiler_read_keys(Compiler *compiler, CompilerView *view, Error *err);

/// The names in keys over the rows, which say what a request must carry; then, with the inputs there, in those over the request.
MUST_CHECK bool compiler_resolve_row_keys(Compiler *compiler, Error *err);
MUST_CHECK bool compiler_resolve_request_keys(Compiler *compiler, Error *err);

/// The features that finding a view's entity reads, formula by formula: of the rows' keys, then of linked keys of the request.
/// NULL after the last.
const Formula *view_key_formula(const CompilerView *view, size_t i);

// compile_scope.c

/// Resolves the names of a `by` over its rows, of a `deleted` or of a label: fields only. `what` says which, for errors.
MUST_CHECK bool scope_resolve_rows(const Compiler *compiler, uint32_t source, const char *what, Formula *formula,
                                   Error *err);
MUST_CHECK bool scope_resolve_column(const Compiler *compiler, CompilerColumn *column, Error *err);

/// A linked key of a view: over its rows, where it may read features as of each row's time, or over the request.
MUST_CHECK bool scope_resolve_link(const Compiler *compiler, uint32_t view, bool over_rows, Formula *formula,
                                   Error *err);

/// A label: fields of its row, and columns of views.
MUST_CHECK bool scope_resolve_label(const Compiler *compiler, uint32_t source, Formula *formula, Error *err);

/// Gives each field of `keys` the input of the same name.
void scope_resolve_request_key(const Compiler *compiler, uint32_t source, const Formula *rows, Formula *request);

uint32_t compiler_find_view(const Compiler *compiler, Str name);
uint32_t compiler_find_column(const Compiler *compiler, uint32_t view, Str name);
uint32_t compiler_find_input(const Compiler *compiler, Str name);

// compile_order.c

MUST_CHECK bool compiler_order(Compiler *compiler, Error *err);

/// The i-th formula whose features a column reads: its own, then those that find its entity. NULL after the last.
const Formula *column_formula(const Compiler *compiler, uint32_t column, size_t i);

/// Marks all columns that the marked ones read.
void compiler_close_selection(const Compiler *compiler, uint8_t *needed);

// compile_ahead.c, compile_label.c

/// Tells which columns look ahead; one that would be read as of other instants than the request's is an error.
MUST_CHECK bool compiler_mark_ahead(Compiler *compiler, Error *err);

/// A column that looks ahead and is not read by the label is an error.
MUST_CHECK bool compiler_check_ahead(const Compiler *compiler, Error *err);

/// Without a dataset nothing is read.
MUST_CHECK bool compiler_read_label(Compiler *compiler, Error *err);

/// The label's parts of the plan's dataset.
MUST_CHECK bool label_finish(Compiler *compiler, uint32_t source, Plan *plan, Error *err);

// compile_emit.c, compile_aggregate.c, compile_call.c, compile_operation.c, compile_reference.c, compile_value.c

void emitter_deinit(Emitter *emitter);
MUST_CHECK bool emit_formula(Emitter *emitter, Value *out, Error *err);

/// An error at a node of the expression. Always returns false.
bool emit_error(const Emitter *emitter, uint32_t node, Error *err, const char *format, ...) PRINTF_LIKE(4, 5);

/// The builder that a node of the tree goes to.
Builder *emit_builder(const Emitter *emitter, uint32_t tree_node);

MUST_CHECK bool emit_call(Emitter *emitter, uint32_t tree_node, Value *out, Error *err);
MUST_CHECK bool emit_unary(Emitter *emitter, uint32_t tree_node, Value *out, Error *err);
MUST_CHECK bool emit_binary(Emitter *emitter, uint32_t tree_node, Value *out, Error *err);
MUST_CHECK bool emit_condition(Emitter *emitter, uint32_t tree_node, Value *out, Error *err);
MUST_CHECK bool emit_case(Emitter *emitter, uint32_t tree_node, Value *out, Error *err);
MUST_CHECK bool emit_cast(Emitter *emitter, uint32_t tree_node, Value *out, Error *err);
MUST_CHECK bool emit_aggregate(Emitter *emitter, uint32_t tree_node, Value *out, Error *err);
MUST_CHECK bool emit_list(Emitter *emitter, uint32_t tree_node, Value *out, Error *err);
MUST_CHECK bool emit_reference(Emitter *emitter, uint32_t tree_node, Value *out, Error *err);

/// A call of language/fitted.def (transform_call.c). One that stands elsewhere than in a transform is an error.
MUST_CHECK bool emit_fitted(Emitter *emitter, uint32_t tree_node, Value *out, Error *err);

/// The kernel that `name` is for these values, over nodes converted to what it wants.
MUST_CHECK bool emit_operation(Emitter *emitter, uint32_t tree_node, const char *name, const Value *arguments,
                               uint32_t count, Value *out, Error *err);

/// A node of `value` in the builder, converted to `type` (which it is, or widens to, or has no type yet).
MUST_CHECK bool value_node(Builder *builder, const Value *value, Type type, uint32_t *out, Error *err);

/// A text as if it had been written.
Value value_literal_string(Str text);

/// All values, converted to the one type that they share; `name` for errors.
MUST_CHECK bool values_unify(Emitter *emitter, uint32_t tree_node, const char *name, Value *values, uint32_t count,
                             Error *err);

// compile_special.c: calls that are made of several kernels, or whose arguments must be constants.

MUST_CHECK bool emit_nullif(Emitter *emitter, uint32_t tree_node, Value *out, Error *err);
MUST_CHECK bool emit_round(Emitter *emitter, uint32_t tree_node, Value *out, Error *err);
MUST_CHECK bool emit_hash(Emitter *emitter, uint32_t tree_node, Value *out, Error *err);
MUST_CHECK bool emit_cross(Emitter *emitter, uint32_t tree_node, Value *out, Error *err);
MUST_CHECK bool emit_bucketize(Emitter *emitter, uint32_t tree_node, Value *out, Error *err);

/// Whether the value is a literal that can be written down as the type; and that constant.
bool value_is_constant(const Value *value, Type type);
PlanNode value_constant(const Value *value, Type type);

/// The one type that all values widen to; false when there is none. A null without type gives way.
bool values_common_type(const Value *values, size_t count, Type *out);

typedef struct TypeText {
    char text[TYPE_NAME_BYTES_MAX];
} TypeText;

/// As users write it: "int64", "decimal(38,2)", "timestamp", "null".
TypeText type_text(Type type);

// compile_assembly.c

void assembly_deinit(Assembly *assembly);

/// Emits the columns marked in `needed` (NULL: all).
MUST_CHECK bool assembly_emit(Assembly *assembly, const uint8_t *needed, Error *err);

/// The plan's input for one of the compiler's; a new one when it is first read.
MUST_CHECK bool assembly_input(Assembly *assembly, uint32_t input, uint32_t *out, Error *err);

/// The group of a view's aggregates at a level; made, with its keys, when it is new.
MUST_CHECK bool assembly_group(Assembly *assembly, uint32_t view, uint32_t level, uint32_t *out, Error *err);

/// How deep the features lie that a view's keys read: its groups come after those.
uint32_t assembly_key_level(const Assembly *assembly, uint32_t view);

/// The node of one expression of a view's `by` over the request.
MUST_CHECK bool assembly_request_key(Assembly *assembly, uint32_t view, uint32_t key, uint32_t *out, Type *out_type,
                                     Error *err);

/// Marks, per plan input, those that nodes of the main program need, through aggregates' keys too. Zero `out` before.
MUST_CHECK bool assembly_inputs_read(const Assembly *assembly, const uint32_t *nodes, size_t count, uint8_t *out,
                                     Error *err);

// compile_plan.c

/// The program of a source's `deleted`, a bool over its rows; without one `out` stays empty.
MUST_CHECK bool source_deleted(Compiler *compiler, uint32_t index, Arena *arena, Program *out, Error *err);

/// Makes the plan of an assembly; `selected` are columns, in order. Without its dataset it is a label's.
MUST_CHECK bool plan_finish(Assembly *assembly, const uint32_t *selected, size_t selected_count, bool with_dataset,
                            Plan *out, Error *err);

// compile_dataset.c

/// The columns that the dataset selects; all without one.
MUST_CHECK bool dataset_select(Compiler *compiler, uint32_t **out, size_t *out_count, Error *err);
MUST_CHECK bool dataset_check(const Compiler *compiler, Error *err);

/// Label and inputs of the plan's dataset; `source` is filled in by the caller.
MUST_CHECK bool dataset_finish(Assembly *assembly, Plan *plan, Error *err);

/// Per input of the assembly's plan, the source's field of that name and type, or an error.
MUST_CHECK bool dataset_input_fields(const Assembly *assembly, const SourceDefinition *source, Arena *arena,
                                     uint32_t **out, Error *err);

/// A program of one expression over a source's fields.
MUST_CHECK bool rows_program(Compiler *compiler, uint32_t source, Formula *formula, const char *what, Arena *arena,
                             Program *out, Type *out_type, Error *err);

#endif
