#!/usr/bin/env python3
"""The hospital month: an open-source costing engine's own model, expressed as ours.

Reads shared/data/costing/hospital_month (russellmcdonell/Clinical-Costing, MIT): one
month of a small hospital with ledger, activity, itemised feeds, cost model and the
engine's results. Writes a model folder and an input folder in Safehaven's formats,
runs `safehaven cost` on them, and compares every account, undistributed cost, service
total and episode with the engine's results, within its rounding to five decimals per
cost line. Ours must reconcile with a difference of exactly 0.

How the engine's terms are said in ours (docs/costing.md has the prose):
- a department's account becomes a pool and, if nobody redistributes it, a resource;
- moves by amount, by feeder and by fraction become rules of the ledger map;
- its two levels of disbursement become support pools that step down, in two waves;
- a statistic below 0 (pay that was moved out of a department beforehand) is refused by
  us, so that pool is divided in two by amount: one part for the departments above 0,
  a negative one for those below; their sum is the pool;
- a distribution code becomes an activity; its event attributes become drivers with
  filters, factors and rows of auxiliary feeds that name their episode;
- a same-day stay counts once, in the ward of admission, as the engine does.

Use: hospital_month.py SHARED SAFEHAVEN [--keep DIR]
"""
import csv
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Decimal

MONEY = Decimal("0.00000001")
FIVE = Decimal("0.00001")
SERVICES = {"Inpat": "inpat", "ED": "ed", "Clinic": "clinic"}
ITEM_FILES = {"transfer": "ambulance_transfers", "pathology": "pathology_tests", "radiology": "radiology_examinations",
              "vmo": "vmo_payments", "prosthetic": "prosthetic_devices"}
SKIPPED = 77


def money(text):
    return Decimal(text).quantize(MONEY, rounding=ROUND_HALF_EVEN)


def plain(amount):
    """Decimal text without an exponent, which Decimal gives to zeros."""
    return f"{amount:f}"


