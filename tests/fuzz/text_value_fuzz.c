/// Lines as the texts of one column: whatever type is found for all of them, each is a value of that type, and shows as
/// one; and no text breaks the reading of any type.
#include "frame/format.h"
#include "lake/text_value_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void push_all(Str lines, Type type, bool must_fit)
{
    AUTO(column_deinit) Column column = {.type = type};
    AUTO(bytes_deinit) Bytes shown = {0};
    Error err = {0};
    Str line = {0};
    while (str_split(&lines, '\n', &line)) {
        bool pushed = text_push(&column, line, &err);
        CHECK(pushed || !must_fit || err.kind == ERROR_MEMORY);
        if (!pushed) continue;
        Vector vector = column_view(&column);
        CHECK(vector_format(&vector, column.count - 1, STR("null"), &shown, &err) || err.kind == ERROR_MEMORY);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const Str lines = {(const char *)data, size};
    Str rest = lines;
    Str line = {0};
    uint32_t kinds = TEXT_ANY;
    while (str_split(&rest, '\n', &line)) kinds = text_narrow_kinds(kinds, line);
    push_all(lines, text_type_of_kinds(kinds), true);
    for (size_t id = 0; id < TYPE_COUNT; id++) {
        push_all(lines, (Type){.id = (TypeId)id, .precision = 38, .scale = 5}, false);
    }
    return 0;
}
