"""The feature benchmark: pawl's engine beside its peers, in turns, over the same Parquet files.

    run.py [--jobs as_of,sum_7d,...] [--peers duckdb,polars,pandas,feast] [--rounds 3] [--threads 2] [--events 20000000]

Every job is a process of its own that reads the files and makes result columns. What is kept of the rounds is the best wall seconds,
processor seconds and peak memory of each. Results that should be equal are compared (rows, nulls and the sum of all values), and what differs is
told. Data go to build/bench; the peers' packages are installed there too (build/bench/peers).
"""
import argparse
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, "build/bench")
LIBRARY = os.path.join(ROOT, "build/deps/duckdb/libduckdb.so")
PACKAGES = ("polars==2.1.0", "pandas==2.3.3", "pyarrow==26.0.1", "duckdb==2.0.1", "feast==0.67.0")

AGGREGATES = ("count()", "sum(x)", "mean(x)", "stddev(x)", "min(x)", "max(x)", "first(x)", "last(x)", "var_samp(x)",
              "approx_distinct(x)")
WINDOWS_30 = ";".join(f"{aggregate} over {window}" for window in ("1d", "7d", "30d") for aggregate in AGGREGATES)
FEATURES = {"as_of": "last(x)", "sum_7d": "sum(x) over 7d", "windows_30": WINDOWS_30, "count_7d": "count() over 7d"}

# Name: what it is, the query, the events (see DATA_SQL), and the peers that are asked.
JOBS = {
    "as_of": ("as-of join", "as_of", "plain", ("duckdb", "polars", "pandas")),
    "sum_7d": ("one 7-day sum", "sum_7d", "plain", ("duckdb", "polars", "pandas")),
    "windows_30": ("30 windowed features", "windows_30", "plain", ("duckdb", "polars", "pandas")),
    "as_of_sorted": ("as-of join, events sorted by (k, ts)", "as_of", "sorted", ("duckdb",)),
    "sum_7d_sorted": ("7-day sum, sorted", "sum_7d", "sorted", ("duckdb",)),
    "windows_30_sorted": ("30 features, sorted", "windows_30", "sorted", ("duckdb",)),
    "sum_7d_hot": ("7-day sum, one key holds 13% of the events", "sum_7d", "hot", ("duckdb",)),
    "as_of_limited": ("as-of join, five times larger than its memory", "as_of", "limited", ("duckdb",)),
    "sum_7d_limited": ("7-day sum, five times larger than its memory", "sum_7d", "limited", ("duckdb",)),
    "as_of_feast": ("as-of join, a tenth of the events", "as_of", "tenth", ("feast",)),
    "count_7d": ("7-day count: what an exact sum adds to", "count_7d", "plain", ()),
    "as_of_late": ("as-of join, late known, 5% nulls, 1% corrections, string keys", "as_of", "late", ()),
    "sum_7d_late": ("7-day sum, the same", "sum_7d", "late", ()),
    "windows_30_late": ("30 features, the same", "windows_30", "late", ()),
    "as_of_one_thread": ("as-of join, one thread", "as_of", "plain", ("duckdb", "polars")),
    "sum_7d_one_thread": ("one 7-day sum, one thread", "sum_7d", "plain", ("duckdb", "polars")),
    "windows_30_one_thread": ("30 windowed features, one thread", "windows_30", "plain", ("duckdb",)),
}