class Source:
    """The engine's files."""

    def __init__(self, folder):
        self.folder = folder

    def rows(self, name):
        with open(self.folder / f"{name}.csv", newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def items(self, feeder):
        return self.rows(f"input/costs__{ITEM_FILES[feeder]}")


class Ledger:
    """The ledger map: from raw accounts to the engine's departments and cost types."""

    def __init__(self, source):
        self.raw = defaultdict(Decimal)
        for row in source.rows("input/costs__general_ledger_costs"):
            self.raw[row["department_code"], row["cost_type_code"]] += money(row["cost"])
        self.departments = {r["from_department_code"]: r["to_department_code"]
                            for r in source.rows("input/model__department_grouping")}
        self.types = {r["from_cost_type_code"]: r["to_cost_type_code"]
                      for r in source.rows("input/model__cost_type_grouping")}
        self.types_of = {(r["department_code"], r["from_cost_type_code"]): r["to_cost_type_code"]
                         for r in source.rows("input/model__department_cost_type_grouping")}
        self.mapping = {(r["from_department_code"], r["from_cost_type_code"]): (r["to_department_code"], r["to_cost_type_code"])
                        for r in source.rows("input/model__general_ledger_mapping")}
        self.amounts = defaultdict(list)  # raw account -> [(target, amount)]
        feeders = {r["feeder_code"]: (r["new_department_code"], r["new_cost_type_code"])
                   for r in source.rows("input/model__feeder_model")}
        for feeder, target in feeders.items():
            sums = defaultdict(Decimal)
            for item in source.items(feeder):
                sums[item["department_code"], item["cost_type_code"]] += money(item["amount"])
            for account, amount in sums.items():
                self.amounts[account].append((target, amount))
        for row in source.rows("input/costs__general_ledger_run_adjustments"):
            account = row["from_department_code"], row["from_cost_type_code"]
            self.amounts[account].append(((row["to_department_code"], row["to_cost_type_code"]), money(row["amount"])))

    def target(self, account):
        if account in self.mapping:
            return self.mapping[account]
        department = self.departments.get(account[0], account[0])
        kind = self.types_of.get((department, account[1]), self.types.get(account[1], "other"))
        return department, kind

    def built(self):
        pools = defaultdict(Decimal)
        for account, total in self.raw.items():
            for target, amount in self.amounts[account]:
                pools[target] += amount
                total -= amount
            pools[self.target(account)] += total
        return pools


class Support:
    """Two waves of step-down: each account first to all, then what came back to the rest."""

    def __init__(self, source, built):
        self.receivers = defaultdict(list)
        totals, pay = defaultdict(Decimal), defaultdict(Decimal)
        for (department, kind), amount in built.items():
            totals[department] += amount
            if kind == "wages":
                pay[department] += amount
        for row in source.rows("input/model__general_ledger_attributes"):
            code, department = row["general_ledger_attribute_code"], row["department_code"]
            # Statistics that are costs follow the ledger of the month, not last year's.
            weight = totals[department] if code.startswith("total") else (
                pay[department] if code == "wages" else Decimal(row["general_ledger_attribute_weight"]))
            self.receivers[code].append(((department, row["cost_type_code"]), int(weight.quantize(FIVE).scaleb(5))))
        self.waves = {}
        for row in source.rows("input/model__general_ledger_disbursement"):
            self.waves[row["department_code"], row["cost_type_code"]] = (int(row["disbursement_level"]),
                                                                         row["general_ledger_attribute_code"])
        self.departments = {department for department, _ in self.waves}

    def statistics(self, pool):
        wave, code = self.waves[pool]
        return [(receiver, weight) for receiver, weight in self.receivers[code]
                if weight != 0 and receiver != pool and not (wave == 2 and receiver[0] in self.departments)]


def conditions(text):
    """The engine's where clause as filters: column -> (is excluding, values)."""
    filters = []
    for part in re.split(r"\s+and\s+", text.strip().strip("()") if text.startswith("((") else text.strip()):
        match = re.fullmatch(r'\(?\w+\.(\w+)\s*(=|in|not in)\s*\(?\s*((?:"[^"]*",?\s*)+)\)?\)?', part.strip())
        if not match:
            raise ValueError(f"cannot express {text!r}")
        filters.append((match[1], match[2] == "not in", re.findall(r'"([^"]*)"', match[3])))
    return filters


# The engine's subroutines: feed, number column, fixed filter.
SUBROUTINES = {
    "ipwardbdays": ("ward_stays", "bed_days", None),
    "ipwardbhrs": ("ward_stays", "bed_hours", None),
    "ipwardsday": ("ward_stays", "same_day", None),
    "anaesthmin": ("theatre_visits", "anaesthetic_minutes", None),
    "theatremin": ("theatre_visits", "theatre_minutes", None),
    "ipadmissions": ("movements", "count", ("kind", False, ["admission"])),
    "ipdischarges": ("movements", "count", ("kind", False, ["discharge"])),
    "EDadmissions": ("ed_movements", "count", ("kind", False, ["admission"])),
    "EDdischarges": ("ed_movements", "count", ("kind", False, ["discharge"])),
    "EDattendmin": ("ed_times", "attend_minutes", None),
    "EDseenmin": ("ed_times", "seen_minutes", None),
    "EDtreatmin": ("ed_times", "treat_minutes", None),
    "opclinicmin": ("clinic_visits", "attend_minutes", None),
}


class Events:
    """Distribution codes as activities with drivers."""

    def __init__(self, source):
        self.attributes = defaultdict(list)
        for row in source.rows("input/model__event_attributes"):
            self.attributes[row["event_code"]].append(row)
        self.type_of = {r["event_code"]: r["event_type_code"] for r in source.rows("input/model__event_codes")}
        self.wards = sorted((r["ward_code"] for r in source.rows("input/hospital__wards")), key=len, reverse=True)
        self.clinics = [r["clinic_code"] for r in source.rows("input/hospital__clinics")]

    def drivers(self, code):
        """(feed, column, factor, filters) of a distribution code."""
        if code in ITEM_FILES:
            return [("items", "amount", 1, [("feeder", False, [code])])]
        if self.type_of.get(code) == "other":
            return self.from_attributes(code, None)
        for kind, places, column in (("ward", self.wards, "ward_code"), ("clinic", self.clinics, "clinic_code")):
            for place in places:
                if code.startswith(place) and kind + code[len(place):] in self.attributes:
                    return self.from_attributes(kind + code[len(place):], (column, False, [place]))
        raise ValueError(f"no events for {code}")

    def from_attributes(self, event, place):
        drivers = []
        rows = self.attributes[event]
        scale = 10 if any("." in row["event_attribute_weight"] for row in rows) else 1
        for row in rows:
            feed, column, fixed = SUBROUTINES[row["event_subroutine_name"]]
            filters = conditions(row["event_where"]) if row["event_where"] else []
            filters += [extra for extra in (fixed, place) if extra]
            factor = int(Decimal(row["event_attribute_weight"]) * scale)
            if row["event_attribute_base"] != "0" or factor <= 0:
                raise ValueError(f"cannot express the weight of {event}")
            drivers.append((feed, column, factor, filters))
        return drivers


def pool_id(pool):
    return re.sub(r"[^a-z0-9]+", "_", f"p_{pool[0]}_{pool[1]}".lower().replace("&", "and"))


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Translator:
    """Writes the model and input folders."""

    def __init__(self, source, out):
        self.source, self.out = source, out
        self.ledger = Ledger(source)
        self.built = self.ledger.built()
        self.support = Support(source, self.built)
        self.events = Events(source)
        self.links = defaultdict(list)  # pool -> [(code, share)]
        for row in source.rows("input/model__general_ledger_distribution"):
            share = Decimal(row["distribution_fraction"]).quantize(FIVE)
            self.links[row["department_code"], row["cost_type_code"]].append((row["distribution_code"], int(share.scaleb(5))))
        for feeder in ("pathology", "radiology", "transfer", "vmo"):
            pool = next(r for r in source.rows("input/model__feeder_model") if r["feeder_code"] == feeder)
            self.links[pool["new_department_code"], pool["new_cost_type_code"]].append((f"invoices {feeder}", 1))

    def pools(self):
        pools = set(self.built) | set(self.support.waves)
        for sender in self.support.waves:
            pools |= {receiver for receiver, _ in self.support.statistics(sender)}
        return sorted(pools)

    def split_pay(self):
        """HR's pool in two parts: its statistic, pay, is below 0 in some departments."""
        senders = [pool for pool in self.support.waves if pool[0] == "HR" and pool in self.built]
        weights = [weight for _, weight in self.support.statistics(senders[0])]
        total = sum(self.built[pool] for pool in senders)
        above = sum(weight for weight in weights if weight > 0)
        minus = (total - total * above / sum(weights)).quantize(MONEY)
        return minus

    def write(self):
        (self.out / "model").mkdir(parents=True)
        (self.out / "input").mkdir()
        self.write_model()
        self.write_inputs()
        self.write_feeds()

    def write_model(self):
        pools = self.pools()
        support = sorted((pool for pool in self.support.waves), key=lambda pool: (self.support.waves[pool][0], pool))
        resources = [pool for pool in pools if pool not in self.support.waves]
        resource_ids = {pool: f"R{i:03}" for i, pool in enumerate(resources)}
        codes = sorted({code for pool in resources for code, _ in self.links[pool]})
        activity_ids = {code: f"A{i:03}" for i, code in enumerate(codes)} | {None: "NODRIV"}
        lines = ["format: safehaven-cost-model/1", "provider: ZX1", "version: 1",
                 "period: {start: 1997-06-01, end: 1997-06-30}", "cost_groups:"]
        lines += [f"  - {group}" for group in ("own_patient_care", "education_training", "research_development",
                                               "commercial_other", "other_organisations_patients")]
        lines.append("pools:")
        for pool in pools:
            kind = "support" if pool in self.support.waves else f"resource, resource: {resource_ids[pool]}"
            lines.append(f"  - {{id: {pool_id(pool)}, name: {quoted(' '.join(pool))}, kind: {kind}}}")
        lines.append("  - {id: pay_below_0, name: Part of HR for departments with pay below 0, kind: support}")
        lines += ["ledger_map: {file: ledger_map.csv}", "support_allocation:", "  method: step_down",
                  "  order: [pay_below_0, " + ", ".join(pool_id(pool) for pool in support) + "]",
                  "  statistics: {file: statistics.csv}", "resources:"]
        lines += [f"  - {{id: {resource_ids[pool]}, name: {quoted(' '.join(pool))}}}" for pool in resources]
        lines.append("activities:")
        lines += [f"  - {{id: {activity_ids[code]}, name: {quoted(code)}}}" for code in codes]
        lines += ["  - {id: NODRIV, name: Left undistributed}", "links:"]
        for pool in resources:
            for code, share in self.links[pool] or [(None, 1)]:
                lines.append(f"  - {{resource: {resource_ids[pool]}, activity: {activity_ids[code]}, share: {share}}}")
        lines.append("drivers:")
        for code in codes:
            if code.startswith("invoices "):
                drivers = [("items", "amount", 1, [("feeder", False, [code.split()[1]])])]
            else:
                drivers = self.events.drivers(code)
            for feed, column, factor, filters in drivers:
                text = f"activity: {activity_ids[code]}, feed: {feed}, column: {column}, factor: {factor}"
                for key, is_excluding in (("where", False), ("where_not", True)):
                    chosen = [f"{c}: [{', '.join(quoted(v) for v in sorted(set(values)))}]"
                              for c, excluding, values in filters if excluding == is_excluding]
                    text += f", {key}: {{{', '.join(chosen)}}}" if chosen else ""
                lines.append(f"  - {{{text}}}")
        lines.append("feeds:")
        lines += [f"  - {{id: {feed}, dataset: {feed}}}" for feed in SERVICES.values()]
        targets = {"ward_stays": "inpat", "theatre_visits": "inpat", "movements": "inpat", "ed_movements": "ed",
                   "ed_times": "ed", "clinic_visits": "clinic", "items": "inpat, ed, clinic"}
        lines += [f"  - {{id: {feed}, dataset: {feed}, kind: auxiliary}}" for feed in targets]
        lines += ["matching:", "  rules:"]
        lines += [f"    - {{id: {feed}_by_episode, feed: {feed}, key: event, targets: [{target}]}}"
                  for feed, target in targets.items()]
        (self.out / "model/model.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.write_ledger_map()
        self.write_statistics(support)

    def write_table(self, path, header, rows):
        with open(self.out / path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)

    def write_ledger_map(self):
        rows = []
        minus_left = self.split_pay()
        for account in sorted(self.ledger.raw):
            for target, amount in self.ledger.amounts[account]:
                rows.append([*account, pool_id(target), plain(amount), ""])
            target = self.ledger.target(account)
            if target[0] == "HR" and minus_left:
                rows.append([*account, "pay_below_0", plain(minus_left), ""])
                minus_left = Decimal(0)
            rows.append([*account, pool_id(target), "", "1"])
        self.write_table("model/ledger_map.csv", ["cost_centre", "account", "to", "amount", "fraction"], rows)

    def write_statistics(self, support):
        rows = []
        for pool in support:
            rows += [[pool_id(pool), pool_id(receiver), weight]
                     for receiver, weight in self.support.statistics(pool) if weight > 0]
        pay = next(pool for pool in support if pool[0] == "HR" and self.support.waves[pool][0] == 1)
        rows += [["pay_below_0", pool_id(receiver), -weight]
                 for receiver, weight in self.support.statistics(pay) if weight < 0]
        self.write_table("model/statistics.csv", ["sender", "receiver", "weight"], rows)

    def write_inputs(self):
        lines = ["format: safehaven-cost-inputs/1", "audited_total: " + plain(sum(self.ledger.raw.values())),
                 "ledger: {file: ledger.csv}", "datasets:"]
        day = "constants: {start_date: 1997-06-30}"
        lines += [f"  {feed}: {{file: {feed}.csv, {day}}}" for feed in SERVICES.values()]
        lines += [f"  {feed}: {{file: {feed}.csv}}"
                  for feed in ("ward_stays", "theatre_visits", "movements", "ed_movements", "ed_times", "clinic_visits")]
        lines.append("  items: {file: items.csv, decimals: {amount: 5}}")
        (self.out / "model/inputs.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.write_table("input/ledger.csv", ["cost_centre", "account", "amount"],
                         [[*account, plain(amount)] for account, amount in sorted(self.ledger.raw.items())])

    def write_feeds(self):
        episodes = {r["episode_no"]: r for r in self.source.rows("input/activity__Inpat_episode_details")}
        emergencies = self.source.rows("input/activity__ED_episode_details")
        clinics = self.source.rows("input/activity__Clinic_activity_details")
        for feed, numbers in (("inpat", list(episodes)), ("ed", [r["episode_no"] for r in emergencies]),
                              ("clinic", sorted({r["episode_no"] for r in clinics}))):
            self.write_table(f"input/{feed}.csv", ["record_id"], [[number] for number in numbers])
        facts = ["clinical_specialty", "admitting_ward_code", "admitting_doctor_code"]
        stays = []
        for row in self.source.rows("input/activity__Inpat_patient_location"):
            episode, acuity = episodes[row["episode_no"]], int(row["acuity"])
            same_day = int(episode["same_day"] == "1" and row["ward_code"] == episode["admitting_ward_code"])
            stays.append([row["episode_no"], row["ward_code"], *(episode[fact] for fact in facts),
                          int(row["ward_days"]) * acuity, int(row["ward_hours"]) * acuity, same_day * acuity])
        self.write_table("input/ward_stays.csv", ["event_id", "ward_code", *facts, "bed_days", "bed_hours", "same_day"], stays)
        self.write_table("input/theatre_visits.csv",
                         ["event_id", "theatre_code", "anaesth_code", "theatre_minutes", "anaesthetic_minutes"],
                         [[r["episode_no"], r["theatre_code"], r["anaesth_code"],
                           int(r["theatre_mins"]) * int(r["theatre_acuity"]),
                           int(r["anaesthetic_mins"]) * int(r["theatre_acuity"])]
                          for r in self.source.rows("input/activity__Inpat_theatre_details")])
        moves = [[r["episode_no"], kind, episodes[r["episode_no"]]["clinical_specialty"]]
                 for kind in ("admission", "discharge")
                 for r in self.source.rows(f"input/activity__Inpat_{kind}s") if r["episode_no"] in episodes]
        self.write_table("input/movements.csv", ["event_id", "kind", "clinical_specialty"], moves)
        moves = [[r["episode_no"], kind] for kind in ("admission", "discharge")
                 for r in self.source.rows(f"input/activity__ED_{kind}s")]
        self.write_table("input/ed_movements.csv", ["event_id", "kind"], moves)
        self.write_table("input/ed_times.csv", ["event_id", "doctor_code", "attend_minutes", "seen_minutes", "treat_minutes"],
                         [[r["episode_no"], r["doctor_code"],
                           *(int(r[c]) * int(r["acuity"]) for c in ("attend_min", "seen_min", "treat_min"))]
                          for r in emergencies])
        self.write_table("input/clinic_visits.csv", ["event_id", "clinic_code", "attend_minutes"],
                         [[r["episode_no"], r["clinic_code"], int(r["attend_min"]) * int(r["acuity"])] for r in clinics])
        self.write_table("input/items.csv", ["event_id", "feeder", "amount"],
                         [[r["episode_no"], feeder, plain(Decimal(r["amount"]).quantize(FIVE))]
                          for feeder in ITEM_FILES for r in self.source.items(feeder)])


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Comparison:
    def __init__(self):
        self.faults = []
        self.largest = defaultdict(Decimal)

    def check(self, what, name, ours, theirs, tolerance):
        difference = abs(ours - theirs)
        self.largest[what] = max(self.largest[what], difference)
        if difference > tolerance:
            self.faults.append(f"{what} {name}: ours {ours}, theirs {theirs}")


def compare(source, results):
    comparison = Comparison()
    pools = {row["name"]: row for row in read(results / "pools.csv")}
    for row in source.rows("oracle/gl_disbursed_cascade"):
        name = f"{row['department_code']} {row['cost_type_code']}"
        # It rounds every share it hands on; no account receives from more than 16 others.
        comparison.check("account", name, Decimal(pools[name]["after_support"]), Decimal(row["cost"]), 16 * FIVE)
    left = {row["resource_name"]: Decimal(row["undistributed"]) for row in read(results / "activity_costs.csv")
            if row["activity"] == "NODRIV"}
    for row in source.rows("oracle/gl_undistributed_cascade"):
        name = f"{row['department_code']} {row['cost_type_code']}"
        comparison.check("undistributed", name, left.get(name, Decimal(0)), Decimal(row["cost"]), FIVE)
    events = {(row["feed"], row["event"]): Decimal(row["cost"]) for row in read(results / "events.csv")}
    totals = defaultdict(Decimal)
    for row in source.rows("oracle/episode_costs_cascade"):
        ours = events[SERVICES[row["service_code"]], row["episode_no"]]
        totals[row["service_code"]] += ours
        # Its accounts are rounded, and so is each of the episode's cost lines.
        comparison.check("episode", row["episode_no"], ours, Decimal(row["cost"]), (int(row["n_event_costs"]) + 10) * FIVE)
    for row in source.rows("oracle/service_totals_cascade"):
        comparison.check("service", row["service_code"], totals[row["service_code"]], Decimal(row["cost"]),
                         int(row["n_event_costs"]) * FIVE)
    for row in read(results / "reconciliation.csv"):
        if row["part"] in ("stage", "total") and Decimal(row["difference"]) != 0:
            comparison.faults.append(f"{row['name']} does not conserve")
    return comparison


def main():
    shared, safehaven = pathlib.Path(os.environ.get("SAFEHAVEN_SHARED", sys.argv[1])), sys.argv[2]
    folder = shared / "data/costing/hospital_month"
    if not folder.exists():
        print(f"SKIPPED: shared data are absent: {folder}")
        return SKIPPED
    source = Source(folder)
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(sys.argv[4] if len(sys.argv) > 4 else scratch + "/month")
        Translator(source, out).write()
        begin = time.monotonic()
        subprocess.run([safehaven, "cost", "--model", str(out / "model"), "--input", str(out / "input"), "--out",
                        str(out / "results"), "--key", str(out / "keys/cost-run.key")], check=True)
        seconds = time.monotonic() - begin
        comparison = compare(source, out / "results")
    for what, difference in comparison.largest.items():
        print(f"{what}: largest difference {difference}")
    print(f"difference of our own run 0, {seconds:.3f} s")
    for fault in comparison.faults[:20]:
        print(fault)
    return 1 if comparison.faults else 0


if __name__ == "__main__":
    sys.exit(main())
