#include "frame/json_value.h"

#include "engine/kernel.h"
#include "language/kernel.h"
#include "language/kernel_constant.h"
#include "support/test.h"
#include "text/json.h"

/// A value as its type and its JSON; a null type ends a list of them.
typedef struct Cell {
    const char *type;
    const char *json;
} Cell;

typedef struct Case {
    const char *name;
    Cell result;
    Cell arguments[PLAN_ARGUMENTS_MAX + 1];
} Case;

enum { ROWS = 2 };

/// Two equal rows, so that a kernel's loop is seen to run.
static bool cell_read(Cell cell, Column *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Document document = {0};
    TRY(type_parse(str_from(cell.type), &out->type, err));
    TRY(json_parse(STR("cell"), str_from(cell.json), &arena, &document, err));
    for (int i = 0; i < ROWS; i++) {
        TRY(column_push_json(out, document.root, &(JsonContext){.what = "a cell", .kind = ERROR_DATA}, err));
    }
    return true;
}

static bool run(Kernel kernel, Type type, const Vector *arguments, size_t count, Arena *arena, Vector *out, Error *err)
{
    KernelConstants constants = {0};
    KernelContext context = {.type = type, .constants = &constants, .text = arena};
    Block block = {.count = ROWS};
    for (uint32_t i = 0; i < count; i++) {
        KernelType parameter = kernel_info(kernel)->arguments[i];
        if (!kernel_type_is_constant(parameter)) continue;
        TRY(kernel_constant_read(parameter, arguments[i].values.strings[0], arena, &constants, err));
    }
    block.valid = arena_alloc(arena, ROWS, err);
    if (block.valid == NULL) return false;
    block.values.any = arena_alloc_array(arena, ROWS, storage_size(type_storage(type)), err);
    if (block.values.any == NULL) return false;
    TRY(kernel_run(kernel, &context, arguments, count, &block, err));
    *out = (Vector){.type = type, .count = ROWS, .valid = block.valid, .values = block.values};
    return true;
}

/// As the compiler does: the overload for the arguments, each converted to what it wants.
static bool call(const char *name, Vector *arguments, uint32_t count, Arena *arena, Vector *out, Error *err)
{
    Kernel kernel = KERNEL_COUNT;
    Type types[PLAN_ARGUMENTS_MAX];
    Type wanted[PLAN_ARGUMENTS_MAX];
    Type result = {0};
    for (uint32_t i = 0; i < count; i++) types[i] = arguments[i].type;
    if (!kernel_resolve(str_from(name), types, count, &kernel)) return error_set(err, ERROR_CONFIG, "none");
    CHECK(kernel_signature(kernel, types, wanted, &result) && kernel_accepts(kernel, result, wanted, count));
    for (uint32_t i = 0; i < count; i++) {
        Kernel cast = KERNEL_COUNT;
        if (type_equal(types[i], wanted[i])) continue;
        CHECK(kernel_cast(types[i], wanted[i], &cast));
        TRY(run(cast, wanted[i], &arguments[i], 1, arena, &arguments[i], err));
    }
    return run(kernel, result, arguments, count, arena, out, err);
}

static bool case_run(const Case *one, Column *columns, Arena *arena, Vector *out, Error *err)
{
    Vector arguments[PLAN_ARGUMENTS_MAX];
    uint32_t count = 0;
    for (; one->arguments[count].type != NULL; count++) {
        TRY(cell_read(one->arguments[count], &columns[count], err));
        arguments[count] = column_view(&columns[count]);
    }
    return call(one->name, arguments, count, arena, out, err);
}

static void columns_deinit(Column *columns)
{
    for (size_t i = 0; i < PLAN_ARGUMENTS_MAX; i++) column_deinit(&columns[i]);
}

