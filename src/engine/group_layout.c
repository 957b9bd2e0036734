#include "base/array.h"
#include "engine/group_internal.h"

enum { LAYOUT_ALIGNMENT = 16 };

/// Memory laid out piece by piece: without memory, only the size is found.
typedef struct Cut {
    uint8_t *memory;
    size_t size;
} Cut;

static void *cut(Cut *from, size_t size)
{
    void *piece = from->memory == NULL ? NULL : from->memory + from->size;
    from->size += (size + LAYOUT_ALIGNMENT - 1) / LAYOUT_ALIGNMENT * LAYOUT_ALIGNMENT;
    return piece;
}

static bool shape_has_nulls(const PartitionShape *shape, size_t column)
{
    return (shape->nulls[column / 8] >> (column % 8) & 1) != 0;
}

static Vector cut_vector(Cut *from, Type type, size_t count, bool nulls)
{
    Vector vector = {.type = type, .count = count};
    vector.values.any = cut(from, count * storage_size(type_storage(type)));
    if (nulls) vector.valid = cut(from, count);
    return vector;
}

static void cut_entities(const RecordLayout *layout, const PartitionShape *shape, Cut *from, GroupPartition *out)
{
    out->entity_begin = cut(from, (shape->entity_count + 1) * sizeof(*out->entity_begin));
    out->entity_end = out->entity_begin == NULL ? NULL : out->entity_begin + 1;
    if (shape->table != NULL) out->entity_end = cut(from, shape->entity_count * sizeof(*out->entity_end));
    out->entity_hash = cut(from, shape->entity_count * sizeof(*out->entity_hash));
    out->slots = cut(from, shape->slot_count * sizeof(*out->slots));
    out->keys = cut(from, layout->key_count * sizeof(*out->keys));
    for (uint32_t i = 0; i < layout->key_count; i++) {
        Vector keys = cut_vector(from, layout->fields[i].type, shape->entity_count, false);
        if (out->keys != NULL) out->keys[i] = keys;
    }
}

static void cut_facts(const RecordLayout *layout, const PartitionShape *shape, Cut *from, GroupPartition *out)
{
    size_t column_count = layout->field_count - layout->key_count;
    size_t instants = shape->fact_count * sizeof(int64_t);
    Vector *columns = cut(from, column_count * sizeof(*columns));

    out->facts.time = cut(from, instants);
    out->facts.known = layout->has_known ? cut(from, instants) : out->facts.time;
    if (shape->has_superseded) out->facts.superseded = cut(from, instants);
    for (size_t i = 0; i < column_count; i++) {
        Type type = layout->fields[layout->key_count + i].type;
        Vector column = cut_vector(from, type, shape->fact_count, shape_has_nulls(shape, i));
        if (columns != NULL) columns[i] = column;
    }
    out->facts.columns = columns;
}

static char *cut_all(const RecordLayout *layout, const PartitionShape *shape, Cut *from, GroupPartition *out)
{
    *out = (GroupPartition){
        .entity_count = shape->entity_count, .slot_count = shape->slot_count, .fact_count = shape->fact_count};
    cut_entities(layout, shape, from, out);
    if (shape->table == NULL) {
        cut_facts(layout, shape, from, out);
    } else {
        out->facts = *shape->table;
    }
    return cut(from, shape->text_bytes);
}

static bool is_over_limit(const GroupMemory *memory, size_t size)
{
    return memory->limit != 0 && atomic_load(&memory->pool.bytes) + size > memory->limit;
}

bool partition_alloc(const RecordLayout *layout, const PartitionShape *shape, BuildScratch *scratch,
                     PartitionDraft *out, Error *err)
{
    PartitionDraft draft = {0};
    Cut from = {0};

    cut_all(layout, shape, &from, &draft.partition);
    if (is_over_limit(scratch->memory, from.size)) {
        draft.image.size = from.size;
        TRY(array_reserve(&scratch->image.bytes, &scratch->image.capacity, from.size, 1, err));
        from.memory = scratch->image.bytes;
    } else {
        from.memory = slab_alloc(&scratch->slab, from.size, err);
        TRY(from.memory != NULL);
    }
    from.size = 0;
    draft.text = cut_all(layout, shape, &from, &draft.partition);
    draft.image.text = draft.text;

    *out = draft;
    return true;
}

static size_t null_bytes(const RecordLayout *layout)
{
    return (layout->field_count - layout->key_count + 7) / 8;
}

// What is needed to read it back stays in memory.
static bool partition_write(const RecordLayout *layout, BuildScratch *scratch, const PartitionShape *shape,
                            const PartitionImage *filled, GroupPartition *partition, Error *err)
{
    PartitionImage *image = slab_alloc(&scratch->slab, sizeof(*image) + null_bytes(layout), err);
    TRY(image != NULL);
    uint8_t *nulls = (uint8_t *)(image + 1);

    *image = *filled;
    image->shape = *shape;
    image->shape.nulls = nulls;
    if (null_bytes(layout) > 0) memcpy(nulls, shape->nulls, null_bytes(layout));
    TRY(spill_reserve(&scratch->memory->spill, image->size, &image->offset, err));
    TRY(spill_write(&scratch->memory->spill, image->offset, scratch->image.bytes, image->size, err));
    *partition = (GroupPartition){.entity_count = shape->entity_count,
                                  .slot_count = shape->slot_count,
                                  .fact_count = shape->fact_count,
                                  .image = image};
    return true;
}

bool partition_keep(const RecordLayout *layout, const PartitionShape *shape, BuildScratch *scratch,
                    const PartitionDraft *draft, GroupPartition *out, Error *err)
{
    if (draft->image.size > 0) return partition_write(layout, scratch, shape, &draft->image, out, err);
    *out = draft->partition;
    return true;
}

// Strings point to where their bytes lay when the image was made.
static void move_strings(const Vector *vector, const char *from, const char *to)
{
    if (type_storage(vector->type) != STORAGE_STRING) return;
    for (size_t i = 0; i < vector->count; i++) {
        Str *string = &vector->values.strings[i];
        if (string->size > 0) string->data = to + ((uintptr_t)string->data - (uintptr_t)from);
    }
}

bool group_partition_read(const Group *group, size_t index, RecordBuffer *buffer, GroupPartition *out, Error *err)
{
    const PartitionImage *image = group->partitions[index].image;
    Cut from = {0};

    *out = group->partitions[index];
    if (image == NULL) return true;
    TRY(array_reserve(&buffer->bytes, &buffer->capacity, image->size, 1, err));
    TRY(spill_read(&group->memory->spill, image->offset, buffer->bytes, image->size, err));
    from.memory = buffer->bytes;
    const char *text = cut_all(&group->layout, &image->shape, &from, out);
    out->image = image;
    for (size_t i = 0; i < group->layout.key_count; i++) move_strings(&out->keys[i], image->text, text);
    for (size_t i = 0; i < group->column_count; i++) move_strings(&out->facts.columns[i], image->text, text);
    return true;
}
