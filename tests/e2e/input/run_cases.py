"""Costing runs as a trust's accountant has them: kept back, compared, published and
explained, at the service and on files alone."""
import csv
import io
import os

import setting
from setting import DONE, Case, leaves, new_folder, read, write

PROVIDER = ("--approval", "STANDING/ZB1/costing", "--provider", "ZB1", "--program", "source/ambulance", "--from", "2025-04-01",
            "--to", "2026-03-31", "--dataset", "ambulance/incidents")


def moved(ledger):
    """The ledger with a thousand pounds moved from its first cost centre to its last."""
    lines = ledger.splitlines()
    for at, pounds in ((1, -1000), (len(lines) - 1, 1000)):
        head, amount = lines[at].rsplit(",", 1)
        lines[at] = f"{head},{int(amount.split('.')[0]) + pounds}.{amount.split('.')[1]}"
    return "\n".join(lines) + "\n"


class RunsAtTheService(Case):
    def setUp(self):
        self.folder = new_folder()
        self.model = os.path.join(setting.DEMO.region, "models", "ZB1", "model.yaml")
        self.ledger = read(os.path.join(setting.DEMO.region, "ledgers", "ZB1.csv"))

    def cost(self, ledger, *more):
        file = write(os.path.join(self.folder, "ledger.csv"), ledger)
        return self.accepted(setting.DEMO.run("cost", *PROVIDER, "--ledger", file, "--model", self.model, *more))

    def runs(self, what, *more):
        return setting.DEMO.run("runs", what, *PROVIDER, *more)

    def listed(self):
        return self.accepted(self.runs("list", "--output", "json")).rows()

    def test_a_draft_is_compared_published_explained_and_superseded(self):
        self.cost(self.ledger)
        first = self.listed()[0]
        self.assertEqual(first["state"], "current")
        before = leaves()["costing"]
        self.assertIn("(draft)", self.cost(moved(self.ledger), "--draft").err)
        draft = self.listed()[0]
        self.assertEqual((draft["state"], self.listed()[1]["state"]), ("draft", "current"))
        compared = self.accepted(self.runs("compare", "--before", first["run"], "--after", draft["run"], "--output", "json"))
        index = [row for row in compared.rows() if row["what"] == "index of all"]
        self.assertEqual(index[0]["before"], "100.000000")
        self.assertIn("events differ", compared.err)
        self.assertIn(f"in place of run {first['run']}", self.accepted(self.runs("publish", "--run", draft["run"])).out)
        self.assertEqual([row["state"] for row in self.listed()[:2]], ["current", "superseded"])
        self.assertEqual(int(leaves()["costing"]), int(before) + 3, "a run, what of it was told, and a publication")
        # The one that is superseded is explained like any other.
        picture = os.path.join(self.folder, "flow.svg")
        explained = self.accepted(self.runs("explain", "--run", first["run"], "--svg", picture, "--index-against", draft["run"]))
        for words in ("cost of all events", "accounts of the ledger", "index "):
            self.assertIn(words, explained.out)
        self.assertIn("<svg", read(picture))
        self.assertEqual(int(leaves()["costing"]), int(before) + 4, "and what of it was explained")
        account = "/".join(self.ledger.splitlines()[1].split(",")[1:3])
        self.assertIn(account.replace("/", " / "), self.accepted(self.runs("explain", "--run", draft["run"], "--account", account)).out)
        self.accepted(self.runs("publish", "--run", first["run"]))
        self.assertEqual([row["state"] for row in self.listed()[:2]], ["superseded", "current"])

    def test_what_is_not_there_is_said(self):
        for arguments in (("publish", "--run", "9999"), ("explain", "--run", "9999"), ("compare", "--before", "9998", "--after", "9999")):
            with self.subTest(arguments=arguments):
                done = self.runs(*arguments)
                self.assertNotEqual(done.code, DONE)
                self.assertIn("RUN_UNKNOWN", done.err)


