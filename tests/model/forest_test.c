#include "model/forest_internal.h"

#include "base/bytes.h"
#include "number/float_order.h"
#include "support/test.h"

/// A tree of three nodes: x[1] < 0.5 ? 2 : -1, missing values go the default way.
typedef struct Sketch {
    uint8_t default_left;
    int8_t left, right; ///< of the root
    int8_t feature;
    const char *values_type; ///< "d" where it is right
    bool drop_values;
} Sketch;

static const Sketch GOOD = {.left = 1, .right = 2, .feature = 1, .values_type = "d"};

static void append(Bytes *out, const char *text, size_t size)
{
    Error err = {0};
    ASSERT_OK(bytes_append(out, text, size, &err), err);
}

static void append_key(Bytes *out, const char *key)
{
    const char head[] = {'i', (char)strlen(key)};
    append(out, head, sizeof(head));
    append(out, key, strlen(key));
}

static void append_bytes(Bytes *out, const char *key, int8_t first, int8_t second, int8_t third)
{
    const char items[] = {(char)first, (char)second, (char)third};
    append_key(out, key);
    append(out, "[$i#i\3", 6);
    append(out, items, sizeof(items));
}

static void append_tree(Bytes *out, const Sketch *sketch)
{
    append(out, "{", 1);
    append_bytes(out, "default_left", (int8_t)sketch->default_left, 0, 0);
    append_bytes(out, "left_children", sketch->left, -1, -1);
    append_bytes(out, "right_children", sketch->right, -1, -1);
    if (!sketch->drop_values) {
        append_key(out, "split_conditions");
        append(out, "[$", 2);
        append(out, sketch->values_type, 1);
        append(out, "#i\3\x3f\0\0\0\x40\0\0\0\xbf\x80\0\0", 15);
    }
    append_bytes(out, "split_indices", sketch->feature, 0, 0);
    append(out, "}", 1);
}

static void trees_of(const Sketch *sketches, size_t count, Bytes *out)
{
    append(out, "[", 1);
    for (size_t i = 0; i < count; i++) append_tree(out, &sketches[i]);
    append(out, "]", 1);
}

static void a_row_walks_to_its_leaf(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(forest_deinit) Forest forest = {0};
    Sketch sketches[] = {GOOD, GOOD};
    sketches[1].default_left = 1;
    trees_of(sketches, 2, &text);
    ASSERT_OK(forest_decode(bytes_str(&text), 2, &forest, &err), err);
    assert_int_equal(forest.tree_count, 2);
    const float rows[][2] = {{9, 0.25F}, {9, 0.5F}, {9, (float)float_nan()}, {9, FLT_MAX}, {9, -FLT_MAX}};
    const float sums[] = {4, -2, 1, -2, 4};
    for (size_t i = 0; i < COUNT_OF(sums); i++) assert_true(forest_sum(&forest, rows[i]) == sums[i]);
}

/// Walked side by side or one by one: 21 trees are 21 times one tree.
static void many_trees_are_walked_as_one(void **state)
{
    UNUSED(state);
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    AUTO(forest_deinit) Forest forest = {0};
    Sketch sketches[21];
    for (size_t i = 0; i < COUNT_OF(sketches); i++) {
        sketches[i] = GOOD;
        sketches[i].default_left = i % 3 == 0;
    }
    trees_of(sketches, COUNT_OF(sketches), &text);
    ASSERT_OK(forest_decode(bytes_str(&text), 2, &forest, &err), err);
    const float rows[][2] = {{9, 0.25F}, {9, 0.5F}, {9, (float)float_nan()}};
    const float sums[] = {42, -21, 0};
    for (size_t i = 0; i < COUNT_OF(sums); i++) assert_true(forest_sum(&forest, rows[i]) == sums[i]);
}

static void refused(Sketch sketch, size_t column_count, const char *part)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    Forest forest = {0};
    trees_of(&sketch, 1, &text);
    ASSERT_FAILS(forest_decode(bytes_str(&text), column_count, &forest, &err), err, ERROR_DATA, part);
}

static void trees_that_are_none_are_refused(void **state)
{
    UNUSED(state);
    Error err = {0};
    Forest forest = {0};
    Sketch sketch = GOOD;
    refused(sketch, 1, "tree 0: a split by an unknown column");
    sketch.feature = -1;
    refused(sketch, 2, "a split by an unknown column");
    sketch = GOOD;
    sketch.left = 0;
    refused(sketch, 2, "a child that is none");
    sketch = GOOD;
    sketch.right = 3;
    refused(sketch, 2, "a child that is none");
    sketch = GOOD;
    sketch.values_type = "l";
    refused(sketch, 2, "an array of a wrong type");
    sketch = GOOD;
    sketch.drop_values = true;
    refused(sketch, 2, "arrays are missing");
    ASSERT_FAILS(forest_decode(STR("[]"), 2, &forest, &err), err, ERROR_DATA, "the trees: there are none");
}

static bool decode(void *context, Error *err)
{
    AUTO(forest_deinit) Forest forest = {0};
    return forest_decode(bytes_str(context), 2, &forest, err);
}

static void decoding_survives_every_failing_allocation(void **state)
{
    UNUSED(state);
    AUTO(bytes_deinit) Bytes text = {0};
    trees_of(&GOOD, 1, &text);
    for_each_allocation_failure(decode, &text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_walks_to_its_leaf),
        cmocka_unit_test(many_trees_are_walked_as_one),
        cmocka_unit_test(trees_that_are_none_are_refused),
        cmocka_unit_test(decoding_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
