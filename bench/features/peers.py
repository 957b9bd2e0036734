"""The other peers' side of the feature benchmark: one job by Polars, pandas or Feast, each in the best way that its documentation
gives, over the same Parquet files. Prints seconds, peak memory and the result's rows, nulls and sum as JSON.

    peers.py polars|pandas|feast JOB FOLDER EVENTS LABELS

JOB: as_of (the last x strictly before the label), sum_7d (its sum over the 7 days before), windows_30 (10 aggregations, 3 windows).
POLARS_MAX_THREADS limits Polars; pandas and Feast's file store use what they use.
"""
import json
import os
import resource
import shutil
import sys
import tempfile
import time

WINDOWS = ("1d", "7d", "30d")


def polars_frames(folder, events, labels):
    import polars as pl

    moment = pl.col("ts").cast(pl.Datetime("us"))
    read = [pl.read_parquet(os.path.join(folder, name)).with_columns(moment, pl.col("k").cast(pl.Int64))
            for name in (events, labels)]
    return read[0].select("k", "ts", "x"), read[1].select("k", "ts")


def polars_as_of(folder, events, labels):
    events, labels = polars_frames(folder, events, labels)
    joined = labels.sort("ts").join_asof(events.sort("ts"), on="ts", by="k", strategy="backward",
                                         allow_exact_matches=False)
    return [joined["x"]]


def polars_union(folder, events, labels):
    """Labels as rows without a value among the events: a window that ends before a label's row is the label's."""
    import polars as pl

    events, labels = polars_frames(folder, events, labels)
    events = events.with_columns(label=pl.lit(False))
    labels = labels.with_columns(x=pl.lit(None, pl.Float64), label=pl.lit(True)).select("k", "ts", "x", "label")
    return pl.concat([events, labels]).sort("k", "ts")


def polars_sum_7d(folder, events, labels):
    import polars as pl

    rows = polars_union(folder, events, labels)
    rows = rows.with_columns(f=pl.col("x").rolling_sum_by("ts", window_size="7d", closed="left").over("k"))
    return [rows.filter("label")["f"]]


def polars_windows_30(folder, events, labels):
    import polars as pl

    rows = polars_union(folder, events, labels)
    x = pl.col("x").drop_nulls()
    aggregations = [x.len().alias("n"), x.sum().alias("sum"), x.mean().alias("mean"), x.std().alias("std"),
                    x.min().alias("min"), x.max().alias("max"), x.first().alias("first"), x.last().alias("last"),
                    x.var().alias("var"), x.approx_n_unique().alias("distinct"), pl.col("label").last().alias("own")]
    found = []
    for window in WINDOWS:
        made = rows.rolling("ts", period=window, closed="left", group_by="k").agg(aggregations)
        made = made.filter(rows["label"])
        found += [made[name] for name in made.columns if name not in ("k", "ts", "own")]
    return found


def pandas_frames(folder, events, labels):
    import pandas as pd

    read = [pd.read_parquet(os.path.join(folder, name)) for name in (events, labels)]
    for frame in read:
        frame["ts"] = pd.to_datetime(frame["ts"], unit="us")
        frame["k"] = frame["k"].astype("int64")
    return read[0][["k", "ts", "x"]], read[1][["k", "ts"]]


def pandas_as_of(folder, events, labels):
    import pandas as pd

    events, labels = pandas_frames(folder, events, labels)
    joined = pd.merge_asof(labels.sort_values("ts"), events.sort_values("ts"), on="ts", by="k",
                           allow_exact_matches=False)
    return [joined["x"]]


def pandas_windows(folder, events, labels, windows, aggregations):
    import pandas as pd

    events, labels = pandas_frames(folder, events, labels)
    events["label"] = False
    labels["label"] = True
    rows = pd.concat([events, labels]).sort_values(["k", "ts"], kind="stable").reset_index(drop=True)
    own = rows["label"].to_numpy()
    found = []
    for window in windows:
        rolling = rows.groupby("k", sort=False).rolling(window, on="ts", closed="left")["x"]
        for aggregation in aggregations:
            found.append(getattr(rolling, aggregation)().reset_index(drop=True)[own])
    return found


def pandas_sum_7d(folder, events, labels):
    return pandas_windows(folder, events, labels, ["7D"], ["sum"])


def pandas_windows_30(folder, events, labels):
    """Its grouped rolling windows have no first, last and distinct count: 7 of the 10."""
    names = ["count", "sum", "mean", "std", "min", "max", "var"]
    return pandas_windows(folder, events, labels, ["1D", "7D", "30D"], names)


def feast_as_of(folder, events, labels):
    """Feast joins with <=, so that it sees events of the label's own moment; nothing in its interface forbids that."""
    import pandas as pd
    from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig
    from feast.types import Float64
    from feast.value_type import ValueType

    rows, asked = pandas_frames(folder, events, labels)
    home = tempfile.mkdtemp(prefix="feast-bench-")
    rows["ts"] = rows["ts"].dt.tz_localize("UTC")
    rows.to_parquet(os.path.join(home, "events.parquet"))
    entity = Entity(name="k", join_keys=["k"], value_type=ValueType.INT64)
    source = FileSource(path=os.path.join(home, "events.parquet"), timestamp_field="ts")
    view = FeatureView(name="events", entities=[entity], schema=[Field(name="x", dtype=Float64)], source=source,
                       ttl=pd.Timedelta(days=100).to_pytimedelta())
    store = FeatureStore(config=RepoConfig(project="bench", provider="local", registry=os.path.join(home, "registry.db"),
                                           offline_store={"type": "file"}, online_store=None,
                                           entity_key_serialization_version=3))
    store.apply([entity, view])
    asked["event_timestamp"] = asked.pop("ts").dt.tz_localize("UTC")
    begin = time.monotonic()
    joined = store.get_historical_features(entity_df=asked, features=["events:x"]).to_df()
    joined.attrs["seconds"] = time.monotonic() - begin
    shutil.rmtree(home)
    return [joined["x"]]


def summary(columns):
    """Rows, nulls and the sum over all columns, as pawl's side prints them."""
    rows = len(columns[0])
    nulls, total = 0, 0.0
    for column in columns:
        missing = int(column.null_count() if hasattr(column, "null_count") else column.isna().sum())
        nulls += missing
        total += float(column.sum() or 0)
    return {"rows": rows, "nulls": nulls, "sum": round(total, 4)}


def main():
    who, job, folder, events, labels = sys.argv[1:6]
    work = globals()[who + "_" + job]
    begin = time.monotonic()
    columns = work(folder, events, labels)
    seconds = getattr(columns[0], "attrs", {}).get("seconds", time.monotonic() - begin)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    told = {"who": who, "job": job, "total_s": round(seconds, 3), "cpu_s": round(usage.ru_utime + usage.ru_stime, 3),
            "peak_mb": usage.ru_maxrss // 1024}
    print(json.dumps({**told, **summary(columns)}))


if __name__ == "__main__":
    main()
