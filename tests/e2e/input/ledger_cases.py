"""Ledgers and cost models with faults: no run, and no trace of one."""
import os

import setting
from setting import BAD_INPUT, REFUSED, Case, leaves, new_folder, read, write


class LedgersAndModels(Case):
    def setUp(self):
        region = setting.DEMO.region
        self.folder = new_folder()
        self.ledger = read(os.path.join(region, "ledgers", "ZB1.csv"))
        self.model = read(os.path.join(region, "models", "ZB1", "model.yaml"))

    def cost(self, ledger=None, model=None, *more):
        ledger_file = write(os.path.join(self.folder, "ledger.csv"), self.ledger if ledger is None else ledger)
        model_file = write(os.path.join(self.folder, "model.yaml"), self.model if model is None else model)
        return setting.DEMO.run("cost", "--approval", "STANDING/ZB1/costing", "--provider", "ZB1", "--program",
                                "source/ambulance", "--ledger", ledger_file, "--model", model_file, "--from", "2025-04-01",
                                "--to", "2026-03-31", "--dataset", "ambulance/incidents", "--output", "json", *more)

    def check(self, reason, *places, code=BAD_INPUT, ledger=None, model=None):
        """Refused, and neither log says that anything of it was costed."""
        before = leaves()["costing"]
        self.refused(self.cost(ledger, model), code, reason, *places)
        self.assertEqual(leaves()["costing"], before)

    def total(self):
        pence = sum(int(line.rsplit(",", 1)[1].replace(".", "")) for line in self.ledger.splitlines()[1:])
        return f"{pence // 100}.{pence % 100:02d}"

    def swap(self, text, old, new):
        self.assertIn(old, text)
        return text.replace(old, new, 1)

    def test_the_permitted_twin_costs_without_a_difference(self):
        rows = {row["where the money is"]: row["pounds"] for row in self.accepted(self.cost()).rows()}
        self.assertEqual(rows["difference"], "0.00000000")
        self.assertEqual(rows["ledger in"], self.total() + "000000")

    def test_a_ledger_that_does_not_add_up_to_what_the_accounts_say(self):
        before = leaves()
        done = self.cost(self.ledger.rsplit("\n", 2)[0] + "\n", None, "--ledger-total", self.total())
        self.refused(done, BAD_INPUT, "LEDGER_DOES_NOT_ADD_UP", "ledger.csv", self.total(), "difference of")
        self.refused(self.cost(None, None, "--ledger-total", "much"), BAD_INPUT, "FIELD_INVALID", "--ledger-total")
        self.assertEqual(leaves(), before)
        self.accepted(self.cost(None, None, "--ledger-total", self.total()))

    def test_ledgers_that_are_no_ledgers(self):
        lines = self.ledger.splitlines()
        first = lines[1]
        self.check("CSV_EMPTY", "ledger.csv", ledger="")
        self.check("CSV_NUL_BYTE", "ledger.csv", "line 2", ledger=self.swap(self.ledger, first, first + "\0"))
        self.check("CSV_NOT_UTF8", "ledger.csv", ledger=self.ledger.encode() + b"\xff")
        self.check("CSV_QUOTE_UNCLOSED", "ledger.csv", ledger=self.ledger + '"')
        self.check("LEDGER_INVALID", "ledger.csv", "line 1", ledger=self.swap(self.ledger, "cost_centre", "centre"))
        self.check("LEDGER_INVALID", "ledger.csv", ledger=lines[0] + "\n")
        self.check("LEDGER_INVALID", "ledger.csv", "line 2", ledger=self.swap(self.ledger, first, first + ",1"))

    def test_lines_that_cannot_be(self):
        first = self.ledger.splitlines()[1]
        fields = first.split(",")
        for at, value, field in ((0, "ZA1", "provider"), (1, "lower", "cost_centre"), (2, "", "account"),
                                 (-1, "1e3", "amount"), (-1, "1,000.00", ""), (-1, "12.123456789", "amount"), (-1, "", "amount")):
            with self.subTest(field=field, value=value):
                changed = list(fields)
                changed[at] = value
                line = 3 if field == "provider" else 2
                self.check("LEDGER_INVALID", "ledger.csv", f"line {line}", field, ledger=self.swap(self.ledger, first, ",".join(changed)))

    def test_money_that_would_go_astray(self):
        provider = self.ledger.splitlines()[1].split(",")[0]
        self.check("LEDGER_LINE_UNMAPPED", "ledger.csv", "X999", code=REFUSED,
                   ledger=self.ledger + f"{provider},X999,1000,Nobody's,1.00\n")
        unused = self.swap(self.model, "ledger_map:\n", 'ledger_map:\n  - {cost_centre: X999, account: "*", to: %s, fraction: "1"}\n' % self.a_pool())
        self.check("LEDGER_RULE_UNUSED", "ledger.csv", "X999", code=REFUSED, model=unused)

    def a_pool(self):
        return self.model.split("- {id: ", 1)[1].split(",", 1)[0]

    def test_models_that_contradict_themselves(self):
        for old, new, place in (('fraction: "1"', 'fraction: "0.9"', ""), ("version: 1", "version: 1\ncolour: red", "colour"),
                                ("provider: ZB1\n", "", "provider"), ("end: 2026-03-31", "end: 2024-03-31", "period"),
                                ("kind: resource", "kind: resourse", "kind"), (f"to: {self.a_pool()}", "to: nowhere", "nowhere"),
                                ("cost_groups:", "cost_groups: [", "")):
            with self.subTest(new=new):
                self.check("COST_MODEL_INVALID", "model.yaml", place, model=self.swap(self.model, old, new))

    def test_a_model_of_another_provider(self):
        other = read(os.path.join(setting.DEMO.region, "models", "ZM1", "model.yaml"))
        self.check("COST_MODEL_INVALID", "model.yaml", model=other)