class RunsOnFiles(Case):
    def run_files(self, *arguments):
        return setting.DEMO.run(*arguments)

    def test_worked_models_of_every_sector_are_kept_changed_and_published(self):
        region = setting.DEMO.region
        for provider in ("ZA1", "ZB1", "ZM1", "ZH1"):
            with self.subTest(provider=provider):
                folder = new_folder()
                model = os.path.join(region, "models", provider, "worked")
                first, second, book = (os.path.join(folder, name) for name in ("first", "second", "book"))
                key = ("--key", os.path.join(folder, "key", "cost-run.key"))
                self.accepted(self.run_files("cost", "--model", model, "--input", region, "--out", first, "--lines", "none", "--keep", *key))
                changed = os.path.join(folder, "model")
                os.makedirs(changed)
                for name in os.listdir(model):
                    text = read(os.path.join(model, name))
                    write(os.path.join(changed, name), text.replace("otherwise: 1", "otherwise: 2"))
                preview = self.accepted(self.run_files("cost", "--since", first, "--model", changed, "--changes", os.path.join(folder, "changes")))
                self.assertIn("nothing is committed", preview.err)
                rows = list(csv.DictReader(io.StringIO(read(os.path.join(folder, "changes", "changes_events.csv")))))
                self.assertGreater(len(rows), 0)
                self.accepted(self.run_files("cost", "--since", first, "--model", changed, "--out", second, "--lines", "none", *key))
                whole = os.path.join(folder, "whole")
                self.accepted(self.run_files("cost", "--model", changed, "--input", region, "--out", whole, "--lines", "none", *key))
                digests = [[line for line in read(os.path.join(run, "certificate.txt")).splitlines() if line.startswith("run ")]
                           for run in (second, whole)]
                self.assertEqual(digests[0], digests[1], "a rerun is the whole run")
                signed_by = ("--public-key", read(os.path.join(first, "certificate.pub")).strip())
                for run in (first, second):
                    self.accepted(self.run_files("cost", "publish", "--run", run, "--book", book, *signed_by, *key))
                states = [row["state"] for row in self.accepted(self.run_files("cost", "published", "--book", book, "--output", "json")).rows()]
                self.assertEqual(states, ["superseded", "current"])
                self.accepted(self.run_files("cost", "explain", "--run", first, "--account", self.account(first)))

    def account(self, run):
        rows = list(csv.DictReader(io.StringIO(read(os.path.join(run, "basis", "ledger.lines.csv")))))
        return f"{rows[0]['cost_centre']}/{rows[0]['account']}"

    def test_whole_people_across_sectors(self):
        region, folder = setting.DEMO.region, new_folder()
        events, links = [], ["sector,record_id,person,certainty"]
        for sector, provider in (("acute", "ZA1"), ("community", "ZH1")):
            out = os.path.join(folder, provider)
            self.accepted(self.run_files("cost", "--model", os.path.join(region, "models", provider), "--input", region, "--out", out,
                                         "--lines", "csv", "--key", os.path.join(folder, "key", "cost-run.key")))
            events += ["--events", f"{sector}={out}/events.csv"]
            rows = csv.DictReader(io.StringIO(read(os.path.join(out, "events.csv"))))
            links += [f"{sector},{row['event']},{1 + at % 300},{'probable' if at % 9 == 0 else 'certain'}" for at, row in enumerate(rows)]
        people = ["person,segment,long_term_conditions,index_day"]
        people += [f"{n},{'older' if n % 3 == 0 else 'younger'},{n % 11},{'2025-12-01' if n % 4 == 0 else ''}" for n in range(1, 401)]
        write(os.path.join(folder, "crosswalk.csv"), "\n".join(links) + "\n")
        write(os.path.join(folder, "people.csv"), "\n".join(people) + "\n")
        write(os.path.join(folder, "planned.csv"), "segment,persons\nolder,500\nyounger,900\n")
        out = os.path.join(folder, "whole")
        self.accepted(self.run_files("whole-person", *events, "--crosswalk", os.path.join(folder, "crosswalk.csv"), "--people",
                                     os.path.join(folder, "people.csv"), "--planned", os.path.join(folder, "planned.csv"), "--out", out))
        for name in ("segments", "sectors", "conditions", "concentration", "before_index", "coverage", "budget"):
            self.assertGreater(len(read(os.path.join(out, name + ".csv")).splitlines()), 2, name)