static void assert_case(const Case *one)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(column_deinit) Column expected = {0};
    Column columns[PLAN_ARGUMENTS_MAX] = {0};
    Vector out = {0};
    ASSERT_OK(cell_read(one->result, &expected, &err), err);
    ASSERT_OK(case_run(one, columns, &arena, &out, &err), err);
    Vector wanted = column_view(&expected);
    bool same = type_equal(out.type, wanted.type);
    for (size_t i = 0; i < ROWS; i++) same = same && vector_same(&out, i, &wanted, i);
    if (!same) {
        AUTO(bytes_deinit) Bytes text = {0};
        ASSERT_OK(vector_format(&out, 0, STR("null"), &text, &err), err);
        fail_msg("%s of %s gave %.*s, not %s", one->name, one->arguments[0].json, STR_ARG(bytes_str(&text)),
                 one->result.json);
    }
    columns_deinit(columns);
}

#define ASSERT_CASES(cases)                                                                                            \
    for (size_t case_place = 0; case_place < COUNT_OF(cases); case_place++) assert_case(&(cases)[case_place])

#define INTEGERS "list(int64)"
#define NUMBERS "list(float64)"
#define TEXTS "list(string)"
#define COUNTS "map(string,int64)"

static void items_are_taken_by_place_and_by_key(void **state)
{
    UNUSED(state);
    static const Case CASES[] = {
        {"size", {"int64", "3"}, {{INTEGERS, "[4,null,6]"}}},
        {"size", {"int64", "0"}, {{TEXTS, "[]"}}},
        {"size", {"int64", "null"}, {{TEXTS, "null"}}},
        {"size", {"int64", "2"}, {{COUNTS, "{\"a\":1,\"b\":2}"}}},
        {"get", {"int64", "4"}, {{INTEGERS, "[4,null,6]"}, {"int64", "0"}}},
        {"get", {"int64", "null"}, {{INTEGERS, "[4,null,6]"}, {"int64", "1"}}},
        {"get", {"int64", "6"}, {{INTEGERS, "[4,null,6]"}, {"int64", "-1"}}},
        {"get", {"int64", "4"}, {{INTEGERS, "[4,null,6]"}, {"int64", "-3"}}},
        {"get", {"int64", "null"}, {{INTEGERS, "[4,null,6]"}, {"int64", "3"}}},
        {"get", {"int64", "null"}, {{INTEGERS, "[4,null,6]"}, {"int64", "-4"}}},
        {"get", {"int64", "null"}, {{INTEGERS, "[4]"}, {"int64", "-9223372036854775808"}}},
        {"get", {"string", "\"b\""}, {{TEXTS, "[\"a\",\"b\"]"}, {"int64", "1"}}},
        {"get", {"int64", "2"}, {{COUNTS, "{\"a\":1,\"b\":2,\"c\":null}"}, {"string", "\"b\""}}},
        {"get", {"int64", "null"}, {{COUNTS, "{\"a\":1,\"b\":2,\"c\":null}"}, {"string", "\"c\""}}},
        {"get", {"int64", "null"}, {{COUNTS, "{\"a\":1}"}, {"string", "\"z\""}}},
        {"get", {"bool", "true"}, {{"map(int64,bool)", "{\"-1\":false,\"7\":true}"}, {"int64", "7"}}},
    };
    ASSERT_CASES(CASES);
}

static void items_are_found_by_equality(void **state)
{
    UNUSED(state);
    static const Case CASES[] = {
        {"contains", {"bool", "true"}, {{INTEGERS, "[1,2]"}, {"int64", "2"}}},
        {"contains", {"bool", "false"}, {{INTEGERS, "[1,null]"}, {"int64", "2"}}},
        {"contains", {"bool", "null"}, {{INTEGERS, "[1,null]"}, {"int64", "null"}}},
        {"contains", {"bool", "true"}, {{NUMBERS, "[\"NaN\"]"}, {"float64", "\"NaN\""}}},
        {"contains", {"bool", "true"}, {{NUMBERS, "[-0.0]"}, {"int64", "0"}}},
        {"contains", {"bool", "true"}, {{COUNTS, "{\"a\":null}"}, {"string", "\"a\""}}},
        {"contains", {"bool", "false"}, {{COUNTS, "{}"}, {"string", "\"a\""}}},
        {"position", {"int64", "1"}, {{TEXTS, "[\"a\",\"b\",\"b\"]"}, {"string", "\"b\""}}},
        {"position", {"int64", "null"}, {{TEXTS, "[null]"}, {"string", "\"b\""}}},
    };
    ASSERT_CASES(CASES);
}

