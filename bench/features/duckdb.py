"""The peer's side: runs SQL through the same libduckdb that pawl loads, by its C API, and prints seconds and peak memory as JSON.

    duckdb.py LIBRARY FOLDER THREADS SQL...     each SQL text is timed; "create:" before it stores its rows in a table,
                                              "set:" makes a setting of it; the last one's seconds count
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


class DuckDB:
    """One connection through the C API."""

    def __init__(self, library):
        self.api = ctypes.CDLL(os.path.abspath(library))
        for name in ("result_error", "column_name", "value_varchar"):
            getattr(self.api, "duckdb_" + name).restype = ctypes.c_char_p
        self.database, self.connection = ctypes.c_void_p(), ctypes.c_void_p()
        self.api.duckdb_open(None, ctypes.byref(self.database))
        self.api.duckdb_connect(self.database, ctypes.byref(self.connection))

    def run(self, sql):
        result = Result()
        if self.api.duckdb_query(self.connection, sql.encode(), ctypes.byref(result)) != 0:
            sys.exit("duckdb: %s" % self.api.duckdb_result_error(ctypes.byref(result)).decode())
        return result

    def seconds(self, sql):
        begin = time.monotonic()
        result = self.run(sql)
        seconds = time.monotonic() - begin
        self.api.duckdb_destroy_result(ctypes.byref(result))
        return seconds

    def row(self, sql):
        result = self.run(sql)
        count = self.api.duckdb_column_count(ctypes.byref(result))
        values = [self.api.duckdb_value_varchar(ctypes.byref(result), ctypes.c_uint64(i), ctypes.c_uint64(0))
                  for i in range(count)]
        self.api.duckdb_destroy_result(ctypes.byref(result))
        return [float(value) for value in values]

    def summary(self):
        """Rows, nulls and the sum over all columns of the stored result but the labels' own."""
        result = self.run("SELECT * EXCLUDE (k, ts) FROM result LIMIT 0")
        names = [self.api.duckdb_column_name(ctypes.byref(result), ctypes.c_uint64(i)).decode()
                 for i in range(self.api.duckdb_column_count(ctypes.byref(result)))]
        total = " + ".join("coalesce(sum(%s), 0)" % name for name in names)
        nulls = " + ".join("count(*) - count(%s)" % name for name in names)
        rows, nulls, total = self.row("SELECT count(*), %s, (%s)::DOUBLE FROM result" % (nulls, total))
        return {"rows": int(rows), "nulls": int(nulls), "sum": round(total, 4)}


def main():
    library, folder, threads, statements = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    database = DuckDB(library)
    os.chdir(folder)
    database.run("SET threads=%s" % threads)
    database.run("SET preserve_insertion_order=false")
    for sql in statements:
        if sql.startswith("set:"):
            database.run("SET " + sql[len("set:"):])
            continue
        stored = sql.startswith("create:")
        seconds = database.seconds("CREATE OR REPLACE TEMP TABLE result AS " + sql[len("create:"):] if stored else sql)
        usage = resource.getrusage(resource.RUSAGE_SELF)
        told = {"total_s": round(seconds, 3), "cpu_s": round(usage.ru_utime + usage.ru_stime, 3),
                "peak_mb": usage.ru_maxrss // 1024}
        print(json.dumps({**told, **(database.summary() if stored else {})}))


main()
