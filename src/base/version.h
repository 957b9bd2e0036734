/// What this binary is: its version, and a digest of the code it was built from, which is part of every
/// step's key, so that another code never answers from an older code's results.
#ifndef PAWL_BASE_VERSION_H
#define PAWL_BASE_VERSION_H

/// Rises when the same pipeline and the same input would give other results: part of every step's key.
enum { VERSION_SEMANTICS = 1 };

/// "0.1.0".
const char *version_text(void);

/// SHA-256 of all source files, hexadecimal. Testing builds hold a fixed one.
const char *version_code_digest(void);

#endif