static void lists_are_cut_joined_and_ordered(void **state)
{
    UNUSED(state);
    static const Case CASES[] = {
        {"slice", {INTEGERS, "[2,3]"}, {{INTEGERS, "[1,2,3,4]"}, {"int64", "1"}, {"int64", "3"}}},
        {"slice", {INTEGERS, "[3,4]"}, {{INTEGERS, "[1,2,3,4]"}, {"int64", "-2"}, {"int64", "9"}}},
        {"slice", {INTEGERS, "[]"}, {{INTEGERS, "[1,2,3,4]"}, {"int64", "3"}, {"int64", "1"}}},
        {"slice", {INTEGERS, "[1,2,3]"}, {{INTEGERS, "[1,2,3,4]"}, {"int64", "-99"}, {"int64", "-1"}}},
        {"concat", {INTEGERS, "[1,null,2]"}, {{INTEGERS, "[1,null]"}, {INTEGERS, "[2]"}}},
        {"concat", {NUMBERS, "[1.0,0.5]"}, {{INTEGERS, "[1]"}, {NUMBERS, "[0.5]"}}},
        {"concat", {INTEGERS, "null"}, {{INTEGERS, "[1]"}, {INTEGERS, "null"}}},
        {"list_sort", {NUMBERS, "[null,-1.0,2.0,\"NaN\"]"}, {{NUMBERS, "[\"NaN\",2,null,-1]"}}},
        {"list_sort", {NUMBERS, "[0.0,-0.0]"}, {{NUMBERS, "[0.0,-0.0]"}}},
        {"list_distinct", {NUMBERS, "[0.0,null,1.0]"}, {{NUMBERS, "[0.0,-0.0,null,1,null,0]"}}},
        {"list_distinct", {TEXTS, "[\"b\",\"a\"]"}, {{TEXTS, "[\"b\",\"a\",\"b\"]"}}},
        {"list_reverse", {TEXTS, "[\"b\",null,\"a\"]"}, {{TEXTS, "[\"a\",null,\"b\"]"}}},
        {"map_keys", {TEXTS, "[\"a\",\"b\"]"}, {{COUNTS, "{\"b\":null,\"a\":1}"}}},
        {"map_values", {INTEGERS, "[1,null]"}, {{COUNTS, "{\"b\":null,\"a\":1}"}}},
        {"zip", {COUNTS, "{\"a\":3,\"b\":2}"}, {{TEXTS, "[\"a\",\"b\",\"a\",null]"}, {INTEGERS, "[1,2,3,4]"}}},
        {"zip", {COUNTS, "null"}, {{TEXTS, "[\"a\"]"}, {INTEGERS, "[]"}}},
    };
    ASSERT_CASES(CASES);
}

