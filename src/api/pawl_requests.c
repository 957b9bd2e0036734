#include "api/pawl_internal.h"

#include "base/memory.h"
#include "engine/instant.h"
#include "frame/arrow_import.h"

/// Rows of one batch that is handed out.
enum { BATCH_ROWS = 1 << 16 };

void requests_deinit(Requests *requests)
{
    frame_deinit(&requests->frame);
    memory_free(requests->at);
    *requests = (Requests){0};
}

static bool instants_read(Requests *requests, Error *err)
{
    Vector at = {0};
    if (schema_find(frame_schema(&requests->frame), STR("at")) == SIZE_MAX) {
        return error_set(err, ERROR_USAGE,
                         "the requests have no column 'at': the instant as of which each is answered");
    }
    TRY(frame_find(&requests->frame, STR("at"), &at, err));
    if (!type_is_timestamp(at.type) && at.type.id != TYPE_DATE) {
        char name[TYPE_NAME_BYTES_MAX];
        type_name(at.type, name);
        return error_set(err, ERROR_DATA, "column 'at' is %s, not a timestamp", name);
    }
    for (size_t i = 0; i < at.count; i++) {
        if (!vector_is_valid(&at, i)) return error_set(err, ERROR_DATA, "column 'at': row %zu is null", i + 1);
    }
    requests->at = memory_alloc_array(at.count + 1, sizeof(*requests->at), err);
    TRY(requests->at != NULL);
    TRY_OR(instants_convert(&at, (Str){0}, false, requests->at, err), err, "column 'at'");
    return true;
}

bool requests_read(struct ArrowArrayStream *stream, Requests *out, Error *err)
{
    AUTO(requests_deinit) Requests requests = {0};
    TRY_OR(arrow_import_stream(stream, &requests.frame, err), err, "requests");
    TRY_OR(instants_read(&requests, err), err, "requests");
    *out = requests;
    requests = (Requests){0};
    return true;
}

bool features_hand_out(Frame *features, struct ArrowArrayStream *out, Error *err)
{
    return arrow_export_stream_take(features, BATCH_ROWS, out, err);
}
