/// Any bytes are a pipeline, or an error that a person can act on. A pipeline's sections as JSON are a pipeline again, with the same JSON.
#include "config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const Config *config)
{
    AUTO(config_deinit) Config again = {0};
    AUTO(bytes_deinit) Bytes first = {0};
    AUTO(bytes_deinit) Bytes second = {0};
    Error err = {0};
    CHECK(config_section_json(config, CONFIG_ALL, (Str){0}, &first, &err));
    CHECK(config_parse(STR("again"), bytes_str(&first), CONFIG_ALL, NULL, 0, &again, &err));
    CHECK(config_section_json(&again, CONFIG_ALL, (Str){0}, &second, &err));
    CHECK(str_equal(bytes_str(&first), bytes_str(&second)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(config_deinit) Config config = {0};
    Error err = {0};
    bool done = config_parse(STR("fuzz"), (Str){(const char *)data, size}, CONFIG_ALL, NULL, 0, &config, &err);
    CHECK(done == (err.kind == ERROR_NONE));
    if (done) check_round_trip(&config);
    return 0;
}
