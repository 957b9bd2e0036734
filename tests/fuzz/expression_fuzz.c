/// Any bytes are an expression, or an error that names its place. What parses prints to a text that parses to the same tree; what
/// compiles, as a column of a view with rows and of one without, encodes to a plan that decodes to the same bytes.
#include "language/plan.h"
#include "language/token.h"
#include "language/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const Field FIELDS[] = {
    {STR_INIT("id"), {.id = TYPE_INT64}},
    {STR_INIT("t"), {.id = TYPE_TIMESTAMP_MS}},
    {STR_INIT("s"), {.id = TYPE_STRING}},
    {STR_INIT("f"), {.id = TYPE_FLOAT32}},
    {STR_INIT("d"), {.id = TYPE_DECIMAL, .precision = 10, .scale = 2}},
    {STR_INIT("b"), {.id = TYPE_BOOL}},
    {STR_INIT("v"), {.id = TYPE_LIST, .item = TYPE_FLOAT64}},
    {STR_INIT("m"), {.id = TYPE_MAP, .key = TYPE_STRING, .item = TYPE_INT64}},
};

static void check_print(const Place *place)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes printed = {0};
    Error err = {0};
    Tree tree = {0};
    Tree again = {0};
    if (!tree_parse(place, &arena, &tree, &err)) return;
    CHECK(tree_format(&tree, &printed, &err));
    Place other = {.what = STR("again"), .expression = {.text = bytes_str(&printed)}};
    // Spaces and parentheses may make the text longer than the limit.
    if (printed.size <= EXPRESSION_BYTES_MAX)
        CHECK(tree_parse(&other, &arena, &again, &err) && tree_equal(&tree, &again));
}

static void check_plan(const Definition *definition)
{
    AUTO(plan_deinit) Plan plan = {0};
    AUTO(plan_deinit) Plan decoded = {0};
    AUTO(bytes_deinit) Bytes encoding = {0};
    AUTO(bytes_deinit) Bytes again = {0};
    Error err = {0};
    if (!plan_compile(definition, &plan, &err)) {
        CHECK(err.kind == ERROR_CONFIG || err.kind == ERROR_DATA);
        return;
    }
    CHECK(plan_encode(&plan, &encoding, &err));
    CHECK(plan_decode(bytes_str(&encoding), &decoded, &err));
    CHECK(plan_encode(&decoded, &again, &err) && str_equal(bytes_str(&encoding), bytes_str(&again)));
}

static void check_compile(Str text)
{
    const SourceDefinition source = {
        .name = STR("rows"), .schema = {FIELDS, COUNT_OF(FIELDS)}, .time = STR("t"), .known = STR("t")};
    const NamedExpression by = {STR("id"), {STR("id"), {0, 0}}};
    const NamedExpression columns[] = {{STR("n"), {STR("count() over 1h"), {0, 0}}}, {STR("x"), {text, {0, 0}}}};
    const InputDefinition inputs[] = {{STR("f"), {0, 0}, {.id = TYPE_FLOAT64}},
                                      {STR("s"), {0, 0}, {.id = TYPE_STRING}},
                                      {STR("b"), {0, 0}, {.id = TYPE_BOOL}},
                                      {STR("id"), {0, 0}, {.id = TYPE_INT64}}};
    const ViewDefinition grouped = {
        .name = STR("v"), .from = STR("rows"), .by = &by, .by_count = 1, .columns = columns, .column_count = 2};
    const ViewDefinition plain = {
        .name = STR("v"), .inputs = inputs, .input_count = COUNT_OF(inputs), .columns = columns + 1, .column_count = 1};
    Definition definition = {.sources = &source, .source_count = 1, .views = &grouped, .view_count = 1};
    check_plan(&definition);
    definition.views = &plain;
    check_plan(&definition);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str text = {(const char *)data, size};
    Place place = {.what = STR("x"), .expression = {.text = text}};
    check_print(&place);
    check_compile(text);
    return 0;
}
