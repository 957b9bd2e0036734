"""Where peers give another result than pawl: each case on a handful of rows, run by all of them, printed as docs/peers.md shows it.

    python3 bench/differences/differences.py      (with pyarrow, polars, pandas, duckdb and feast installed; see run.sh)
"""
import datetime
import importlib.util
import os
import shutil
import sys
import tempfile
import warnings

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

spec = importlib.util.spec_from_file_location("features", os.path.join(ROOT, "examples/api/features.py"))
features = importlib.util.module_from_spec(spec)
spec.loader.exec_module(features)
warnings.filterwarnings("ignore")

DAY = datetime.timedelta(days=1)
T = datetime.datetime(2024, 3, 10)


def table(rows):
    """(days after T, x) of one entity."""
    return pa.table({"k": pa.array([1] * len(rows), pa.int64()),
                     "ts": pa.array([T + day * DAY for day, _ in rows], pa.timestamp("us")),
                     "x": pa.array([x for _, x in rows])})


def labels(*days):
    return pa.table({"k": pa.array([1] * len(days), pa.int64()),
                     "ts": pa.array([T + day * DAY for day in days], pa.timestamp("us"))})


def by_pawl(events, asked, expression):
    pipeline = ("sources: {e: {files: e.parquet, time: ts, known: ts}}\n"
                "features: {v: {from: e, by: k, columns: {f: %s}}}\n" % expression).encode()
    pawl = features.Pawl(os.environ.get("PAWL_LIBRARY", os.path.join(ROOT, "build/release/libpawl.so")))
    plan = pawl.plan(pipeline, e=events)
    engine = pawl.engine(plan, e=events)
    requests = pa.table({"k": asked["k"], "at": asked["ts"]})
    answer = pawl.compute("engine_compute", engine, requests=requests).column(0).to_pylist()
    pawl.free("engine_close", engine)
    pawl.free("plan_free", plan)
    return answer


def pandas_as_of(events, asked, **options):
    joined = pd.merge_asof(asked.to_pandas(), events.to_pandas().sort_values("ts", kind="stable"), on="ts", by="k",
                           **options)
    return [None if pd.isna(x) else x for x in joined["x"]]


def polars_as_of(events, asked, **options):
    joined = pl.from_arrow(asked).join_asof(pl.from_arrow(events).sort("ts", maintain_order=True), on="ts", by="k",
                                            strategy="backward", **options)
    return joined["x"].to_list()


def duckdb_as_of(events, asked, comparison):
    sql = f"SELECT x FROM asked ASOF LEFT JOIN events ON asked.k = events.k AND events.ts {comparison} asked.ts ORDER BY asked.ts"
    return [row[0] for row in duckdb.sql(sql).fetchall()]


def union_pandas(events, asked):
    rows = pd.concat([events.to_pandas().assign(label=False), asked.to_pandas().assign(label=True)])
    return rows.sort_values(["ts", "label"], kind="stable").reset_index(drop=True)


def pandas_window(events, asked, aggregation, window="7D", **options):
    rows = union_pandas(events, asked)
    made = getattr(rows.rolling(window, on="ts", **options)["x"], aggregation)()
    return [None if pd.isna(x) else x for x in made[rows["label"]]]


def polars_window(events, asked, aggregation, window="7d", **options):
    rows = pl.concat([pl.from_arrow(events).with_columns(label=pl.lit(False)),
                      pl.from_arrow(asked).with_columns(x=pl.lit(None), label=pl.lit(True)).select("k", "ts", "x", "label")],
                     how="vertical_relaxed").sort("ts", "label", maintain_order=True)
    made = getattr(pl.col("x"), f"rolling_{aggregation}_by")("ts", window_size=window, **options)
    return rows.with_columns(f=made).filter("label")["f"].to_list()


