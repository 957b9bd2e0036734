/// Puts feature columns in an order where each stands after those that it reads, or names the cycle.
#include "language/compile_internal.h"

typedef enum Visit { VISIT_NEW, VISIT_OPEN, VISIT_DONE } Visit;

typedef struct Step {
    uint32_t column;
    size_t formula; ///< of those that it reads features in
    uint32_t node;  ///< the next of its references to follow
} Step;

typedef struct Ordering {
    Compiler *compiler;
    uint8_t *visits; ///< per column
    uint32_t count;  ///< of columns that have their place
    ARRAY_OF(Step) path;
} Ordering;

static void ordering_deinit(Ordering *ordering)
{
    memory_free(ordering->visits);
    memory_free(ordering->path.items);
}

/// Whether a column needs its view's entity.
static bool reads_entity(const Formula *formula)
{
    for (uint32_t i = 0; i < formula->tree.node_count; i++) {
        bool is_key = formula->references[i].kind == REFERENCE_KEY;
        if (is_key || formula->tree.nodes[i].kind == TREE_AGGREGATE) return true;
    }
    return false;
}

const Formula *column_formula(const Compiler *compiler, uint32_t column, size_t i)
{
    const CompilerColumn *read = &compiler->columns[column];
    if (i == 0) return &read->formula;
    return reads_entity(&read->formula) ? view_key_formula(&compiler->views[read->view], i - 1) : NULL;
}

static bool append_column_name(const Compiler *compiler, uint32_t column, Bytes *out, Error *err)
{
    Str view = compiler->definition->views[compiler->columns[column].view].name;
    return bytes_append_format(out, err, "%.*s.%.*s", STR_ARG(view), STR_ARG(compiler->columns[column].name));
}

/// The path's end is a circle back to `column`.
static bool ordering_cycle(const Ordering *ordering, uint32_t column, Error *err)
{
    AUTO(bytes_deinit) Bytes names = {0};
    size_t i = ordering->path.count - 1;
    const Step last = ordering->path.items[i];
    while (ordering->path.items[i].column != column) i--;
    for (; i < ordering->path.count; i++) {
        TRY(append_column_name(ordering->compiler, ordering->path.items[i].column, &names, err));
        TRY(bytes_append_str(&names, STR(" -> "), err));
    }
    TRY(append_column_name(ordering->compiler, column, &names, err));
    const Formula *formula = column_formula(ordering->compiler, last.column, last.formula);
    return place_error(&formula->place, formula->tree.nodes[last.node].offset, err,
                       "features read each other in a circle: %.*s", (int)names.size, (const char *)names.data);
}

static bool ordering_enter(Ordering *ordering, uint32_t column, Error *err)
{
    Step step = {.column = column};
    ordering->visits[column] = VISIT_OPEN;
    return ARRAY_PUSH(&ordering->path, step, err);
}

/// Moves the step to the next reference that has no place yet; false when there is none.
static bool step_next(const Ordering *ordering, Step *step, uint32_t *out)
{
    const Formula *formula = column_formula(ordering->compiler, step->column, step->formula);
    while (formula != NULL) {
        for (; step->node < formula->tree.node_count; step->node++) {
            Reference reference = formula->references[step->node];
            *out = reference.index;
            if (reference.kind == REFERENCE_FEATURE && ordering->visits[reference.index] != VISIT_DONE) return true;
        }
        step->node = 0;
        formula = column_formula(ordering->compiler, step->column, ++step->formula);
    }
    return false;
}

/// Follows the next reference of the innermost column, or gives it its place.
static bool ordering_advance(Ordering *ordering, Error *err)
{
    Step *step = &ordering->path.items[ordering->path.count - 1];
    uint32_t read = PLAN_NONE;
    if (step_next(ordering, step, &read)) {
        if (ordering->visits[read] == VISIT_OPEN) return ordering_cycle(ordering, read, err);
        return ordering_enter(ordering, read, err);
    }
    ordering->visits[step->column] = VISIT_DONE;
    ordering->compiler->order[ordering->count++] = step->column;
    ordering->path.count--;
    return true;
}

bool compiler_order(Compiler *compiler, Error *err)
{
    AUTO(ordering_deinit) Ordering ordering = {.compiler = compiler};
    compiler->order = arena_alloc_array(&compiler->arena, compiler->column_count, sizeof(uint32_t), err);
    if (compiler->order == NULL) return false;
    ordering.visits = memory_alloc_array(compiler->column_count, sizeof(uint8_t), err);
    if (ordering.visits == NULL) return false;

    for (uint32_t i = 0; i < compiler->column_count; i++) {
        if (ordering.visits[i] == VISIT_NEW) TRY(ordering_enter(&ordering, i, err));
        while (ordering.path.count > 0) TRY(ordering_advance(&ordering, err));
    }
    return true;
}

static void mark_features(const Formula *formula, uint8_t *needed)
{
    for (uint32_t node = 0; node < formula->tree.node_count; node++) {
        if (formula->references[node].kind == REFERENCE_FEATURE) needed[formula->references[node].index] = 1;
    }
}

void compiler_close_selection(const Compiler *compiler, uint8_t *needed)
{
    for (uint32_t i = compiler->column_count; i-- > 0;) {
        uint32_t column = compiler->order[i];
        for (size_t k = 0; needed[column] && column_formula(compiler, column, k) != NULL; k++)
            mark_features(column_formula(compiler, column, k), needed);
    }
}
