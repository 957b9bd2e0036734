/// Columns that look ahead, `over next 7d`: only the label may read them, never a feature.
#include "language/compile_internal.h"

/// Which window of an aggregate its formula means; the aggregate has at least one.
static uint32_t chosen_window(const Formula *formula, const TreeNode *aggregate)
{
    return aggregate->window_count > 1 ? formula->series : 0;
}

/// The first aggregate whose window looks ahead; TREE_NONE: none does.
static uint32_t ahead_node(const Formula *formula)
{
    for (uint32_t i = 0; i < formula->tree.node_count; i++) {
        const TreeNode *node = &formula->tree.nodes[i];
        if (node->kind != TREE_AGGREGATE || node->window_count == 0) continue;
        if (node->windows[chosen_window(formula, node)].kind == WINDOW_NEXT) return i;
    }
    return TREE_NONE;
}

/// A column is read where only the request's instant will do.
static bool misplaced(const Compiler *compiler, const Formula *formula, uint32_t node, Error *err)
{
    const CompilerColumn *read = &compiler->columns[formula->references[node].index];
    Str view = compiler->definition->views[read->view].name;
    return place_error(&formula->place, formula->tree.nodes[node].offset, err,
                       "'%.*s.%.*s' looks ahead, and here it would be read for other rows and instants than the "
                       "label's own",
                       STR_ARG(view), STR_ARG(read->name));
}

/// Whether a column reads, as of its own instant, one that looks ahead.
static bool reads_ahead(const Compiler *compiler, uint32_t column, bool *out, Error *err)
{
    const Formula *formula = NULL;
    *out = false;
    for (size_t k = 0; (formula = column_formula(compiler, column, k)) != NULL; k++) {
        for (uint32_t i = 0; i < formula->tree.node_count; i++) {
            bool ahead =
                formula->references[i].kind == REFERENCE_FEATURE && compiler->ahead[formula->references[i].index] != 0;
            if (!ahead) continue;
            if (k > 0 || formula->owners[i] != TREE_NONE) return misplaced(compiler, formula, i, err);
            *out = true;
        }
    }
    return true;
}

bool compiler_mark_ahead(Compiler *compiler, Error *err)
{
    compiler->ahead = arena_alloc(&compiler->arena, compiler->column_count + 1, err);
    TRY(compiler->ahead != NULL);
    for (uint32_t i = 0; i < compiler->column_count; i++) {
        uint32_t column = compiler->order[i];
        bool reads = false;
        TRY(reads_ahead(compiler, column, &reads, err));
        compiler->ahead[column] = reads || ahead_node(&compiler->columns[column].formula) != TREE_NONE;
    }
    return true;
}

static bool refuse_ahead(const Compiler *compiler, const CompilerColumn *column, Error *err)
{
    const Formula *formula = &column->formula;
    uint32_t node = ahead_node(formula);
    if (node == TREE_NONE) {
        return place_error(
            &formula->place, 0, err,
            "'%.*s.%.*s' reads a feature that looks ahead, and the label does not read it; it would show "
            "a feature its future",
            STR_ARG(compiler->definition->views[column->view].name), STR_ARG(column->name));
    }
    const TreeNode *aggregate = &formula->tree.nodes[node];
    Str text = aggregate->window_texts[chosen_window(formula, aggregate)];
    return place_error(&formula->place, (size_t)(text.data - formula->place.expression.text.data), err,
                       "a window looks back: 'over 7d'; one that looks ahead would show a feature its future");
}

bool compiler_check_ahead(const Compiler *compiler, Error *err)
{
    for (uint32_t i = 0; i < compiler->column_count; i++) {
        uint32_t column = compiler->order[i];
        if (compiler->ahead[column] && !compiler->label_needed[column])
            return refuse_ahead(compiler, &compiler->columns[column], err);
    }
    return true;
}