static void items_that_are_null_are_passed_over_when_summed_up(void **state)
{
    UNUSED(state);
    static const Case CASES[] = {
        {"list_sum", {"int64", "6"}, {{INTEGERS, "[1,null,5]"}}},
        {"list_sum", {"int64", "null"}, {{INTEGERS, "[null]"}}},
        {"list_sum", {"int64", "null"}, {{INTEGERS, "[9223372036854775807,1]"}}},
        {"list_sum", {"int64", "9223372036854775807"}, {{INTEGERS, "[9223372036854775807,1,-1]"}}},
        {"list_sum", {"float64", "1.0"}, {{NUMBERS, "[1e308,1,-1e308]"}}},
        {"list_sum", {"decimal(38,2)", "0.3"}, {{"list(decimal(38,2))", "[0.1,0.2]"}}},
        {"list_mean", {"float64", "0.15"}, {{"list(decimal(38,2))", "[0.1,0.2]"}}},
        {"list_mean", {"float64", "2.5"}, {{INTEGERS, "[2,3,null]"}}},
        {"list_mean", {"float64", "null"}, {{NUMBERS, "[]"}}},
        {"list_min", {"int64", "-2"}, {{INTEGERS, "[3,null,-2]"}}},
        {"list_max", {"float64", "\"NaN\""}, {{NUMBERS, "[3,\"NaN\",\"Infinity\"]"}}},
        {"list_max", {"string", "\"b\""}, {{TEXTS, "[\"b\",\"a\"]"}}},
        {"list_min", {"string", "null"}, {{TEXTS, "[null]"}}},
        {"list_any", {"bool", "true"}, {{"list(bool)", "[false,null,true]"}}},
        {"list_any", {"bool", "false"}, {{"list(bool)", "[false,null]"}}},
        {"list_all", {"bool", "true"}, {{"list(bool)", "[true,null]"}}},
        {"list_all", {"bool", "true"}, {{"list(bool)", "[]"}}},
        {"list_all", {"bool", "false"}, {{"list(bool)", "[true,false]"}}},
    };
    ASSERT_CASES(CASES);
}

static void products_are_summed_exactly(void **state)
{
    UNUSED(state);
    static const Case CASES[] = {
        {"dot", {"float64", "32.0"}, {{INTEGERS, "[1,2,3]"}, {NUMBERS, "[4,5,6]"}}},
        {"dot", {"float64", "2.0"}, {{NUMBERS, "[1e200,2,-1e200]"}, {NUMBERS, "[1e200,1,1e200]"}}},
        {"dot", {"float64", "0.0"}, {{NUMBERS, "[]"}, {NUMBERS, "[]"}}},
        {"dot", {"float64", "null"}, {{NUMBERS, "[1]"}, {NUMBERS, "[1,2]"}}},
        {"dot", {"float64", "null"}, {{NUMBERS, "[1,null]"}, {NUMBERS, "[1,2]"}}},
        {"dot", {"float64", "\"NaN\""}, {{NUMBERS, "[\"Infinity\"]"}, {NUMBERS, "[0]"}}},
        {"norm", {"float64", "5.0"}, {{INTEGERS, "[3,4]"}}},
        {"norm", {"float64", "null"}, {{INTEGERS, "[3,null]"}}},
        {"cosine", {"float64", "1.0"}, {{INTEGERS, "[3,4]"}, {INTEGERS, "[6,8]"}}},
        {"cosine", {"float64", "null"}, {{INTEGERS, "[0,0]"}, {INTEGERS, "[6,8]"}}},
        {"l2_distance", {"float64", "5.0"}, {{INTEGERS, "[1,2]"}, {INTEGERS, "[4,6]"}}},
        {"list_add", {NUMBERS, "[5.0,-0.5]"}, {{INTEGERS, "[1,2]"}, {NUMBERS, "[4,-2.5]"}}},
        {"list_subtract", {NUMBERS, "null"}, {{INTEGERS, "[1,2]"}, {NUMBERS, "[4]"}}},
        {"list_scale", {NUMBERS, "[0.5,-1.0]"}, {{INTEGERS, "[1,-2]"}, {"float64", "0.5"}}},
    };
    ASSERT_CASES(CASES);
}

