#include "base/memory.h"
#include "dataset/sorter_internal.h"

/// Read and written at once.
enum { RUN_BUFFER_BYTES = 64 << 10 };

void run_writer_deinit(RunWriter *writer)
{
    bytes_deinit(&writer->buffer);
}

bool run_writer_init(Spill *spill, uint64_t size, RunWriter *out, Error *err)
{
    uint64_t begin = 0;
    TRY(spill_reserve(spill, size, &begin, err));
    *out = (RunWriter){.spill = spill, .run = {.begin = begin, .end = begin}};
    return true;
}

static bool run_writer_flush(RunWriter *writer, Error *err)
{
    TRY(spill_write(writer->spill, writer->run.end, writer->buffer.data, writer->buffer.size, err));
    writer->run.end += writer->buffer.size;
    bytes_clear(&writer->buffer);
    return true;
}

bool run_writer_put(RunWriter *writer, const uint8_t *record, Error *err)
{
    TRY(bytes_append(&writer->buffer, record, record_size(record), err));
    return writer->buffer.size < RUN_BUFFER_BYTES || run_writer_flush(writer, err);
}

bool run_writer_finish(RunWriter *writer, Error *err)
{
    return writer->buffer.size == 0 || run_writer_flush(writer, err);
}

/// The buffer holds at least `size` bytes of the current record, where the run has as many.
static bool reader_fill(const Spill *spill, RunReader *reader, size_t size, Error *err)
{
    size_t held = reader->buffer.size - reader->at;
    if (held >= size || reader->next == reader->end) return true;
    if (held > 0) memmove(reader->buffer.data, reader->buffer.data + reader->at, held);
    reader->buffer.size = held;
    reader->at = 0;

    uint64_t left = reader->end - reader->next;
    size_t wanted = size > RUN_BUFFER_BYTES ? size : RUN_BUFFER_BYTES;
    size_t more = wanted - held < left ? wanted - held : (size_t)left;
    TRY(bytes_reserve(&reader->buffer, more, err));
    TRY(spill_read(spill, reader->next, reader->buffer.data + held, more, err));
    reader->buffer.size += more;
    reader->next += more;
    return true;
}

/// Steps over the current record, if there is one, to the next.
static bool reader_step(const Spill *spill, RunReader *reader, Error *err)
{
    if (reader->bytes != NULL) reader->at += record_size(reader->bytes);
    reader->bytes = NULL;
    TRY(reader_fill(spill, reader, RECORD_HEAD_BYTES, err));
    if (reader->buffer.size == reader->at) return true;
    TRY(reader_fill(spill, reader, record_size(reader->buffer.data + reader->at), err));
    reader->bytes = reader->buffer.data + reader->at;
    return true;
}

void sorter_merge_deinit(SorterMerge *merge)
{
    for (size_t i = 0; i < merge->reader_count; i++) bytes_deinit(&merge->readers[i].buffer);
    memory_free(merge->readers);
    memory_free(merge->heap);
    *merge = (SorterMerge){0};
}

static bool reader_is_before(const SorterMerge *merge, size_t left, size_t right)
{
    return record_compare(merge->readers[left].bytes, merge->readers[right].bytes) < 0;
}

static void heap_sift(SorterMerge *merge, size_t place)
{
    for (;;) {
        size_t least = place;
        for (size_t child = 2 * place + 1; child <= 2 * place + 2 && child < merge->heap_count; child++)
            if (reader_is_before(merge, merge->heap[child], merge->heap[least])) least = child;
        if (least == place) return;
        size_t moved = merge->heap[place];
        merge->heap[place] = merge->heap[least];
        merge->heap[least] = moved;
        place = least;
    }
}

static bool readers_start(const Spill *spill, const SorterRun *runs, size_t count, SorterMerge *merge, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        RunReader *reader = &merge->readers[merge->reader_count++];
        *reader = (RunReader){.next = runs[i].begin, .end = runs[i].end};
        TRY(reader_step(spill, reader, err));
        if (reader->bytes != NULL) merge->heap[merge->heap_count++] = i;
    }
    for (size_t i = merge->heap_count / 2; i-- > 0;) heap_sift(merge, i);
    return true;
}

bool sorter_merge_init(const Spill *spill, const SorterRun *runs, size_t count, SorterMerge *out, Error *err)
{
    AUTO(sorter_merge_deinit) SorterMerge merge = {.at_first = true};
    merge.readers = memory_alloc_array(count, sizeof(RunReader), err);
    TRY(merge.readers != NULL);
    merge.heap = memory_alloc_array(count, sizeof(size_t), err);
    TRY(merge.heap != NULL);
    TRY(readers_start(spill, runs, count, &merge, err));
    *out = merge;
    merge = (SorterMerge){0};
    return true;
}

/// The record at the top was handed out: its run goes on.
static bool merge_step(const Spill *spill, SorterMerge *merge, Error *err)
{
    RunReader *reader = &merge->readers[merge->heap[0]];
    TRY(reader_step(spill, reader, err));
    if (reader->bytes == NULL) merge->heap[0] = merge->heap[--merge->heap_count];
    if (merge->heap_count > 0) heap_sift(merge, 0);
    return true;
}

bool sorter_merge_next(const Spill *spill, SorterMerge *merge, const uint8_t **out, Error *err)
{
    if (!merge->at_first && merge->heap_count > 0) TRY(merge_step(spill, merge, err));
    merge->at_first = false;
    *out = merge->heap_count == 0 ? NULL : merge->readers[merge->heap[0]].bytes;
    return true;
}
