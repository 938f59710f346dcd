"""The command line used wrongly: exit codes as `safehaven --help` states them."""
import json
import os

import setting
from setting import BAD_INPUT, DAMAGED, DONE, NOT_REACHABLE, NOT_SIGNED_IN, REFUSED, WRONG_USE, Case, new_folder, read, write

QUESTION = ("--approval", setting.APPROVAL, "--list-day", "2025-10-01", "--from", "2025-04-01", "--to", "2026-03-31",
            "--dataset", "acute/apc", "--measure", "cost_per_head", "--dimension", "age_band")


class ExitCodes(Case):
    def run_with(self, context, *arguments):
        return setting.DEMO.run(*arguments, context=write(os.path.join(new_folder(), "context.yaml"), context))

    def context(self):
        return read(setting.DEMO.context)

    def test_wrong_use(self):
        for arguments in ((), ("lode",), ("load",), ("load", "x.yaml"), ("status", "--colour"), ("--output", "xml", "status"),
                          ("register",), ("cost", "--provider", "ZA1"), ("sample", "--persons", "many"),
                          ("sample", "--persons", "9", "--seed", "18446744073709551616", "--out", "x"), ("query",),
                          ("explain", "--approval", "CAG 9-01(a)/2025")):
            with self.subTest(arguments=arguments):
                done = setting.DEMO.run(*arguments)
                self.assertEqual(done.code, WRONG_USE, done)
                self.assertIn("--help", done.err)
        self.assertIn("'lode'", setting.DEMO.run("lode").err)

    def test_help_is_no_failure_and_every_command_has_it(self):
        commands = [(), ("sample",), ("demo-keys",), ("register",), ("register", "plan"), ("register", "apply"), ("objections",),
                    ("objections", "load"), ("load",), ("link",), ("cost",), ("query",), ("explain",), ("entitlements",), ("open",),
                    ("audit",), ("audit", "verify"), ("audit", "reconcile"), ("status",), ("tour",)]
        for command in commands:
            with self.subTest(command=command):
                done = setting.DEMO.run(*command, "--help")
                self.assertEqual(done.code, DONE, done)
                self.assertRegex(done.out, r"Example|Exit codes|Subcommands")

    def test_questions_that_are_none(self):
        ask = ("query", "--commissioner", "ZC1", *QUESTION)
        swapped = {"--list-day": "1 October", "--from": "2025-02-30", "--dataset": "acute/xyz", "--measure": "happiness",
                   "--dimension": "shoe_size"}
        for flag, value in swapped.items():
            arguments = list(ask)
            arguments[arguments.index(flag) + 1] = value
            with self.subTest(flag=flag):
                done = setting.DEMO.run(*arguments, person="amira.analyst")
                self.assertEqual(done.code, BAD_INPUT, done)
        for more, place in ((("--purpose", "curiosity"), "--purpose"), (("--filter", "sex"), "--filter"),
                            (("--operation", "sell"), "--operation")):
            done = setting.DEMO.run(*ask, *more, person="amira.analyst")
            self.assertEqual(done.code, BAD_INPUT, done)
            self.assertIn(place, done.err)
        for missing in ("--approval", "--commissioner", "--list-day", "--from", "--to", "--dataset", "--measure"):
            self.assertIn(missing, setting.DEMO.run("query", person="amira.analyst").err)
        for dimension, wrong in (("sex", "F"), ("age_band", "5-9"), ("month", "April"), ("sector", "hospital")):
            done = setting.DEMO.run(*ask, "--filter", f"{dimension}={wrong}", person="amira.analyst")
            self.refused(done, BAD_INPUT, "FIELD_INVALID", wrong, dimension)

    def test_the_version_is_said_without_a_command(self):
        said = self.accepted(setting.DEMO.run("--version"))
        self.assertRegex(said.out, r"^safehaven \d+\.\d+\.\d+ \(([0-9a-f]{12}|unknown)\)$")

    def test_a_permitted_question_a_refused_one_and_nobodys(self):
        answer = self.accepted(setting.DEMO.run("query", "--commissioner", "ZC1", *QUESTION, "--output", "json", person="amira.analyst"))
        self.assertIn("cost_per_head", answer.rows()[0])
        self.refused(setting.DEMO.run("query", "--commissioner", "ZC1", *QUESTION, person="nora.neighbour"), REFUSED,
                     "DECISION_REFUSED", "recipient")
        explained = setting.DEMO.run("explain", "--commissioner", "ZC1", *QUESTION, "--output", "json", person="nora.neighbour")
        self.refused(explained, REFUSED, "DECISION_REFUSED")
        self.assertEqual(len(explained.rows()), 13)
        self.refused(setting.DEMO.run("query", "--commissioner", "ZC1", *QUESTION), NOT_SIGNED_IN, "TOKEN_UNAVAILABLE", "--as")

    def test_a_refusal_comes_with_what_is_near_and_what_would_be_can_be_asked(self):
        ask = ("--approval", "CAG 9-02(a)/2025", "--purpose", "risk_stratification_planning", "--commissioner", "ZC1",
               "--list-day", "2025-10-01", "--from", "2025-04-01", "--to", "2026-03-31", "--dataset", "acute/apc",
               "--measure", "activity", "--dimension", "age_band")
        beyond = (*ask, "--dataset", "social_care/services")
        near = "leave out the data set social_care/services"
        self.refused(setting.DEMO.run("query", *beyond, person="ruth.risk"), REFUSED, "DECISION_REFUSED", near)
        self.assertIn(near, setting.DEMO.run("explain", *beyond, person="ruth.risk").out)
        found = self.accepted(setting.DEMO.run("nearest-lawful", *beyond, "--output", "json", person="ruth.risk"))
        self.assertEqual(json.loads(found.out)["changes"], [near])
        then = setting.DEMO.run("what-if", *ask, "--then-at", "2031-01-01", person="ruth.risk")
        self.refused(then, REFUSED, "DECISION_REFUSED")
        self.assertIn("PERMITTED would be REFUSED", then.out)
        same = self.accepted(setting.DEMO.run("what-if", *ask, person="ruth.risk"))
        self.assertEqual(same.out, "PERMITTED would be PERMITTED\n")
        for command in ("what-if", "nearest-lawful", "decide"):
            self.assertEqual(setting.DEMO.run(command).code, WRONG_USE)

    def test_contexts_that_do_not_hold(self):
        good = self.context()
        self.refused(self.run_with(good + "colour: red\n", "status"), BAD_INPUT, "CONTEXT_INVALID", "context.yaml", "line", "colour")
        self.refused(self.run_with("a: [", "status"), BAD_INPUT, "CONTEXT_INVALID", "context.yaml", "line 1")
        self.refused(self.run_with("", "status"), BAD_INPUT, "CONTEXT_INVALID", "context.yaml", "line 1")
        self.refused(setting.DEMO.run("status", context="nowhere.yaml"), BAD_INPUT, "FILE_UNREADABLE", "nowhere.yaml")

    def test_a_service_that_is_not_there(self):
        lines = ["gateway: 127.0.0.1:1" if line.startswith("gateway:") else line for line in self.context().splitlines()]
        done = self.run_with("\n".join(lines), "entitlements", "--as", "amira.analyst")
        self.assertEqual(done.code, NOT_REACHABLE, done)

    def test_receipts_that_are_none(self):
        path = os.path.join(setting.DEMO.state, "answer.receipt")
        self.accepted(setting.DEMO.run("audit", "verify", "--receipt", path))
        with open(path, "rb") as file:
            good = file.read()
        flipped = good[:200] + bytes([good[200] ^ 1]) + good[201:]
        for bad, code in ((b"", BAD_INPUT), (b"receipt", BAD_INPUT), (good[:-1], BAD_INPUT), (flipped, DAMAGED)):
            done = setting.DEMO.run("audit", "verify", "--receipt", write(os.path.join(new_folder(), "bad.receipt"), bad))
            self.assertEqual(done.code, code, done)
