"""The graph benchmark: pawl beside Ninja and Luigi, in turns, on the same graphs of the same commands.

    run.py [--jobs no_op,durable,short] [--sizes 1000,10000,100000] [--steps 1000] [--rounds 3] [--peers ninja,luigi]

no_op    a graph of so many steps, each reading two others, when nothing has changed. The graph is made once, by running it.
durable  one step `true`, from the start of the program to its end; and what each further step of a chain of 100 adds.
short    so many steps `echo I > out` that wait for nothing, two at once: process mode, and sandbox mode where bubblewrap is.

What is kept of the rounds is the best wall seconds, with the processor seconds of that program and all it started, and its peak memory.
"""
import argparse
import os
import resource
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build/bench/flow")
PAWL = os.path.join(ROOT, "build/release/pawl")
PACKAGES = ("luigi==3.8.1",)
PARALLEL = 2


def measure(command, folder, environment=None):
    """Wall and processor seconds and peak MB of one run that must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               env={**os.environ, **(environment or {})})
    told = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} in {folder}: exit {process.returncode}: {told.decode()[-400:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cpu": cpu, "peak_mb": usage.ru_maxrss / 1024}


def folder_new(name):
    folder = os.path.join(BUILD, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder


def edges(i, wide):
    """Two steps that step `i` reads; none when the graph is wide."""
    return [] if wide or i < 10 else sorted({i - 10, i // 2})


def write_pawl(folder, count, wide, executor=None, command=None):
    with open(os.path.join(folder, "pawl.yaml"), "w", encoding="utf-8") as file:
        file.write("pipeline: bench\n\nsteps:\n")
        for i in range(count):
            file.write(f"  step_{i}:\n    run: " + (command or f'echo {i} > "$PAWL_OUTPUT_OUT"') + "\n")
            if command is None:
                file.write("    outputs: {out: out.txt}\n")
            if executor:
                file.write(f"    executor: {executor}\n")
            if edges(i, wide):
                file.write("    inputs: [" + ", ".join(f"step_{k}.out" for k in edges(i, wide)) + "]\n")


def write_ninja(folder, count, wide):
    with open(os.path.join(folder, "build.ninja"), "w", encoding="utf-8") as file:
        file.write("rule step\n  command = echo $k > $out\n")
        for i in range(count):
            file.write(f"build out/{i}: step " + " ".join(f"out/{k}" for k in edges(i, wide)) + f"\n  k = {i}\n")


LUIGI = """import luigi, subprocess

class Step(luigi.Task):
    i = luigi.IntParameter()

    def output(self):
        return luigi.LocalTarget(f"out/{self.i}")

    def run(self):
        self.output().makedirs()
        subprocess.run(["sh", "-c", f"echo {self.i} > {self.output().path}"], check=True)

class All(luigi.WrapperTask):
    def requires(self):
        return [Step(i) for i in range(COUNT)]
