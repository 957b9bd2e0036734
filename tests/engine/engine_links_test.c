/// Views whose entity is another feature: a driver's city, and that city's weather. Asked of memory and store, one to three
/// threads, rows in any order, and of the naive interpreter.
#include "engine/engine.h"

#include "naive/story.h"

/// drivers say where they live; observations say how hot a city is.
static void drivers_and_weather(Story *story)
{
    story_begin(story);
    story_source(story, "drivers", "driver_id int64, t timestamp_us, city string", "t", "t", "");
    story_source(story, "observations", "city string, t timestamp_us, celsius float64", "t", "t", "");
    story_request(story, "driver_id int64");
    story_row_of(story, 0, "7 | 10 | Paris");
    story_row_of(story, 0, "7 | 20 | Rome");
    story_row_of(story, 0, "8 | 10 | null");
    story_row_of(story, 1, "Paris | 5 | 3.5");
    story_row_of(story, 1, "Rome | 5 | 30");
    story_row_of(story, 1, "Rome | 25 | 31");
    story_view(story, "driver", "drivers", "driver_id");
    story_column(story, "home_city", "last(city)");
    story_view(story, "weather", "observations", "");
    story_link(story, "city", "", "driver.home_city");
    story_column(story, "celsius", "last(celsius)");
    story_column(story, "seen_city", "city");
}

static void entity_may_be_a_feature_of_another_view(void **state)
{
    UNUSED(state);
    Story story;
    drivers_and_weather(&story);
    story_expect(&story, 15, "7", "weather.celsius", "3.5");
    story_expect(&story, 20, "7", "weather.celsius", "3.5"); // the move is not visible yet
    story_expect(&story, 21, "7", "weather.celsius", "30");
    story_expect(&story, 26, "7", "weather.celsius", "31");
    story_expect(&story, 26, "7", "weather.seen_city", "Rome");
    story_end(&story);
}

static void null_or_unknown_link_is_an_unknown_entity(void **state)
{
    UNUSED(state);
    Story story;
    drivers_and_weather(&story);
    story_expect(&story, 26, "8", "weather.celsius", "null");
    story_expect(&story, 26, "9", "weather.celsius", "null");
    story_expect_status(&story, 26, "8", 0, ENTITY_KNOWN);
    story_expect_status(&story, 26, "8", 1, ENTITY_UNKNOWN);
    story_expect_status(&story, 26, "9", 0, ENTITY_UNKNOWN);
    story_expect_status(&story, 26, "9", 1, ENTITY_UNKNOWN);
    story_expect_status(&story, 26, "7", 1, ENTITY_KNOWN);
    story_end(&story);
}

static void chain_goes_on_through_many_views(void **state)
{
    UNUSED(state);
    Story story;
    drivers_and_weather(&story);
    story_source(&story, "advice", "degrees int64, t timestamp_us, word string", "t", "t", "");
    story_row(&story, "3 | 1 | coat");
    story_row(&story, "30 | 1 | hat");
    story_view(&story, "wear", "advice", "");
    story_link(&story, "degrees", "", "cast(weather.celsius as int64)");
    story_column(&story, "word", "last(word)");
    story_column(&story, "longer", "concat(driver.home_city, last(word))");
    story_expect(&story, 15, "7", "wear.word", "coat");
    story_expect(&story, 22, "7", "wear.word", "hat");
    story_expect(&story, 22, "7", "wear.longer", "Romehat");
    story_expect(&story, 26, "7", "wear.word", "null");
    story_expect(&story, 22, "8", "wear.word", "null");
    story_end(&story);
}

static void link_inside_an_aggregate_is_as_of_each_rows_time(void **state)
{
    UNUSED(state);
    Story story;
    drivers_and_weather(&story);
    story_source(&story, "rides", "driver_id int64, t timestamp_us, km float64", "t", "t", "");
    story_row(&story, "7 | 15 | 1");
    story_row(&story, "7 | 22 | 2");
    story_row(&story, "7 | 27 | 4");
    story_row(&story, "8 | 27 | 8");
    story_view(&story, "ride", "rides", "driver_id");
    story_column(&story, "hot_km", "sum(km) where weather.celsius > 10");
    story_column(&story, "felt", "sum(weather.celsius)");
    story_expect(&story, 16, "7", "ride.hot_km", "null");
    story_expect(&story, 30, "7", "ride.hot_km", "6");
    story_expect(&story, 30, "7", "ride.felt", "64.5");
    story_expect(&story, 30, "8", "ride.felt", "null");
    story_end(&story);
}

static void rows_may_be_keyed_by_what_was_known_of_them_in_their_time(void **state)
{
    UNUSED(state);
    Story story;
    drivers_and_weather(&story);
    story_source(&story, "rides", "driver_id int64, t timestamp_us, km float64", "t", "t", "");
    story_row(&story, "7 | 15 | 1"); // when 7 lived in Paris
    story_row(&story, "7 | 22 | 2"); // and then in Rome
    story_row(&story, "8 | 22 | 4"); // nowhere
    story_view(&story, "city", "rides", "");
    story_link(&story, "city", "driver.home_city", "driver.home_city");
    story_column(&story, "km", "sum(km)");
    story_expect(&story, 16, "7", "city.km", "1");
    story_expect(&story, 30, "7", "city.km", "2");
    story_expect(&story, 30, "8", "city.km", "null");
    story_end(&story);
}

static void sides_of_a_link_take_their_common_type(void **state)
{
    UNUSED(state);
    Story story;
    story_begin(&story);
    story_source(&story, "ranks", "k int64, t timestamp_us, rank float64", "t", "t", "");
    story_source(&story, "prizes", "place int32, t timestamp_us, prize string", "t", "t", "");
    story_request(&story, "k int64");
    story_row_of(&story, 0, "7 | 10 | 2");
    story_row_of(&story, 0, "8 | 10 | 2.5");
    story_row_of(&story, 1, "2 | 10 | silver");
    story_view(&story, "who", "ranks", "k");
    story_column(&story, "rank", "last(rank)");
    story_view(&story, "prize", "prizes", "");
    story_link(&story, "place", "", "who.rank");
    story_column(&story, "what", "last(prize)");
    story_expect(&story, 11, "7", "prize.what", "silver");
    story_expect(&story, 11, "8", "prize.what", "null");
    story_end(&story);
}

static void request_side_may_say_what_the_rows_do_not(void **state)
{
    UNUSED(state);
    Story story;
    story_begin(&story);
    story_source(&story, "visits", "t timestamp_us, n int64", "t", "t", "");
    story_request(&story, "wanted int64");
    story_row(&story, "10 | 1");
    story_row(&story, "11 | 2");
    story_view(&story, "visit", "visits", "");
    story_input(&story, "wanted", "int64");
    story_link(&story, "parity", "n % 2", "wanted + 1");
    story_column(&story, "n", "sum(n)");
    story_expect(&story, 20, "0", "visit.n", "1");
    story_expect(&story, 20, "-1", "visit.n", "2");
    story_end(&story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entity_may_be_a_feature_of_another_view),
        cmocka_unit_test(null_or_unknown_link_is_an_unknown_entity),
        cmocka_unit_test(chain_goes_on_through_many_views),
        cmocka_unit_test(link_inside_an_aggregate_is_as_of_each_rows_time),
        cmocka_unit_test(rows_may_be_keyed_by_what_was_known_of_them_in_their_time),
        cmocka_unit_test(sides_of_a_link_take_their_common_type),
        cmocka_unit_test(request_side_may_say_what_the_rows_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
