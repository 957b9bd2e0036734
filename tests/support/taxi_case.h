/// The example pipeline of real taxi trips, read from the repository: its definition, and its snapshot made from any files.
#ifndef PAWL_SUPPORT_TAXI_CASE_H
#define PAWL_SUPPORT_TAXI_CASE_H

#include "config/config.h"

typedef struct TaxiCase {
    Arena arena;
    Config config;
    Definition definition; ///< its schema is set once a table was read
} TaxiCase;

void taxi_case_init(TaxiCase *out);
void taxi_case_deinit(TaxiCase *taxi);

/// The trips as a text, with a line for the columns' names.
void taxi_case_text(TaxiCase *taxi, Bytes *out);

/// How a snapshot is made: what must leave no trace in it.
typedef struct TaxiWay {
    const char *name;
    const char *file; ///< a path or glob in the test's directory
    uint32_t threads;
    uint64_t memory_bytes; ///< for the ingest; 0: no limit
} TaxiWay;

/// Ingests the files and builds the snapshot.
void taxi_case_build(TaxiCase *taxi, void **state, const TaxiWay *way, Frame *table, Snapshot *out);

#endif
