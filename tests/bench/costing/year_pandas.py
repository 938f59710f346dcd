"""The year of large_year.py in pandas: load, divide exactly, divide in floating point, sum
by event. Prints one JSON line of CPU seconds and the checksum of the exact result."""
import json
import pathlib
import sys
import time

import numpy
import pandas


def main():
    folder = pathlib.Path(sys.argv[1])
    marks = [time.process_time()]

    def mark():
        marks.append(time.process_time())

    events = pandas.read_csv(folder / "input/events.csv")
    lines = pandas.read_csv(folder / "input/activity.csv")
    lines["event"] = pandas.Index(events["record_id"]).get_indexer(lines["event_id"])
    amounts = pandas.read_csv(folder / "amounts.csv").set_index("activity")["amount"]
    mark()
    # Largest remainder. Products fit 64 bits here; pandas has nothing wider.
    total = lines.groupby("activity")["quantity"].transform("sum")
    amount = lines["activity"].map(amounts)
    assert float(amount.max()) * float(lines["quantity"].max()) < 2**63
    product = amount * lines["quantity"]
    frame = pandas.DataFrame({"activity": lines["activity"], "event": lines["event"], "amount": amount,
                              "share": product // total, "remainder": product % total})
    frame = frame.sort_values(["activity", "remainder", "event"], ascending=[True, False, True], kind="stable")
    left = frame["amount"] - frame.groupby("activity")["share"].transform("sum")
    frame["share"] += (frame.groupby("activity").cumcount() < left).astype("int64")
    mark()
    floats = lines["quantity"] / total * (amount / 1e8)
    mark()
    by_event = frame.groupby("event")["share"].sum().reindex(range(len(events)), fill_value=0).to_numpy()
    floats.groupby(lines["event"]).sum()
    mark()
    weights = numpy.arange(len(by_event), dtype=numpy.int64) % 97 + 1
    checksum = int(sum(int(part) for part in by_event * weights)) % (2**61 - 1)
    names = ["load_s", "exact_s", "float_s", "totals_s"]
    print(json.dumps({name: marks[i + 1] - marks[i] for i, name in enumerate(names)} | {"checksum": checksum}))


if __name__ == "__main__":
    main()
