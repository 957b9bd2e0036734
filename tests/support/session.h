/// Golden sessions: a text file of cases, each with the files that it needs, the commands that a person types and what they print.
///
///     #### window_of_zero
///     ## pawl.yaml
///     pipeline: bad
///     $ pawl check
///     pawl: pawl.yaml:1:1: ...
///     exit 2
///
/// Every case runs in a directory of its own, which is written as DIR in what is compared; digests vary with the code and are
/// written as DIGEST. With PAWL_UPDATE_GOLDEN=1 the file is rewritten instead.
#ifndef PAWL_SUPPORT_SESSION_H
#define PAWL_SUPPORT_SESSION_H

/// Runs all cases of the file (relative to PAWL_ROOT) as one group of tests; returns the number that failed.
int session_run_file(const char *golden_path);

#endif
