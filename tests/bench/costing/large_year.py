#!/usr/bin/env python3
"""A large trust's year on files, against DuckDB, pandas and PostgreSQL doing the same.

Makes a year of activity (by default 25 million lines of 1,200 activities over 2.1 million
events, skewed as real feeds are: few activities have most lines, few lines are large),
costs it with `safehaven cost`, and has the others load the same files and divide the same
amounts over the same lines: once exactly (whole units of 1e-8 pounds, largest remainder)
and once in floating point, with totals by event. The exact results must be equal, or the
benchmark fails. CPU seconds are those of the processes that did the work.

Use: large_year.py --safehaven BINARY [--lines 25000000] [--rounds 1] [--tools duckdb,pandas,postgresql]
                   [--work DIR] [--report FILE]
DuckDB comes from npm (@duckdb/node-api) and PostgreSQL 15 from its Debian packages; a tool
that is not there is left out, and the report says so.
"""
import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import time

import numpy
import pandas

HERE = pathlib.Path(__file__).resolve().parent
ACTIVITY_COUNT, RESOURCE_COUNT = 1200, 40
LINES_PER_EVENT = 12
SEED = 20250401


def make_data(folder, line_count):
    """Events, activity lines (each event and activity at most once), ledger and model."""
    generator = numpy.random.default_rng(SEED)
    event_count = max(line_count // LINES_PER_EVENT, 10)
    inputs, model = folder / "input", folder / "model"
    inputs.mkdir(parents=True)
    model.mkdir()
    days = pandas.date_range("2025-04-01", "2026-03-20").strftime("%Y-%m-%d").to_numpy()
    numbers = pandas.Series(numpy.arange(event_count)).astype(str).str.zfill(8)
    start = generator.integers(0, len(days), event_count)
    events = pandas.DataFrame({"record_id": "E" + numbers, "start_date": days[start], "end_date": days[start],
                               "point_of_delivery": numpy.array(["EL", "DC", "NEL", "NES", "CL", "EC01"])[generator.integers(0, 6, event_count)],
                               "currency": "HRG" + pandas.Series(generator.integers(0, 2000, event_count)).astype(str)})
    events.to_csv(inputs / "events.csv", index=False)
    # Popularity falls with rank, as it does for tests and drugs.
    popularity = 1.0 / numpy.arange(1, ACTIVITY_COUNT + 1) ** 0.8
    pairs = numpy.empty(0, dtype=numpy.int64)
    while len(pairs) < line_count:
        more = int((line_count - len(pairs)) * 1.15) + 1000
        event = generator.integers(0, event_count, more)
        activity = generator.choice(ACTIVITY_COUNT, size=more, p=popularity / popularity.sum())
        pairs = numpy.unique(numpy.concatenate([pairs, event * ACTIVITY_COUNT + activity]))
    pairs = generator.permutation(pairs)[:line_count]
    quantity = numpy.minimum(generator.geometric(0.04, line_count), 4000)
    activity_ids = numpy.array([f"A{i:04}" for i in range(ACTIVITY_COUNT)])
    with open(inputs / "activity.csv", "w", encoding="utf-8") as file:
        file.write("event_id,activity,quantity\n")
        for begin in range(0, line_count, 2_000_000):
            part = slice(begin, min(begin + 2_000_000, line_count))
            frame = pandas.DataFrame({"event_id": ("E" + numbers).to_numpy()[pairs[part] // ACTIVITY_COUNT],
                                      "activity": activity_ids[pairs[part] % ACTIVITY_COUNT], "quantity": quantity[part]})
            frame.to_csv(file, index=False, header=False)
    write_model(model, inputs)


def write_model(model, inputs):
    groups = "[own_patient_care, education_training, research_development, commercial_other, other_organisations_patients]"
    resources = [f"R{i:02}" for i in range(RESOURCE_COUNT)]
    text = ["format: safehaven-cost-model/1", "provider: ZX1", "version: 1",
            "period: {start: 2025-04-01, end: 2026-03-31}", f"cost_groups: {groups}", "pools:"]
    text += [f"  - {{id: support_{i}, name: Support {i}, kind: support}}" for i in range(3)]
    text += [f"  - {{id: pool_{r.lower()}, name: Pool {r}, kind: resource, resource: {r}}}" for r in resources]
    text.append("ledger_map:")
    text += [f"  - {{cost_centre: S{i}, account: '*', to: support_{i}, fraction: '1'}}" for i in range(3)]
    text += [f"  - {{cost_centre: C{i:02}, account: '*', to: pool_r{i:02}, fraction: '1'}}" for i in range(RESOURCE_COUNT)]
    text += ["support_allocation:", "  method: reciprocal", "  order: [support_0, support_1, support_2]", "  statistics:"]
    for i in range(3):
        receivers = [f"support_{j}: {10 + j}" for j in range(3) if j != i]
        receivers += [f"pool_{r.lower()}: {50 + 7 * k}" for k, r in enumerate(resources)]
        text.append(f"    support_{i}: {{{', '.join(receivers)}}}")
    text.append("resources: [" + ", ".join(f"{{id: {r}, name: {r}}}" for r in resources) + "]")
    text.append("activities: [" + ", ".join(f"{{id: A{i:04}, name: Activity {i}}}" for i in range(ACTIVITY_COUNT)) + "]")
    text.append("links:")
    text += [f"  - {{resource: R{i % RESOURCE_COUNT:02}, activity: A{i:04}, share: {100 + i % 37}}}" for i in range(ACTIVITY_COUNT)]
    text += ["drivers: [{activity: '*', feed: activity, column: quantity}]",
             "feeds: [{id: events, dataset: events}, {id: activity, dataset: activity, kind: auxiliary, activity_column: activity}]",
             "matching: {rules: [{id: by_event, feed: activity, key: event, targets: [events]}]}"]
    (model / "model.yaml").write_text("\n".join(text) + "\n", encoding="utf-8")
    (model / "inputs.yaml").write_text("format: safehaven-cost-inputs/1\nledger: {file: ledger.csv}\ndatasets:\n"
                                       "  events: {file: events.csv}\n  activity: {file: activity.csv}\n", encoding="utf-8")
    rows = ["cost_centre,account,amount"] + [f"S{i},5000,{20_000_000 + i}.37" for i in range(3)]
    rows += [f"C{i:02},5000,{36_000_000 + 12_345 * i}.{i:02}" for i in range(RESOURCE_COUNT)]
    (inputs / "ledger.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


class Usage:
    """CPU, wall time and peak memory of one child process."""

    def __init__(self, command, **options):
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.wall = time.monotonic() - begin
        self.user, self.system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
        self.cpu = self.user + self.system
        self.peak_mb = after.ru_maxrss / 1024
        self.out, self.err, self.code = done.stdout, done.stderr, done.returncode
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def seconds_of(text):
    """'1.25s' or '350ms' as absl writes durations."""
    if text.endswith("ms"):
        return float(text[:-2]) / 1e3
    if text.endswith("us"):
        return float(text[:-2]) / 1e6
    if text.endswith("ns"):
        return float(text[:-2]) / 1e9
    return float(text.removesuffix("s")) if "m" not in text else 60 * float(text.split("m")[0]) + float(text.split("m")[1][:-1])


def run_safehaven(binary, folder):
    out = folder / "results"
    shutil.rmtree(out, ignore_errors=True)
    usage = Usage([binary, "cost", "--model", str(folder / "model"), "--input", str(folder / "input"), "--out", str(out),
                   "--lines", "columns", "--key", str(folder / "keys/cost-run.key")])
    stages = {}
    for line in usage.err.splitlines():
        words = line.split()
        if len(words) == 2 and words[0] in ("model", "ledger", "feeds", "costing", "writing"):
            stages[words[0]] = seconds_of(words[1])
    written = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return {"cpu_s": usage.cpu, "user_s": usage.user, "system_s": usage.system, "wall_s": usage.wall,
            "peak_mb": usage.peak_mb, "stages_wall_s": stages, "written_mb": written / 1e6}


def amounts_of(folder):
    """What each activity had to be divided: from our own run, in units of 1e-8 pounds."""
    costs = pandas.read_csv(folder / "results/activity_costs.csv", dtype=str)
    units = costs["cost"].str.replace(".", "", regex=False).astype("int64")
    pandas.DataFrame({"activity": costs["activity"], "amount": units}).to_csv(folder / "amounts.csv", index=False)


def checksum_of_columns(folder):
    """Of our per-event costs, from the columns file: sum of (event number mod 97 + 1) * cost, modulo 2^61 - 1."""
    raw = (folder / "results/cost_lines.columns").read_bytes()
    end = raw.index(b"\n\n")
    header = dict(line.split(" ", 1) for line in raw[:end].decode().splitlines()[1:])
    count = int(header["events"])
    begin = (end + 2 + 7) // 8 * 8
    padded = lambda size: (size + 7) // 8 * 8  # noqa: E731
    at = begin + 4 * padded(4 * count)
    costs = numpy.frombuffer(raw, dtype="<i8", count=count, offset=at)
    return checksum(costs)


def checksum(costs):
    weights = numpy.arange(len(costs), dtype=numpy.int64) % 97 + 1
    return int(sum(int(part) for part in (costs.astype(numpy.int64) * weights))) % (2**61 - 1)


TOOLS = {"pandas": "year_pandas.py", "duckdb": "year_duckdb.mjs", "postgresql": "year_postgresql.py"}


def run_tool(name, folder, work):
    script = HERE / TOOLS[name]
    if name == "duckdb":
        if not (work / "node_modules/@duckdb").exists():
            subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "@duckdb/node-api"], cwd=work, check=True,
                           stdout=subprocess.DEVNULL)
        shutil.copy(script, work / script.name)
        usage = Usage(["node", str(work / script.name), str(folder)], cwd=work)
    else:
        usage = Usage([sys.executable, str(script), str(folder), str(work)])
    result = json.loads(usage.out.strip().splitlines()[-1])
    result.setdefault("cpu_s", usage.cpu)
    result.setdefault("peak_mb", usage.peak_mb)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--safehaven", required=True)
    parser.add_argument("--lines", type=int, default=25_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--tools", default="duckdb,pandas,postgresql")
    parser.add_argument("--work", default="")
    parser.add_argument("--report", default="")
    arguments = parser.parse_args()
    work = pathlib.Path(arguments.work or f"/tmp/safehaven-large-year-{os.getpid()}")
    folder = work / f"year-{arguments.lines}"
    if not folder.exists():
        # In a process of its own: a child's peak memory counts that of its parent at the fork.
        print(f"making {arguments.lines} lines in {folder}", file=sys.stderr)
        making = f"import sys, pathlib; sys.path.insert(0, {str(HERE)!r}); import large_year; " \
                 f"large_year.make_data(pathlib.Path({str(folder)!r}), {arguments.lines})"
        subprocess.run([sys.executable, "-B", "-c", making], check=True)
    report = {"lines": arguments.lines, "input_mb": (folder / "input/activity.csv").stat().st_size / 1e6, "rounds": []}
    tools = [tool for tool in arguments.tools.split(",") if tool]
    for _ in range(arguments.rounds):
        measured = {"safehaven": run_safehaven(arguments.safehaven, folder)}
        amounts_of(folder)
        ours = checksum_of_columns(folder)
        for tool in tools:
            try:
                measured[tool] = run_tool(tool, folder, work)
            except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
                measured[tool] = {"left_out": str(error)[-500:]}
                continue
            if measured[tool]["checksum"] != ours:
                print(f"{tool} has other results than Safehaven: {measured[tool]['checksum']} and {ours}")
                return 1
        report["rounds"].append(measured)
        print(json.dumps(measured), file=sys.stderr)
    def middle(tool, key):
        return statistics.median(r[tool][key] for r in report["rounds"] if key in r[tool])

    report["median_cpu_s"] = {"safehaven": middle("safehaven", "cpu_s")}
    for tool in tools:
        if "left_out" not in report["rounds"][0][tool]:
            report["median_cpu_s"][tool] = {key: middle(tool, key) for key in ("load_s", "exact_s", "float_s", "totals_s", "cpu_s")}
    text = json.dumps(report, indent=2)
    if arguments.report:
        pathlib.Path(arguments.report).write_text(text + "\n", encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