static void texts_become_lists_and_lists_texts(void **state)
{
    UNUSED(state);
    static const Case CASES[] = {
        {"split", {TEXTS, "[\"a\",\"\",\"b\"]"}, {{"string", "\"a,,b\""}, {"string", "\",\""}}},
        {"split", {TEXTS, "[\"a\",\"\"]"}, {{"string", "\"a--\""}, {"string", "\"--\""}}},
        {"split", {TEXTS, "[\"\"]"}, {{"string", "\"\""}, {"string", "\",\""}}},
        {"split", {TEXTS, "null"}, {{"string", "\"a\""}, {"string", "\"\""}}},
        {"join", {"string", "\"a+b\""}, {{TEXTS, "[\"a\",null,\"b\"]"}, {"string", "\"+\""}}},
        {"join", {"string", "\"\""}, {{TEXTS, "[null]"}, {"string", "\"+\""}}},
        {"tokens",
         {TEXTS, "[\"two\",\"words_2\",\"\xc3\xa9t\xc3\xa9\"]"},
         {{"string", "\"Two, WORDS_2! \xc3\xa9t\xc3\xa9\""}}},
        {"json_list",
         {TEXTS, "[\"x\",\"1.50\",null,\"true\",\"[1]\"]"},
         {{"string", "\"{\\\"a\\\":{\\\"b\\\":[0,[\\\"x\\\",1.50,null,true,[1]]]}}\""}, {"string", "\"$.a.b[1]\""}}},
        {"json_list", {TEXTS, "[\"1\"]"}, {{"string", "\"[1]\""}, {"string", "\"$\""}}},
        {"json_list", {TEXTS, "null"}, {{"string", "\"[1\""}, {"string", "\"$\""}}},
        {"json_list", {TEXTS, "null"}, {{"string", "\"[[1]]\""}, {"string", "\"$[1]\""}}},
        {"json_list", {TEXTS, "null"}, {{"string", "\"{}\""}, {"string", "\"$\""}}},
        {"tokens", {TEXTS, "[]"}, {{"string", "\" -- \""}}},
    };
    ASSERT_CASES(CASES);
}

static void lists_are_compared_and_chosen_as_any_value(void **state)
{
    UNUSED(state);
    static const Case CASES[] = {
        {"=", {"bool", "true"}, {{NUMBERS, "[0,null,\"NaN\"]"}, {NUMBERS, "[-0.0,null,\"NaN\"]"}}},
        {"=", {"bool", "true"}, {{INTEGERS, "[1]"}, {NUMBERS, "[1]"}}},
        {"=", {"bool", "false"}, {{TEXTS, "[\"a\"]"}, {TEXTS, "[\"a\",\"a\"]"}}},
        {"=", {"bool", "null"}, {{TEXTS, "null"}, {TEXTS, "[]"}}},
        {"<", {"bool", "true"}, {{INTEGERS, "[2]"}, {INTEGERS, "[10]"}}},
        {"<", {"bool", "true"}, {{INTEGERS, "[]"}, {INTEGERS, "[null]"}}},
        {"if", {INTEGERS, "[2]"}, {{"bool", "null"}, {INTEGERS, "[1]"}, {INTEGERS, "[2]"}}},
        {"coalesce", {INTEGERS, "[]"}, {{INTEGERS, "null"}, {INTEGERS, "[]"}}},
        {"is null", {"bool", "true"}, {{COUNTS, "null"}}},
        {"is null", {"bool", "false"}, {{COUNTS, "{}"}}},
    };
    ASSERT_CASES(CASES);
}

static bool hash_of(const char *json, int64_t *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const Case one = {"hash", {0}, {{NUMBERS, json}}};
    Column columns[PLAN_ARGUMENTS_MAX] = {0};
    Vector hash = {0};
    bool done = case_run(&one, columns, &arena, &hash, err);
    if (done) *out = hash.values.ints[0];
    columns_deinit(columns);
    return done;
}

static void equal_lists_have_one_hash(void **state)
{
    UNUSED(state);
    Error err = {0};
    int64_t hashes[3] = {0};
    ASSERT_OK(hash_of("[0.0,1.0]", &hashes[0], &err), err);
    ASSERT_OK(hash_of("[-0.0,1.0]", &hashes[1], &err), err);
    ASSERT_OK(hash_of("[0.0,1.0,null]", &hashes[2], &err), err);
    assert_int_equal(hashes[0], hashes[1]);
    assert_int_not_equal(hashes[0], hashes[2]);
}

typedef struct CastCase {
    Cell from;
    Cell to;
} CastCase;

