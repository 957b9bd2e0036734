/// Random conditions over literals, evaluated while they are written, by the plainest recursive definition: truth tables of three
/// values, kinds told apart by a letter. Shares nothing with flow/condition.
#ifndef PAWL_TESTS_CONDITION_NAIVE_H
#define PAWL_TESTS_CONDITION_NAIVE_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef enum Naive { NAIVE_FALSE, NAIVE_TRUE, NAIVE_NULL, NAIVE_ERROR, NAIVE_TOO_LONG } Naive;

typedef struct NaiveText {
    uint64_t seed;
    char *text;
    size_t size, room;
} NaiveText;

static inline unsigned naive_random(NaiveText *to, unsigned below)
{
    to->seed = to->seed * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(to->seed >> 33) % below;
}

static inline void naive_write(NaiveText *to, const char *piece)
{
    size_t size = strlen(piece);
    if (to->size + size + 1 < to->room) memcpy(to->text + to->size, piece, size + 1);
    to->size += size;
}

/// A scalar: 'n' null, 'b' boolean, 'i' number (times two), 't' text.
typedef struct NaiveScalar {
    char kind;
    int number;
} NaiveScalar;

static inline NaiveScalar naive_scalar(NaiveText *to)
{
    static const struct {
        const char *text;
        NaiveScalar value;
    } SCALARS[] = {{"null", {'n', 0}}, {"true", {'b', 1}},    {"false", {'b', 0}}, {"1", {'i', 2}},
                   {"1.5", {'i', 3}},  {"-2", {'i', -4}},     {"1.0", {'i', 2}},   {"'a'", {'t', 1}},
                   {"'b'", {'t', 2}},  {"item", {'i', 6}},    {"x.y", {'n', 0}},   {"0e0", {'i', 0}},
                   {"3", {'i', 6}},    {"check.ok", {'b', 1}}};
    unsigned i = naive_random(to, sizeof(SCALARS) / sizeof(SCALARS[0]));
    naive_write(to, SCALARS[i].text);
    return SCALARS[i].value;
}

static inline Naive naive_comparison(NaiveText *to)
{
    static const char *const SIGNS[] = {" = ", "!=", "<", " <= ", "> ", ">="};
    NaiveScalar left = naive_scalar(to);
    unsigned sign = naive_random(to, 6);
    naive_write(to, SIGNS[sign]);
    NaiveScalar right = naive_scalar(to);
    if (left.kind == 'n' || right.kind == 'n') return NAIVE_NULL;
    if (left.kind != right.kind) return NAIVE_ERROR;
    int a = left.number;
    int b = right.number;
    int holds[] = {a == b, a != b, a<b, a <= b, a> b, a >= b};
    return holds[sign] ? NAIVE_TRUE : NAIVE_FALSE;
}

static inline Naive naive_membership(NaiveText *to)
{
    NaiveScalar value = naive_scalar(to);
    unsigned count = naive_random(to, 4);
    Naive result = NAIVE_FALSE;
    naive_write(to, " in [");
    for (unsigned i = 0; i < count; i++) {
        naive_write(to, i == 0 ? "" : ", ");
        NaiveScalar item = naive_scalar(to);
        if (item.kind == 'n' && result != NAIVE_TRUE) result = NAIVE_NULL;
        if (item.kind != 'n' && item.kind == value.kind && item.number == value.number) result = NAIVE_TRUE;
    }
    naive_write(to, "]");
    return value.kind == 'n' && count > 0 ? NAIVE_NULL : result;
}

static inline Naive naive_and(Naive left, Naive right)
{
    if (left == NAIVE_ERROR || right == NAIVE_ERROR) return NAIVE_ERROR;
    if (left == NAIVE_FALSE || right == NAIVE_FALSE) return NAIVE_FALSE;
    return left == NAIVE_NULL || right == NAIVE_NULL ? NAIVE_NULL : NAIVE_TRUE;
}

static inline Naive naive_not(Naive value)
{
    return value == NAIVE_TRUE ? NAIVE_FALSE : value == NAIVE_FALSE ? NAIVE_TRUE : value;
}

/// Binding of what is written: 1 or, 2 and, 3 not and tighter; parentheses where `least` asks for more.
static inline Naive naive_tree(NaiveText *to, int least, int depth)
{
    unsigned shape = depth == 0 ? naive_random(to, 2) : naive_random(to, 6);
    int own = shape == 3 ? 1 : shape == 4 ? 2 : 3;
    Naive value = NAIVE_FALSE;
    if (own < least || shape == 5) naive_write(to, "(");
    int inner = own < least || shape == 5;
    if (shape == 0) value = naive_comparison(to);
    if (shape == 1) value = naive_membership(to);
    if (shape == 2 || shape == 5) {
        naive_write(to, "not ");
        value = naive_not(naive_tree(to, 3, depth - 1));
    }
    if (shape == 3 || shape == 4) {
        Naive left = naive_tree(to, own, depth - 1);
        naive_write(to, shape == 3 ? " or " : " and ");
        Naive right = naive_tree(to, own + 1, depth - 1);
        value = shape == 4 ? naive_and(left, right) : naive_not(naive_and(naive_not(left), naive_not(right)));
    }
    if (inner) naive_write(to, ")");
    return value;
}

static inline Naive naive_condition(uint64_t seed, char *text, size_t room)
{
    NaiveText to = {.seed = seed * 0x9E3779B97F4A7C15U, .text = text, .room = room};
    Naive value = naive_tree(&to, 1, 5);
    return to.size + 1 >= room ? NAIVE_TOO_LONG : value;
}

#endif
