/// Made-up worlds for property tests: sources with late, corrected, retracted, tied and broken-valued rows, views over the whole
/// language, and questions at instants where something changes. A world is a function of its seed.
#ifndef PAWL_NAIVE_RANDOM_WORLD_H
#define PAWL_NAIVE_RANDOM_WORLD_H

#include "language/definition.h"
#include "naive/random_forms.h"
#include "number/random.h"

enum { WORLD_ROWS = 24, WORLD_SOURCES_MAX = 2, WORLD_VIEWS_MAX = 3, WORLD_COLUMNS_MAX = 5, WORLD_FEATURES_MAX = 15 };

/// Draws, one after the other.
typedef struct Draws {
    RandomKey key;
    uint64_t next;
} Draws;

uint64_t draw(Draws *draws, uint64_t bound);
bool draw_chance(Draws *draws, uint64_t percent);

/// A feature that later expressions may read.
typedef struct WorldFeature {
    Str name; ///< "view.column"
    FormType type;
    bool ahead; ///< may look ahead: only features of the request and the label read it
} WorldFeature;

typedef struct World {
    Arena arena;
    Draws draws;
    size_t rows_max;
    uint64_t spread; ///< how many times wider than in a small world
    Definition definition;
    SourceDefinition sources[WORLD_SOURCES_MAX];
    ViewDefinition views[WORLD_VIEWS_MAX];
    Frame tables[WORLD_SOURCES_MAX];
    WorldFeature features[WORLD_FEATURES_MAX];
    size_t feature_count;
    DatasetDefinition dataset;          ///< where columns look ahead: its label reads them all
    bool labels;                        ///< some columns look ahead
    bool ahead;                         ///< that which is being made may
    const char *series;                 ///< the series of windows of the column that is being made; NULL: none
    int64_t unit_us[WORLD_SOURCES_MAX]; ///< of time columns
    Frame inputs;
    int64_t *at;
} World;

void world_deinit(World *world);
/// At most WORLD_ROWS rows a source; or exactly `rows_max` where that is more, with wider times, keys and entities, and no features
/// of features.
MUST_CHECK bool world_make(uint64_t seed, size_t rows_max, World *out, Error *err);

/// The definition and the tables as text, for a failure's report.
MUST_CHECK bool world_describe(const World *world, Bytes *out, Error *err);

/// An expression of the type; `over_rows`: inside an aggregate over `source`, else over a request of a view with that source
/// (SIZE_MAX: none).
typedef struct ExpressionPlace {
    size_t source;
    bool over_rows;
    bool inputs; ///< the view declares its inputs
    unsigned depth;
} ExpressionPlace;

MUST_CHECK bool world_expression(World *world, ExpressionPlace place, FormType type, Bytes *out, Error *err);

#endif