static void assert_cast(CastCase one)
{
    Error err = {0};
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(column_deinit) Column from = {0};
    AUTO(column_deinit) Column to = {0};
    Kernel kernel = KERNEL_COUNT;
    Vector out = {0};
    ASSERT_OK(cell_read(one.from, &from, &err), err);
    ASSERT_OK(cell_read(one.to, &to, &err), err);
    Vector argument = column_view(&from);
    Vector wanted = column_view(&to);
    assert_true(kernel_cast(from.type, to.type, &kernel));
    assert_true(kernel_accepts(kernel, to.type, &from.type, 1));
    ASSERT_OK(run(kernel, to.type, &argument, 1, &arena, &out, &err), err);
    for (size_t i = 0; i < ROWS; i++) assert_true(vector_same(&out, i, &wanted, i));
}

static void casts_go_item_by_item_and_by_json(void **state)
{
    UNUSED(state);
    static const CastCase CASES[] = {
        {{NUMBERS, "[1.5,null,\"NaN\"]"}, {INTEGERS, "[1,null,null]"}},
        {{TEXTS, "[\"1\",\"x\"]"}, {"list(decimal(38,1))", "[1,null]"}},
        {{COUNTS, "{\"a\":1}"}, {"map(string,string)", "{\"a\":\"1\"}"}},
        {{NUMBERS, "[1.5,null,\"NaN\"]"}, {"string", "\"[1.5,null,\\\"NaN\\\"]\""}},
        {{COUNTS, "{\"b\":2,\"a\":1}"}, {"string", "\"{\\\"a\\\":1,\\\"b\\\":2}\""}},
        {{"string", "\" [1, 2] \""}, {INTEGERS, "[1,2]"}},
        {{"string", "\"[1, 2.5]\""}, {INTEGERS, "null"}},
        {{"string", "\"[1\""}, {INTEGERS, "null"}},
        {{"string", "\"null\""}, {INTEGERS, "null"}},
        {{"string", "\"\""}, {COUNTS, "null"}},
        {{"string", "\"{\\\"a\\\": 1}\""}, {COUNTS, "{\"a\":1}"}},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) assert_cast(CASES[i]);
}

static bool all_kinds(void *context, Error *err)
{
    static const Case CASES[] = {
        {"list_sort", {0}, {{TEXTS, "[\"b\",\"a\"]"}}},
        {"zip", {0}, {{TEXTS, "[\"b\",\"a\"]"}, {INTEGERS, "[1,2]"}}},
        {"tokens", {0}, {{"string", "\"a b\""}}},
        {"join", {0}, {{TEXTS, "[\"b\",\"a\"]"}, {"string", "\"-\""}}},
        {"l2_distance", {0}, {{INTEGERS, "[1]"}, {INTEGERS, "[3]"}}},
    };
    UNUSED(context);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        AUTO(arena_deinit) Arena arena = {0};
        Column columns[PLAN_ARGUMENTS_MAX] = {0};
        Vector out = {0};
        bool done = case_run(&CASES[i], columns, &arena, &out, err);
        columns_deinit(columns);
        TRY(done);
    }
    return true;
}

static void kernels_of_lists_survive_every_failing_allocation(void **state)
{
    UNUSED(state);
    for_each_allocation_failure(all_kinds, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_are_taken_by_place_and_by_key),
        cmocka_unit_test(items_are_found_by_equality),
        cmocka_unit_test(lists_are_cut_joined_and_ordered),
        cmocka_unit_test(items_that_are_null_are_passed_over_when_summed_up),
        cmocka_unit_test(products_are_summed_exactly),
        cmocka_unit_test(texts_become_lists_and_lists_texts),
        cmocka_unit_test(lists_are_compared_and_chosen_as_any_value),
        cmocka_unit_test(equal_lists_have_one_hash),
        cmocka_unit_test(casts_go_item_by_item_and_by_json),
        cmocka_unit_test(kernels_of_lists_survive_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
