/// One value with its type, and what the language can do with it.
#ifndef PAWL_NAIVE_VALUE_H
#define PAWL_NAIVE_VALUE_H

#include "base/arena.h"
#include "frame/frame.h"

/// A null has a type too, but for the literal: TYPE_COUNT.
typedef struct Value {
    Type type;
    bool there;
    bool boolean;
    int64_t integer; ///< timestamps too
    double number;
    Int128 decimal;
    Str string; ///< of a list or map its bytes, as frame/list.h tells
} Value;

Value value_null(Type type);
Value value_bool(bool value);
Value value_int(int64_t value);
Value value_float(double value);
Value value_instant(int64_t value);
Value value_string(Str value);
Value value_decimal(Int128 value, uint32_t scale);

/// A list of `count` items of one type.
Value value_list(Type item, const Value *items, size_t count, Arena *arena);

/// A map from keys, which ascend, to items.
Value value_map(Type key, Type item, const Value *keys, const Value *items, size_t count, Arena *arena);

/// What a list or map that is there holds: the number of its items, or of its entries.
size_t value_items(Value value, Arena *arena, Value **keys, Value **items);

/// Of two lists, or two maps, of one type: by the first item (of maps: key, then item) that differs, null first.
int value_compare_nested(Value left, Value right);

/// Row `i` of a vector, its type as computed. (Timestamps must be instants.)
Value value_from(const Vector *vector, size_t i);

/// Pushes the value; a NaN becomes the canonical one.
MUST_CHECK bool value_push(Column *column, Value value, Error *err);

bool value_is_true(Value value);

/// <0, 0, >0 of two values that are there and have one type (decimals: any scales; lists and maps by their items).
int value_compare(Value left, Value right);

/// The type that all take when they meet: int64, decimal, float64, in this order; decimals the greatest scale.
Type value_join(const Value *values, size_t count);

/// The value as `type`, by widening only.
Value value_widen(Value value, Type type);

Value value_arithmetic(char operation, Value left, Value right);
Value value_cast(Value value, Type type, Arena *arena);

/// A function by name; `false` when there is none.
bool value_call(Str name, const Value *values, size_t count, Arena *arena, Value *out);

/// The same of lists, maps and what makes them.
bool value_call_list(Str name, const Value *values, size_t count, Arena *arena, Value *out);

#endif