def duckdb_window(events, asked, aggregation, low, high="1 MICROSECOND"):
    sql = (f"SELECT f FROM (SELECT ts, lab, {aggregation} OVER (ORDER BY ts RANGE BETWEEN {low} AND"
           f" INTERVAL {high} PRECEDING) AS f FROM (SELECT ts, x, false AS lab FROM events UNION ALL"
           " SELECT ts, NULL, true FROM asked)) WHERE lab ORDER BY ts")
    return [row[0] for row in duckdb.sql(sql).fetchall()]


def feast_as_of(events, asked, ttl_days):
    from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig
    from feast.types import Float64
    from feast.value_type import ValueType

    home = tempfile.mkdtemp(prefix="feast-")
    rows = events.to_pandas()
    rows["ts"] = rows["ts"].dt.tz_localize("UTC")
    rows.to_parquet(os.path.join(home, "e.parquet"))
    entity = Entity(name="k", join_keys=["k"], value_type=ValueType.INT64)
    source = FileSource(path=os.path.join(home, "e.parquet"), timestamp_field="ts")
    view = FeatureView(name="e", entities=[entity], schema=[Field(name="x", dtype=Float64)], source=source,
                       ttl=datetime.timedelta(days=ttl_days))
    store = FeatureStore(config=RepoConfig(project="p", provider="local", registry=os.path.join(home, "r.db"),
                                           offline_store={"type": "file"}, online_store=None,
                                           entity_key_serialization_version=3))
    store.apply([entity, view])
    frame = asked.to_pandas()
    frame["event_timestamp"] = frame.pop("ts").dt.tz_localize("UTC")
    joined = store.get_historical_features(entity_df=frame, features=["e:x"]).to_df().sort_values("event_timestamp")
    shutil.rmtree(home)
    return [None if pd.isna(x) else x for x in joined["x"]]


def show(title, events, asked, results):
    print(f"## {title}\n")
    print("rows (day, x): " + ", ".join(f"({(t.as_py() - T) / DAY:g}, {x.as_py()})" for t, x in
                                         zip(events["ts"], events["x"])))
    print("asked at day: " + ", ".join(f"{(t.as_py() - T) / DAY:g}" for t in asked["ts"]) + "\n")
    print("| who | answer |\n| --- | --- |")
    for who, answer in results:
        print(f"| {who} | {', '.join('null' if value is None else repr(value) for value in answer)} |")
    print()


def attempt(work, *arguments, **options):
    try:
        return work(*arguments, **options)
    except Exception as refused:  # a peer's refusal is its answer
        return [f"{type(refused).__name__}: {str(refused).splitlines()[0][:60]}"]


def own_moment():
    events, asked = table([(0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0), (4, 5.0)]), labels(2, 4)
    show("An event at the label's own moment", events, asked, [
        ("pawl, `last(x)`", by_pawl(events, asked, "last(x)")),
        ("DuckDB, `ASOF ... events.ts <= asked.ts`", duckdb_as_of(events, asked, "<=")),
        ("pandas, `merge_asof`", attempt(pandas_as_of, events, asked)),
        ("Polars, `join_asof`", attempt(polars_as_of, events, asked)),
        ("Feast, `get_historical_features`", attempt(feast_as_of, events, asked, 30))])


def ties():
    rows = [(0, 1.0), (1, 5.0), (1, 3.0), (1, 4.0), (2, 9.0)]
    asked = labels(1.5)
    for name, events in (("as they came", table(rows)), ("the same rows, reversed", table(rows[::-1]))):
        show(f"Several events at one moment, {name}", events, asked, [
            ("pawl, `last(x)`", by_pawl(events, asked, "last(x)")),
            ("DuckDB", duckdb_as_of(events, asked, "<")),
            ("pandas", attempt(pandas_as_of, events, asked, allow_exact_matches=False)),
            ("Polars", attempt(polars_as_of, events, asked, allow_exact_matches=False))])