KEY = "(hash(i) % {entities})::INT"
MOMENT = "(hash(i * 7 + 1) % (90 * 86400000000))::BIGINT"
X = "(hash(i * 13) % 10000) / 100.0::DOUBLE"
DATA_SQL = {
    "plain": f"SELECT {KEY} AS k, {MOMENT} AS ts, {X} AS x FROM range({{events}}) t(i)",
    "sorted": "SELECT * FROM 'ev.parquet' ORDER BY k, ts",
    "hot": f"SELECT CASE WHEN hash(i * 17) % 100 < 13 THEN 0 ELSE {KEY} END AS k, {MOMENT} AS ts, {X} AS x"
           " FROM range({events}) t(i)",
    # A fifth of the rows are known up to a day late; 1% have a second version, an hour after the first, of another x.
    "late": "WITH plain AS (SELECT i, 'customer-' || " + KEY + f" AS k, {MOMENT} AS ts,"
            f" CASE WHEN hash(i * 19) % 100 < 5 THEN NULL ELSE {X} END AS x,"
            " CASE WHEN hash(i * 23) % 5 = 0 THEN (hash(i * 29) % 86400000000)::BIGINT ELSE 0 END AS late"
            " FROM range({events}) t(i))"
            " SELECT i AS id, k, ts, ts + late AS known, x FROM plain UNION ALL"
            " SELECT i, k, ts, ts + late + 3600000000, x + 1 FROM plain WHERE hash(i * 31) % 100 = 0",
    "tenth": f"SELECT {KEY} AS k, {MOMENT} AS ts, {X} AS x FROM range({{events}}) t(i)",
    "labels": "SELECT (hash(i * 3 + 5) % {entities})::INT AS k, (hash(i * 11 + 3) % (90 * 86400000000))::BIGINT AS ts"
              " FROM range({labels}) t(i)",
    "late_labels": "SELECT 'customer-' || k AS k, ts FROM 'lb.parquet'",
    "tenth_labels": "SELECT (hash(i * 3 + 5) % {entities})::INT AS k,"
                    " (hash(i * 11 + 3) % (90 * 86400000000))::BIGINT AS ts FROM range({labels}) t(i)",
}
FILES = {"plain": "ev.parquet", "limited": "ev.parquet", "labels": "lb.parquet"}
# A fifth of what either needs for the plain jobs at 20M events. DuckDB's limit is its whole, pawl's is the engine's: labels, results and
# the reader's buffers come on top; the table shows the processes' peaks.
LIMIT_MB = 200


def file_of(kind):
    return FILES.get(kind, f"ev_{kind}.parquet" if not kind.endswith("labels") else f"lb_{kind[:-7]}.parquet")


def folder_of(options):
    return os.path.join(BUILD, f"events_{options.events}")


