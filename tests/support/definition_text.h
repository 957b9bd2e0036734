/// A Definition from a short YAML text, so that a test shows what it compiles:
///
///     sources:
///       trips:
///         columns: {id: int64, pickup_at: timestamp_us, fare: decimal(10,2)}
///         time: pickup_at
///         known: pickup_at
///         columns_known: {fare: dropoff_at}
///         key: [id]
///         deleted: fare < 0
///         timezone: America/New_York
///     views:
///       vendor: {from: trips, by: [vendor_id], inputs: {...}, columns: {n: count() over 1h}, ttl: 7d, inclusive: true}
///     dataset: {from: trips, at: pickup_at, label: ln(fare), label_known: dropoff_at, features: [vendor.*]}
#ifndef PAWL_SUPPORT_DEFINITION_TEXT_H
#define PAWL_SUPPORT_DEFINITION_TEXT_H

#include "language/definition.h"

/// Owns what its definition points to.
typedef struct DefinitionText {
    Arena arena;
    Document document;
    Definition definition;
    DatasetDefinition dataset;
} DefinitionText;

void definition_text_deinit(DefinitionText *text);

/// Errors of the YAML itself are named after the file `name`, as those of the compiler will be.
MUST_CHECK bool definition_text_read(const char *name, Str yaml, DefinitionText *out, Error *err);

#endif
