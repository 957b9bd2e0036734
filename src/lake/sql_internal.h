/// Building SQL text so that no name and no path can be taken for anything else.
///
/// A zero byte cannot stand in SQL and is an ERROR_DATA.
#ifndef PAWL_LAKE_SQL_INTERNAL_H
#define PAWL_LAKE_SQL_INTERNAL_H

#include "base/bytes.h"

/// 'text', with quotes doubled.
MUST_CHECK bool sql_literal(Bytes *sql, Str text, Error *err);

/// "name", with quotes doubled.
MUST_CHECK bool sql_identifier(Bytes *sql, Str name, Error *err);

/// ['a', 'b'].
MUST_CHECK bool sql_literal_list(Bytes *sql, const Str *texts, size_t count, Error *err);

#endif
