/// What a compiled pattern is made of.
#ifndef PAWL_TEXT_PATTERN_INTERNAL_H
#define PAWL_TEXT_PATTERN_INTERNAL_H

#include "text/pattern.h"

typedef enum StepKind {
    STEP_CLASS, ///< takes one character of a class
    STEP_SPLIT, ///< goes on at `first`, and in the second place at `second`
    STEP_JUMP,  ///< goes on at `first`
    STEP_SAVE,  ///< notes the place in slot `first`
    STEP_BEGIN,
    STEP_END,
    STEP_MATCH,
} StepKind;

typedef struct CharacterRange {
    uint32_t first;
    uint32_t last;
} CharacterRange;

typedef struct CharacterClass {
    const CharacterRange *ranges;
    uint32_t range_count;
    bool negated;
} CharacterClass;

typedef struct Step {
    StepKind kind;
    uint32_t first;
    uint32_t second;
    CharacterClass class;
} Step;

struct Pattern {
    Step *steps;
    uint32_t step_count;
    uint32_t group_count;
};

#endif
