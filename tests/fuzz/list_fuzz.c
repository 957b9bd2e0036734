/// Any bytes are a list or map that is written to the same bytes, or an error. The first byte picks the type.
#include "frame/list.h"

static const char *const TYPES[] = {
    "list(bool)",
    "list(int64)",
    "list(float64)",
    "list(decimal(38,2))",
    "list(string)",
    "list(timestamp_us with time zone)",
    "map(string,float64)",
    "map(int64,string)",
    "map(bool,decimal(38,0))",
    "map(timestamp_us with time zone,bool)",
};

static bool list_write(Type type, const ListItems *items, ListWriter *writer, Error *err)
{
    TRY(list_writer_begin(writer, type, err));
    for (size_t i = 0; i < items->items.count; i++) {
        if (type.id == TYPE_MAP) TRY(list_writer_push(writer, &items->keys, i, err));
        TRY(list_writer_push(writer, &items->items, i, err));
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(list_writer_deinit) ListWriter writer = {0};
    ListItems items = {0};
    Type type = {0};
    Str again = {0};
    Error err = {0};

    if (size == 0) return 0;
    CHECK(type_parse(str_from(TYPES[data[0] % COUNT_OF(TYPES)]), &type, &err));
    Str bytes = {(const char *)data + 1, size - 1};
    bool good = list_unpack(type, bytes, &arena, &items, &err);
    CHECK(list_check(type, bytes, NULL) == good);
    if (!good) {
        CHECK(err.kind == ERROR_DATA);
        return 0;
    }
    CHECK(list_write(type, &items, &writer, &err) && list_writer_finish(&writer, &arena, &again, &err));
    CHECK(str_equal(again, bytes) && list_compare(type, again, bytes) == 0);
    return 0;
}
