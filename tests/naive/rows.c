#include "naive/rows.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/map.h"
#include "naive/wide.h"
#include "text/zone.h"

void source_rows_deinit(SourceRows *rows)
{
    arena_deinit(&rows->arena);
}

// Floor or ceiling of a quotient.
static int64_t divide(int64_t value, int64_t by, bool up)
{
    int64_t whole = value / by;
    int64_t rest = value % by;
    if (up) return rest > 0 ? whole + 1 : whole;
    return rest < 0 ? whole - 1 : whole;
}

static int64_t instant_of(const SourceRows *rows, Type type, int64_t value, bool up)
{
    const Zone *zone = zone_utc();
    int64_t clock = value;
    if (rows->definition->timezone.size > 0) CHECK(zone_find(rows->definition->timezone, &zone, NULL));
    if (type.id == TYPE_DATE) clock = value * 86400 * 1000000;
    if (type.id == TYPE_TIMESTAMP_S) clock = value * 1000000;
    if (type.id == TYPE_TIMESTAMP_MS) clock = value * 1000;
    if (type.id == TYPE_TIMESTAMP_NS) clock = divide(value, 1000, up);
    return type.zoned ? clock : zone_utc_us(zone, clock);
}

/// A field's instant in a row; false for null.
static bool row_instant(const SourceRows *rows, size_t row, Str column, bool up, int64_t *out)
{
    size_t field = schema_find(rows->definition->schema, column);
    Vector vector = frame_vector(rows->table, field);
    if (!vector_is_valid(&vector, row)) return false;
    *out = instant_of(rows, vector.type, vector.values.ints[row], up);
    return true;
}

static bool field_is_known(const SourceRows *rows, const RowVersion *version, size_t field)
{
    size_t moment = rows->moment_of[field];
    if (moment == SIZE_MAX) return true;
    const struct Moments *moments = &rows->moments[moment];
    return moments->there[version->row] && moments->instants[version->row] <= version->known;
}

Value row_value(const SourceRows *rows, const RowVersion *version, size_t field)
{
    Type type = type_computed(rows->definition->schema.fields[field].type);
    if (version->row == SIZE_MAX || !field_is_known(rows, version, field)) return value_null(type);
    Vector vector = frame_vector(rows->table, field);
    Value value = value_from(&vector, version->row);
    if (type_is_timestamp(type) && value.there) value.integer = instant_of(rows, vector.type, value.integer, false);
    return value;
}

static Hash128 version_digest(const SourceRows *rows, const RowVersion *version)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    for (size_t i = 0; i < rows->table->column_count; i++) {
        Vector vector = frame_vector(rows->table, rows->by_name[i]);
        if (field_is_known(rows, version, rows->by_name[i])) {
            CHECK(vector_encode(&vector, version->row, &bytes, NULL));
        } else {
            CHECK(bytes_append_byte(&bytes, 0, NULL));
        }
    }
    return hash128(bytes.data, bytes.size);
}

static int compare_digests(const SourceRows *rows, const RowVersion *left, const RowVersion *right)
{
    return hash128_compare(version_digest(rows, left), version_digest(rows, right));
}

/// The row's version that is visible at t: known at its latest moment before t. False: none is.
static bool row_version(const SourceRows *rows, size_t row, int64_t t, RowVersion *out)
{
    *out = (RowVersion){.row = row, .time = rows->time[row], .known = rows->known[row]};
    if (out->known >= t) return false;
    for (size_t i = 0; i < rows->definition->column_known_count; i++) {
        int64_t moment = rows->moments[i].instants[row];
        if (rows->moments[i].there[row] && moment < t && moment > out->known) out->known = moment;
    }
    return true;
}

static Value key_part(const SourceRows *rows, size_t row, size_t part)
{
    size_t field = schema_find(rows->definition->schema, rows->definition->key[part]);
    Vector vector = frame_vector(rows->table, field);
    return value_from(&vector, row);
}

static int compare_keys(const SourceRows *rows, size_t left, size_t right)
{
    for (size_t i = 0; i < rows->definition->key_count; i++) {
        Value one = key_part(rows, left, i);
        Value other = key_part(rows, right, i);
        int order = one.there && other.there ? value_compare(one, other) : (int)one.there - (int)other.there;
        if (order != 0) return order;
    }
    return 0;
}

static int compare_rows(const void *left, const void *right, void *context)
{
    return compare_keys(context, *(const size_t *)left, *(const size_t *)right);
}

static int compare_names(const void *left, const void *right, void *context)
{
    const SourceRows *rows = context;
    const Field *fields = rows->definition->schema.fields;
    return str_compare(fields[*(const size_t *)left].name, fields[*(const size_t *)right].name);
}