def window_edges():
    events, asked = table([(0, 1.0), (1, 10.0), (3, 100.0), (7, 1000.0), (8, 10000.0)]), labels(7, 8)
    show("The two ends of a window of 7 days", events, asked, [
        ("pawl, `sum(x) over 7d`: t - 7d <= time < t", by_pawl(events, asked, "sum(x) over 7d")),
        ("pandas, `rolling('7D')`: (t - 7d, t]", attempt(pandas_window, events, asked, "sum")),
        ("Polars, `rolling_sum_by`: (t - 7d, t]", attempt(polars_window, events, asked, "sum")),
        ("both with `closed='left'`", attempt(pandas_window, events, asked, "sum", closed="left"))])


def float_order():
    rows = [(0, 1e16), (1, 1.0), (2, -1e16), (3, 0.1), (4, 0.2)]
    events, asked = table(rows), labels(5)
    reverse = table([(day, x) for (day, _), (_, x) in zip(rows, rows[::-1])])
    for name, given in (("in this order", events), ("the same values in the other order", reverse)):
        show(f"Sums of doubles, {name}", given, asked, [
            ("pawl, `sum(x) over 7d`: exact, rounded once", by_pawl(given, asked, "sum(x) over 7d")),
            ("DuckDB", duckdb_window(given, asked, "sum(x)", "INTERVAL 7 DAYS PRECEDING")),
            ("pandas", attempt(pandas_window, given, asked, "sum", closed="left")),
            ("Polars", attempt(polars_window, given, asked, "sum", closed="left"))])


def not_a_number():
    events = table([(0, float("nan")), (1, 1.0), (2, 2.0), (8, 3.0), (9, 4.0)])
    asked = labels(3, 9.5)
    for aggregation in ("sum", "max"):
        show(f"A NaN that is in the window, then has left it: {aggregation}", events, asked, [
            (f"pawl, `{aggregation}(x) over 7d`", by_pawl(events, asked, f"{aggregation}(x) over 7d")),
            ("DuckDB", duckdb_window(events, asked, f"{aggregation}(x)", "INTERVAL 7 DAYS PRECEDING")),
            ("pandas (NaN is its null)", attempt(pandas_window, events, asked, aggregation, closed="left")),
            ("Polars", attempt(polars_window, events, asked, aggregation, closed="left"))])


def empty_window():
    events, asked = table([(0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0), (4, 5.0)]), labels(20)
    show("The sum of an empty window", events, asked, [
        ("pawl, `sum(x) over 7d`", by_pawl(events, asked, "sum(x) over 7d")),
        ("DuckDB", duckdb_window(events, asked, "sum(x)", "INTERVAL 7 DAYS PRECEDING")),
        ("pandas", attempt(pandas_window, events, asked, "sum", closed="left")),
        ("Polars", attempt(polars_window, events, asked, "sum", closed="left"))])


def integers():
    great = 2**62
    events, asked = table([(0, great), (1, great), (2, great), (3, great), (4, 5)]), labels(5)
    show("A sum of int64 that does not fit", events, asked, [
        ("pawl, `sum(x) over 7d`: null, never another number", by_pawl(events, asked, "sum(x) over 7d")),
        ("DuckDB: widens to 128 bits", duckdb_window(events, asked, "sum(x)", "INTERVAL 7 DAYS PRECEDING")),
        ("pandas: doubles", attempt(pandas_window, events, asked, "sum", closed="left")),
        ("Polars", attempt(polars_window, events, asked, "sum", closed="left"))])


def time_to_live():
    events, asked = table([(0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0), (4, 5.0)]), labels(9, 10, 11, 30)
    show("A value's time to live, 6 days", events, asked, [
        ("pawl, `last(x) over 6d`", by_pawl(events, asked, "last(x) over 6d")),
        ("Feast, `ttl=6 days`", attempt(feast_as_of, events, asked, 6))])


def main():
    print(f"DuckDB {duckdb.__version__}, pandas {pd.__version__}, Polars {pl.__version__}, "
          f"Feast {importlib.metadata.version('feast')}\n")
    for case in (own_moment, ties, window_edges, float_order, not_a_number, empty_window, integers,
                 time_to_live):
        case()


if __name__ == "__main__":
    import importlib.metadata

    sys.exit(main())
