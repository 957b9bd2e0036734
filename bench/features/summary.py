"""Prints the best of each job's runs as a Markdown table: summary.py RESULTS.jsonl"""
import json
import sys

runs = [json.loads(line) for line in open(sys.argv[1]) if line.strip()]
best = {}
for run in runs:
    kept = best.setdefault((run["job"], run["who"]), dict(run))
    for field in ("total_s", "cpu_s", "peak_mb"):
        kept[field] = min(kept[field], run[field])

print("| work | DuckDB s (cpu) | pawl s (cpu) | times faster, wall (cpu) | peak MB, DuckDB and pawl |")
print("| --- | --- | --- | --- | --- |")
for job, title in (("as_of", "as-of join"), ("sum_7d", "one 7-day sum")):
    peer, own = best[job, "duckdb"], best[job, "pawl"]
    print("| %s | %.1f (%.1f) | %.1f (%.1f) | %.1f (%.1f) | %d, %d |" % (
        title, peer["total_s"], peer["cpu_s"], own["total_s"], own["cpu_s"], peer["total_s"] / own["total_s"],
        peer["cpu_s"] / own["cpu_s"], peer["peak_mb"], own["peak_mb"]))
