"""The peer's side: runs SQL through the same libduckdb that pawl loads, by its C API, and prints seconds and peak memory as JSON.

    duckdb.py LIBRARY FOLDER THREADS SQL...     each SQL text is timed; "create:" before it stores its rows in a table
"""
import ctypes
import json
import os
import resource
import sys
import time


class Result(ctypes.Structure):
    _fields_ = [("columns", ctypes.c_uint64), ("rows", ctypes.c_uint64), ("changed", ctypes.c_uint64),
                ("deprecated", ctypes.c_void_p), ("error", ctypes.c_char_p), ("internal", ctypes.c_void_p)]


def main():
    library, folder, threads, statements = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    duckdb = ctypes.CDLL(os.path.abspath(library))
    duckdb.duckdb_result_error.restype = ctypes.c_char_p
    os.chdir(folder)
    database, connection = ctypes.c_void_p(), ctypes.c_void_p()
    duckdb.duckdb_open(None, ctypes.byref(database))
    duckdb.duckdb_connect(database, ctypes.byref(connection))

    def run(sql):
        result = Result()
        begin = time.monotonic()
        if duckdb.duckdb_query(connection, sql.encode(), ctypes.byref(result)) != 0:
            sys.exit("duckdb: %s" % duckdb.duckdb_result_error(ctypes.byref(result)).decode())
        seconds = time.monotonic() - begin
        duckdb.duckdb_destroy_result(ctypes.byref(result))
        return seconds

    run("SET threads=%s" % threads)
    run("SET preserve_insertion_order=false")
    for sql in statements:
        stored = sql.startswith("create:")
        seconds = run("CREATE OR REPLACE TEMP TABLE result AS " + sql[len("create:"):] if stored else sql)
        usage = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({"total_s": round(seconds, 3), "cpu_s": round(usage.ru_utime + usage.ru_stime, 3),
                          "peak_mb": usage.ru_maxrss // 1024}))


main()
