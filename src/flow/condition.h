/// Conditions of steps (`when: train.rmse < 0.5 and params.region in ['eu', 'us']`): parsed once, evaluated over values that are known
/// only when the run gets there.
///
///     or, and, not, then one of = != < <= > >= in, then values: numbers, 'texts' ('' is a quote inside one), true, false, null,
///     [lists], names, and parentheses. A name is `item`, `params.NAME`, or `STEP.VALUE`.
///
/// Three-valued, as in SQL: what is compared with null is null, `null or true` is true, and a condition that is null is not true.
/// Numbers compare by value, texts by their bytes. Comparing values of different kinds is an ERROR_DATA, never silently false; `in`
/// passes over items of another kind.
#ifndef PAWL_FLOW_CONDITION_H
#define PAWL_FLOW_CONDITION_H

#include "text/node_tree.h"

enum {
    CONDITION_BYTES_MAX = 4096,
    CONDITION_NODES_MAX = 512, ///< values and operators of one condition
    CONDITION_DEPTH_MAX = 64,  ///< parentheses, lists and operators that wait for their right side
};

typedef enum ConditionKind {
    CONDITION_LITERAL,
    CONDITION_NAME,
    CONDITION_LIST, ///< of the last `count` values
    CONDITION_NOT,
    CONDITION_AND,
    CONDITION_OR,
    CONDITION_EQUAL,
    CONDITION_UNEQUAL,
    CONDITION_LESS,
    CONDITION_LESS_EQUAL,
    CONDITION_GREATER,
    CONDITION_GREATER_EQUAL,
    CONDITION_IN,
} ConditionKind;

/// One step of the evaluation.
typedef struct ConditionNode {
    ConditionKind kind;
    size_t offset, size; ///< its piece of the text
    const Node *literal;
    Str step;  ///< CONDITION_NAME: "train" of `train.rmse`; empty for `item`; "params"
    Str value; ///< CONDITION_NAME: "rmse"; "item"
    size_t count;
} ConditionNode;

/// In postfix order: operands stand before what takes them. In the arena, with its text.
typedef struct Condition {
    const Document *document;
    ConditionNode *nodes;
    size_t count;
} Condition;

/// ERROR_CONFIG with column and caret.
MUST_CHECK bool condition_parse(Str text, Arena *arena, Condition *out, Error *err);

/// What a name stands for: NULL or a null when it has no value. What is given must live as long as the evaluation.
typedef bool (*ConditionLookup)(void *context, const ConditionNode *name, const Node **out, Error *err);

/// `*out` is true only when the condition is. ERROR_DATA, with column and caret, when kinds do not fit.
MUST_CHECK bool condition_evaluate(const Condition *condition, ConditionLookup lookup, void *context, bool *out,
                                   Error *err);

#endif