def duckdb(options, *statements):
    command = [sys.executable, os.path.join(HERE, "duckdb.py"), LIBRARY, folder_of(options), str(options.threads),
               *statements]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def data_make(kind, options):
    """The file of this kind, made when it is not there, with the files that it is made from."""
    path = os.path.join(folder_of(options), file_of(kind))
    if os.path.exists(path):
        return
    if kind == "sorted":
        data_make("plain", options)
    if kind == "late_labels":
        data_make("labels", options)
    share = 10 if kind.startswith("tenth") else 1
    events = options.events // share
    select = DATA_SQL[kind].format(events=events, labels=events // 10, entities=max(1, events // 200))
    print(f"making {os.path.relpath(path, ROOT)}", file=sys.stderr)
    duckdb(options, f"COPY ({select}) TO '{file_of(kind)}' (COMPRESSION zstd)")


def labels_of(kind):
    return {"late": "late_labels", "tenth": "tenth_labels"}.get(kind, "labels")


def run_pawl(query, kind, options):
    folder = folder_of(options)
    command = [os.path.join(ROOT, "build/release/bench_features"), os.path.join(folder, file_of(kind)),
               os.path.join(folder, file_of(labels_of(kind))), FEATURES[query], str(options.threads)]
    command += ["late" if kind == "late" else "plain", str(LIMIT_MB if kind == "limited" else 0)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def run_duckdb(query, kind, options):
    with open(os.path.join(HERE, query + ".sql"), encoding="utf-8") as file:
        sql = file.read().replace("EVENTS", file_of(kind)).replace("LABELS", file_of(labels_of(kind)))
    limit = [f"set:memory_limit = '{LIMIT_MB}MB'"] if kind == "limited" else []
    return duckdb(options, *limit, "create:" + sql)


def run_python(peer, query, kind, options):
    command = [os.path.join(BUILD, "peers/bin/python"), "-W", "ignore", os.path.join(HERE, "peers.py"), peer, query,
               folder_of(options), file_of(kind), file_of(labels_of(kind))]
    environment = {**os.environ, "POLARS_MAX_THREADS": str(options.threads)}
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


def run_one(who, query, kind, options):
    try:
        if who == "pawl":
            return run_pawl(query, kind, options)
        if who == "duckdb":
            return run_duckdb(query, kind, options)
        return run_python(who, query, kind, options)
    except subprocess.CalledProcessError as failed:
        told = (failed.stderr.strip().splitlines() or ["(nothing)"])[-1]
        return {"failed": f"exit {failed.returncode}: {told[:200]}"}


def best_of(runs):
    good = [run for run in runs if "failed" not in run]
    if not good:
        return runs[0]
    return {**good[0], **{field: min(run[field] for run in good) for field in ("total_s", "cpu_s", "peak_mb")}}


def measure(name, options):
    _, query, kind, peers = JOBS[name]
    if name.endswith("_one_thread"):
        options = argparse.Namespace(**{**vars(options), "threads": 1})
    asked = ["pawl"] + [peer for peer in peers if peer in options.peers]
    data_make(kind if kind != "limited" else "plain", options)
    data_make(labels_of(kind), options)
    runs = {who: [] for who in asked}
    for number in range(options.rounds):
        for who in asked:
            print(f"{name}: {who}, round {number + 1} of {options.rounds}", file=sys.stderr)
            runs[who].append(run_one(who, query, kind, options))
    return {who: best_of(found) for who, found in runs.items()}


def told(run):
    return run["failed"] if "failed" in run else f"{run['total_s']:.2f} ({run['cpu_s']:.1f}), {run['peak_mb']} MB"


def ratio(peer, own):
    if "failed" in peer or "failed" in own:
        return "-"
    return f"{peer['total_s'] / own['total_s']:.1f} ({peer['cpu_s'] / own['cpu_s']:.1f})"


def agreement(peer, own):
    if "sum" not in peer or "sum" not in own:
        return ""
    differences = [f"{field} {peer[field]}, ours {own[field]}" for field in ("rows", "nulls") if peer[field] != own[field]]
    # Sums of sums: peers' doubles differ in their last digits (see docs/peers.md), which a ten-digit sum hides.
    if abs(peer["sum"] - own["sum"]) > 1e-9 * abs(own["sum"]):
        differences.append(f"sum {peer['sum']}, ours {own['sum']}")
    return "; ".join(differences) or "the same"


def table(results):
    print("| work | peer | its s (cpu), peak | pawl s (cpu), peak | times faster, wall (cpu) | result |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, found in results.items():
        own = found["pawl"]
        peers = {who: run for who, run in found.items() if who != "pawl"} or {"-": None}
        for who, run in peers.items():
            if run is None:
                print(f"| {JOBS[name][0]} | | | {told(own)} | | |")
            else:
                print(f"| {JOBS[name][0]} | {who} | {told(run)} | {told(own)} | {ratio(run, own)} | {agreement(run, own)} |")


def peers_install():
    home = os.path.join(BUILD, "peers")
    if not os.path.exists(os.path.join(home, "installed")):
        print("installing the peers' packages", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        subprocess.run([os.path.join(home, "bin/pip"), "-q", "install", *PACKAGES], check=True)
        open(os.path.join(home, "installed"), "w", encoding="utf-8").close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", default=",".join(JOBS))
    parser.add_argument("--peers", default="duckdb,polars,pandas,feast")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--events", type=int, default=20_000_000)
    options = parser.parse_args()
    options.peers = [peer for peer in options.peers.split(",") if peer]
    os.makedirs(folder_of(options), exist_ok=True)
    if {"polars", "pandas", "feast"} & set(options.peers):
        peers_install()
    results = {}
    for name in options.jobs.split(","):
        results[name] = measure(name, options)
        with open(os.path.join(BUILD, "features.json"), "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)
    table(results)


if __name__ == "__main__":
    main()
