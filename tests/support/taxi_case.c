#include "support/taxi_case.h"

#include "support/test.h"
#include "support/test_directory.h"
#include "support/test_lake.h"

enum { TAXI_BYTES_MAX = 16 << 20 };

static void repository_read(TaxiCase *taxi, const char *name, Bytes *out)
{
    Error err = {0};
    ASSERT_OK(disk_read(disk_system(), test_repository_path(name, &taxi->arena), TAXI_BYTES_MAX, out, &err), err);
}

void taxi_case_init(TaxiCase *out)
{
    Error err = {0};
    AUTO(bytes_deinit) Bytes text = {0};
    *out = (TaxiCase){0};
    repository_read(out, "examples/nyc-taxi/pawl.yaml", &text);
    ASSERT_OK(config_parse(STR("pawl.yaml"), bytes_str(&text), CONFIG_ALL, NULL, 0, &out->config, &err), err);
}

void taxi_case_deinit(TaxiCase *taxi)
{
    config_deinit(&taxi->config);
    arena_deinit(&taxi->arena);
}

void taxi_case_text(TaxiCase *taxi, Bytes *out)
{
    repository_read(taxi, "examples/nyc-taxi/data/trips.csv", out);
}

static void ingest(TaxiCase *taxi, void **state, const TaxiWay *way, Frame *table, SourceManifest *manifest)
{
    Error err = {0};
    AUTO(lake_close) Lake *lake = NULL;
    const ConfigSource *source = &taxi->config.sources[0];
    const LakeOptions options = {.threads = way->threads, .directory = test_path(state, "")};
    const Str files[] = {str_from(way->file)};
    const LakeQuery query = {.files = files, .file_count = 1, .types = source->query.types};
    ASSERT_OK(lake_open(&options, &lake, &err), err);
    const IngestOptions ingest_options = {.memory_bytes = way->memory_bytes};
    Str path = {0};
    ASSERT_OK(source_ingest(lake, &query, &source->definition, (Schema){0}, &source->expectations, &ingest_options,
                            test_path(state, ""), manifest, &err),
              err);
    ASSERT_OK(source_table_path(test_path(state, ""), &taxi->arena, &path, &err), err);
    ASSERT_OK(lake_read_parquet(lake, path, table, &err), err);
}

void taxi_case_build(TaxiCase *taxi, void **state, const TaxiWay *way, Frame *table, Snapshot *out)
{
    Error err = {0};
    AUTO(source_manifest_deinit) SourceManifest manifest = {0};
    AUTO(plan_deinit) Plan plan = {0};
    const EngineOptions options = {.threads = way->threads};
    ingest(taxi, state, way, table, &manifest);
    taxi->config.sources[0].definition.schema = frame_schema(table);
    ASSERT_OK(config_definition(&taxi->config, &taxi->arena, &taxi->definition, &err), err);
    ASSERT_OK(plan_compile(&taxi->definition, &plan, &err), err);
    ASSERT_OK(snapshot_build(taxi->config.pipeline, &plan, table, &manifest, &taxi->config.split,
                             manifest.known_max_us + 1, &options, out, &err),
              err);
}
