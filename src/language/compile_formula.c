#include "language/compile_internal.h"

/// Gives every node the aggregate around it; one inside another is refused.
static bool formula_own(Formula *formula, Error *err)
{
    const Tree *tree = &formula->tree;
    for (uint32_t i = 0; i < tree->node_count; i++) formula->owners[i] = TREE_NONE;
    for (uint32_t i = 0; i < tree->node_count; i++) {
        if (tree->nodes[i].kind != TREE_AGGREGATE) continue;
        for (uint32_t inside = tree->nodes[i].begin; inside < i; inside++) {
            if (tree->nodes[inside].kind == TREE_AGGREGATE) {
                return place_error(&formula->place, tree->nodes[inside].offset, err,
                                   "an aggregate inside an aggregate; give it a column of its own, and read that as "
                                   "view.column");
            }
            formula->owners[inside] = i;
        }
    }
    return true;
}

static bool formula_add_references(Compiler *compiler, Formula *formula, Error *err)
{
    formula->references = arena_alloc_array(&compiler->arena, formula->tree.node_count, sizeof(Reference), err);
    return formula->references != NULL;
}

bool formula_read(Compiler *compiler, Expression expression, Str what, Formula *out, Error *err)
{
    Formula formula = {.place = {compiler->definition->document, what, expression}};
    TRY(tree_parse(&formula.place, &compiler->arena, &formula.tree, err));
    formula.owners = arena_alloc_array(&compiler->arena, formula.tree.node_count, sizeof(uint32_t), err);
    if (formula.owners == NULL) return false;
    TRY(formula_own(&formula, err));
    TRY(formula_add_references(compiler, &formula, err));
    *out = formula;
    return true;
}

bool formula_share(Compiler *compiler, const Formula *formula, Formula *out, Error *err)
{
    Formula shared = *formula;
    TRY(formula_add_references(compiler, &shared, err));
    *out = shared;
    return true;
}