"""


def write_luigi(folder, count):
    with open(os.path.join(folder, "steps.py"), "w", encoding="utf-8") as file:
        file.write(LUIGI.replace("COUNT", str(count)))


def luigi_install():
    python = os.path.join(BUILD, "peers/bin/python")
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", os.path.join(BUILD, "peers")], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)


def pawl_command(*more):
    return [PAWL, "run", "--parallel", str(PARALLEL), *more]


def ninja_command():
    return ["ninja", "-j", str(PARALLEL)]


def luigi_command():
    return [os.path.join(BUILD, "peers/bin/python"), "-m", "luigi", "--module", "steps", "All", "--local-scheduler",
            "--workers", str(PARALLEL)]


def best(runs):
    return min(runs, key=lambda run: run["wall"])


def row(work, who, ours, theirs):
    ratio = "" if theirs is None else f"{theirs['wall'] / ours['wall']:.2f} ({theirs['cpu'] / max(ours['cpu'], 1e-3):.2f})"
    shown = "" if theirs is None else f"{theirs['wall'] * 1000:.0f} ({theirs['cpu'] * 1000:.0f}), {theirs['peak_mb']:.0f}"
    print(f"| {work} | {who} | {shown} | {ours['wall'] * 1000:.1f} ({ours['cpu'] * 1000:.1f}), {ours['peak_mb']:.0f} | {ratio} |",
          flush=True)


def told(text):
    print(text, file=sys.stderr, flush=True)


def no_op(size, options):
    """Everything done already. The first run of 100,000 steps takes minutes."""
    ours, theirs = folder_new(f"pawl_{size}"), folder_new(f"ninja_{size}")
    write_pawl(ours, size, False)
    write_ninja(theirs, size, False)
    told(f"no_op: running {size} steps once")
    measure(pawl_command(), ours)
    measure(pawl_command(), ours)  # what the first run learnt is written by the first that changes nothing
    if "ninja" in options.peers:
        measure(ninja_command(), theirs)
    mine, its = [], []
    for _ in range(options.rounds):
        mine.append(measure(pawl_command(), ours))
        if "ninja" in options.peers:
            its.append(measure(ninja_command(), theirs))
    row(f"no-op of {size:,} steps", "ninja", best(mine), best(its) if its else None)


def durable(options):
    """One step, committed and synced; and the cost of a further one in a chain."""
    folder = folder_new("pawl_one")
    chain = folder_new("pawl_chain")
    write_pawl(folder, 1, True, command='"true"\n    cache: false')
    with open(os.path.join(chain, "pawl.yaml"), "w", encoding="utf-8") as file:
        file.write("pipeline: bench\n\nsteps:\n")
        for i in range(101):
            file.write(f'  step_{i}:\n    run: "true"\n    cache: false\n' + (f"    after: [step_{i - 1}]\n" if i else ""))
    one = best([measure(pawl_command(), folder) for _ in range(options.rounds * 5)])
    many = best([measure(pawl_command(), chain) for _ in range(options.rounds)])
    row("one durable step, program start to end", "", one, None)
    row("each further step of a chain", "", {"wall": (many["wall"] - one["wall"]) / 100,
                                              "cpu": (many["cpu"] - one["cpu"]) / 100, "peak_mb": many["peak_mb"]}, None)


def short_peer(who, write, command, ours, options):
    runs = []
    for _ in range(options.rounds):
        folder = folder_new(f"{who}_short")
        write(folder)
        runs.append(measure(command, folder))
    row(f"{options.steps:,} short steps", who, ours, best(runs))


def short(options):
    runs = {}
    for executor in ("process", "sandbox") if shutil.which("bwrap") else ("process",):
        runs[executor] = []
        for _ in range(options.rounds):
            folder = folder_new("pawl_short")
            write_pawl(folder, options.steps, True, executor=executor)
            runs[executor].append(measure(pawl_command(), folder))
    ours = best(runs["process"])
    if "ninja" in options.peers:
        short_peer("ninja", lambda folder: write_ninja(folder, options.steps, True), ninja_command(), ours, options)
    if "luigi" in options.peers:
        luigi_install()
        short_peer("luigi", lambda folder: write_luigi(folder, options.steps), luigi_command(), ours, options)
    if "sandbox" in runs:
        row(f"{options.steps:,} short steps, sandboxed", "", best(runs["sandbox"]), None)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", default="no_op,durable,short")
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default="ninja,luigi")
    options = parser.parse_args()
    jobs = options.jobs.split(",")
    os.makedirs(BUILD, exist_ok=True)
    print("| work | peer | its ms (cpu), peak MB | pawl ms (cpu), peak MB | times faster, wall (cpu) |")
    print("| --- | --- | --- | --- | --- |", flush=True)
    for size in [int(size) for size in options.sizes.split(",")] if "no_op" in jobs else []:
        no_op(size, options)
    if "durable" in jobs:
        durable(options)
    if "short" in jobs:
        short(options)


if __name__ == "__main__":
    main()