static bool number_keys(SourceRows *rows, Error *err)
{
    size_t count = rows->table->row_count;
    size_t *order = arena_alloc_array(&rows->arena, count, sizeof(*order), err);
    TRY(order != NULL);
    rows->keys = arena_alloc_array(&rows->arena, count, sizeof(*rows->keys), err);
    TRY(rows->keys != NULL);
    for (size_t i = 0; i < count; i++) order[i] = i;
    qsort_r(order, count, sizeof(*order), compare_rows, rows);
    for (size_t i = 0; i < count; i++) {
        bool keyed = rows->definition->key_count > 0;
        if (i > 0 && (!keyed || compare_keys(rows, order[i - 1], order[i]) != 0)) rows->key_count++;
        rows->keys[order[i]] = rows->key_count;
    }
    rows->key_count++;
    return true;
}

/// A column's instants.
static struct Moments read_instants(SourceRows *rows, Str column, bool up)
{
    size_t count = rows->table->row_count;
    struct Moments moments = {arena_alloc_array(&rows->arena, count, sizeof(int64_t), NULL),
                              arena_alloc_array(&rows->arena, count, sizeof(bool), NULL)};
    CHECK(moments.instants != NULL && moments.there != NULL);
    for (size_t row = 0; row < count; row++)
        moments.there[row] = row_instant(rows, row, column, up, &moments.instants[row]);
    return moments;
}

static void read_times(SourceRows *rows)
{
    const SourceDefinition *definition = rows->definition;
    rows->time = read_instants(rows, definition->time, false).instants;
    rows->known = read_instants(rows, definition->known, true).instants;
    rows->moments = arena_alloc_array(&rows->arena, definition->column_known_count, sizeof(*rows->moments), NULL);
    rows->moment_of = arena_alloc_array(&rows->arena, definition->schema.count, sizeof(*rows->moment_of), NULL);
    CHECK(rows->moments != NULL && rows->moment_of != NULL);
    for (size_t field = 0; field < definition->schema.count; field++) rows->moment_of[field] = SIZE_MAX;
    for (size_t i = 0; i < definition->column_known_count; i++) {
        rows->moments[i] = read_instants(rows, definition->columns_known[i].known, true);
        rows->moment_of[schema_find(definition->schema, definition->columns_known[i].column)] = i;
    }
}

bool source_rows_init(const Definition *definition, size_t source, const Frame *table, SourceRows *out, Error *err)
{
    *out = (SourceRows){.definition = &definition->sources[source], .table = table};
    Expression deleted = out->definition->deleted;
    out->by_name = arena_alloc_array(&out->arena, table->column_count, sizeof(*out->by_name), err);
    TRY(out->by_name != NULL);
    for (size_t i = 0; i < table->column_count; i++) out->by_name[i] = i;
    qsort_r(out->by_name, table->column_count, sizeof(*out->by_name), compare_names, out);
    read_times(out);
    TRY(number_keys(out, err));
    if (deleted.text.size == 0) return true;
    Place place = {definition->document, STR("deleted"), deleted};
    return tree_parse(&place, &out->arena, &out->deleted, err);
}

static bool version_wins(const SourceRows *rows, const RowVersion *version, const RowVersion *other)
{
    if (version->known != other->known) return version->known > other->known;
    if (version->deleted != other->deleted) return version->deleted;
    return compare_digests(rows, version, other) > 0;
}

static int compare_versions(const void *left_item, const void *right_item, void *context)
{
    const RowVersion *left = left_item;
    const RowVersion *right = right_item;
    if (left->time != right->time) return left->time < right->time ? -1 : 1;
    if (left->known != right->known) return left->known < right->known ? -1 : 1;
    int order = compare_keys(context, left->row, right->row);
    return order != 0 ? order : compare_digests(context, left, right);
}

size_t rows_visible(const SourceRows *rows, int64_t t, RowCondition deleted, void *context, RowVersion *out)
{
    union {
        const SourceRows *read;
        void *context;
    } borrowed = {.read = rows};
    size_t count = 0;
    RowVersion *winners = calloc(rows->key_count, sizeof(*winners));
    bool *won = calloc(rows->key_count, sizeof(*won));
    CHECK(winners != NULL && won != NULL);

    for (size_t row = 0; row < rows->table->row_count; row++) {
        RowVersion version;
        if (!row_version(rows, row, t, &version)) continue;
        version.deleted = deleted(context, rows, &version);
        version.source = rows;
        uint64_t key = rows->keys[row];
        if (!won[key] || version_wins(rows, &version, &winners[key])) winners[key] = version;
        won[key] = true;
    }
    for (size_t key = 0; key < rows->key_count; key++) {
        if (won[key] && !winners[key].deleted) out[count++] = winners[key];
    }
    qsort_r(out, count, sizeof(*out), compare_versions, borrowed.context);
    free(winners);
    free(won);
    return count;
}
