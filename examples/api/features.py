"""pawl.h from Python by ctypes: features of a pyarrow table, point-in-time, in process and from an online store.

    pip install pyarrow
    PAWL_LIBRARY=build/release/libpawl.so python3 examples/api/features.py
"""
import ctypes
import datetime
import os
import tempfile

import pyarrow as pa

PIPELINE = b"""
sources:
  rides: {files: rides.parquet, time: started_at, known: ended_at}
features:
  rider:
    from: rides
    by: rider
    columns: {rides_7d: count() over 7d, mean_fare: mean(fare)}
"""


class Error(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_char_p), ("text", ctypes.c_char * 4096)]


class SourceSchema(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("schema", ctypes.c_void_p)]


class Table(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("rows", ctypes.c_void_p)]


class Pawl:
    """The library's functions, raising what they refuse."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)

    def call(self, name, *arguments):
        error = Error()
        function = getattr(self.library, "pawl_" + name)
        function.restype = ctypes.c_bool
        if not function(*arguments, ctypes.byref(error)):
            raise ValueError(f"{error.kind.decode()}: {error.text.decode()}")

    def free(self, name, pointer):
        getattr(self.library, "pawl_" + name)(pointer)

    def plan(self, pipeline, **tables):
        plan = ctypes.c_void_p()
        memory = {name: ctypes.create_string_buffer(72) for name in tables}
        schemas = (SourceSchema * len(tables))()
        for i, (name, table) in enumerate(tables.items()):
            table.schema._export_to_c(ctypes.addressof(memory[name]))
            schemas[i] = SourceSchema(name.encode(), ctypes.addressof(memory[name]))
        size = ctypes.c_size_t(len(pipeline))
        count = ctypes.c_size_t(len(tables))
        self.call("plan_compile", b"features.yaml", pipeline, size, schemas, count, ctypes.byref(plan))
        return plan

    def engine(self, plan, **tables):
        engine = ctypes.c_void_p()
        memory = [stream_of(table) for table in tables.values()]
        rows = (Table * len(tables))()
        for i, name in enumerate(tables):
            rows[i] = Table(name.encode(), ctypes.addressof(memory[i]))
        self.call("engine_open", plan, rows, ctypes.c_size_t(len(tables)), None, ctypes.byref(engine))
        return engine

    def compute(self, name, *arguments, requests):
        answers = ctypes.create_string_buffer(40)
        self.call(name, *arguments, stream_of(requests), answers)
        return pa.RecordBatchReader._import_from_c(ctypes.addressof(answers)).read_all()


def stream_of(table):
    memory = ctypes.create_string_buffer(40)
    table.to_reader()._export_to_c(ctypes.addressof(memory))
    return memory


def moment(hour, microsecond=0):
    return datetime.datetime(2024, 3, 1, hour, microsecond=microsecond, tzinfo=datetime.timezone.utc)


def main():
    instant = pa.timestamp("us", "UTC")
    rides = pa.table({
        "rider": pa.array([7, 7], pa.int64()),
        "started_at": pa.array([moment(8), moment(10)], instant),
        "ended_at": pa.array([moment(9), moment(11)], instant),
        "fare": pa.array([10.0, 30.0]),
    })
    # As of 11:00 the second ride, which ends then, is not yet known; a microsecond later it is.
    requests = pa.table({
        "rider": pa.array([7, 7], pa.int64()),
        "at": pa.array([moment(11), moment(11, 1)], instant),
    })
    pawl = Pawl(os.environ.get("PAWL_LIBRARY", "libpawl.so"))
    plan = pawl.plan(PIPELINE, rides=rides)
    engine = pawl.engine(plan, rides=rides)
    offline = pawl.compute("engine_compute", engine, requests=requests)

    with tempfile.TemporaryDirectory() as folder:
        store = ctypes.c_void_p()
        pawl.call("store_open", folder.encode(), ctypes.c_bool(False), ctypes.byref(store))
        pawl.call("store_publish", store, engine)
        online = pawl.compute("store_compute", store, plan, requests=requests)
        pawl.free("store_close", store)
    pawl.free("engine_close", engine)
    pawl.free("plan_free", plan)

    assert offline.equals(online), "the store gives other features than the engine"
    for row in offline.to_pylist():
        print(row)


if __name__ == "__main__":
    main()
