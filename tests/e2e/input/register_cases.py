"""Register files with faults: the whole directory is refused, with file, line and field."""
import os
import shutil

import setting
from setting import BAD_INPUT, REFUSED, Case, leaves, new_folder, read, write

SIGNED = ("--proposer", "gwen.guardian", "--approver", "carl.caldicott")


class RegisterFiles(Case):
    def setUp(self):
        self.folder = os.path.join(new_folder(), "register")
        shutil.copytree(os.path.join(setting.DEMO.region, "register"), self.folder)

    def apply(self, *signed):
        return setting.DEMO.run("register", "apply", self.folder, *(signed or SIGNED), "--output", "json")

    def plan(self):
        return setting.DEMO.run("register", "plan", self.folder, "--output", "json")

    def change(self, file, old, new):
        path = os.path.join(self.folder, file)
        text = read(path)
        self.assertIn(old, text)
        write(path, text.replace(old, new, 1))
        return path, text

    def check(self, reason, file, old, new, *places):
        """Neither planned nor applied, and nothing of it recorded; mended, it plans."""
        before = leaves()
        path, good = self.change(file, old, new)
        for done in (self.plan(), self.apply()):
            self.refused(done, BAD_INPUT, reason, file, *places)
        self.assertEqual(leaves(), before)
        write(path, good)

    def test_the_permitted_twin_changes_nothing_when_applied_again(self):
        self.assertEqual(self.accepted(self.plan()).rows(), [])
        before = leaves()
        self.assertEqual(self.accepted(self.apply()).rows(), [])
        self.assertLessEqual(int(leaves()["consent"]), int(before["consent"]) + 1)

    def test_who_keeps_the_register_is_told_which_questions_a_change_would_flip(self):
        ask = ("query", "--approval", setting.APPROVAL, "--commissioner", "ZC1", "--list-day", "2025-10-01", "--from",
               "2025-04-01", "--to", "2026-03-31", "--dataset", "acute/apc", "--measure", "activity", "--dimension", "sex")
        self.accepted(setting.DEMO.run(*ask, person="amira.analyst"))
        self.change("approval-pioneer.yaml", "    to: 2030-03-31", "    to: 2025-06-30")
        before = leaves()
        told = self.accepted(setting.DEMO.run("register", "plan", self.folder, "--output", "json", person="gwen.guardian"))
        flips = [row for row in told.rows() if row["change"] == "flip"]
        self.assertTrue(flips)
        self.assertEqual({(row["before"], row["after"], row["reason"]) for row in flips}, {("permitted", "refused", "WINDOW_CLOSED")})
        self.assertIn("distinct questions would flip", told.err)
        without = self.accepted(self.plan())
        self.assertEqual([row["change"] for row in without.rows()], ["change"])
        self.assertIn("--as", without.err)
        self.refused(setting.DEMO.run("register", "plan", self.folder, person="amira.analyst"), REFUSED, "ROLE_REFUSED")
        self.assertEqual(leaves(), before)

    def test_fields_that_are_unknown_repeated_missing_or_of_another_type(self):
        file = "organisations.yaml"
        self.check("REGISTER_FIELD_UNKNOWN", file, "{code: ZC1,", "{colour: red, code: ZC1,", ":4", "colour")
        self.check("REGISTER_FIELD_REPEATED", file, "{code: ZC1,", "{code: ZC1, code: ZC1,", ":4", "code")
        self.check("REGISTER_FIELD_MISSING", file, "{code: ZC1, ", "{", ":4", "code")
        self.check("REGISTER_FIELD_TYPE", file, "{code: ZC1,", "{code: [ZC1],", ":4", "code")
        self.check("REGISTER_FIELD_UNKNOWN", "approval-pioneer.yaml", "    roles: [analyst]",
                   "    roles: [analyst]\n    rolls: [analyst]", "rolls")

    def test_values_that_cannot_be(self):
        self.change("organisations.yaml", "kind: commissioner", "kind: commisioner")
        self.refused(self.apply(), BAD_INPUT, "", "organisations.yaml", ":4", "kind")

    def test_dates_that_contradict_each_other_or_do_not_exist(self):
        before = leaves()
        path, good = self.change("approval-pioneer.yaml", "    from: 2025-04-01\n    to: 2030-03-31", "    from: 2031-04-01\n    to: 2030-03-31")
        self.refused(self.apply(), BAD_INPUT, "", "approval-pioneer.yaml")
        write(path, good)
        self.change("approval-pioneer.yaml", "    to: 2030-03-31\n    next", "    to: 2030-02-30\n    next")
        self.refused(self.apply(), BAD_INPUT, "", "approval-pioneer.yaml", "to")
        self.assertEqual(leaves(), before)

    def test_a_history_that_cannot_have_happened(self):
        before = leaves()
        self.change("approval-pioneer.yaml", "{event: validated, day: 2024-12-09", "{event: validated, day: 2024-11-09")
        self.refused(self.apply(), BAD_INPUT, "", "approval-pioneer.yaml")
        self.assertEqual(leaves(), before)

    def test_references_to_what_is_not_there(self):
        before = leaves()
        self.change("agreements.yaml", "controllers: [ZC1]", "controllers: [ZC9]")
        done = self.apply()
        self.assertIn(done.code, (BAD_INPUT, REFUSED), done)
        for place in ("agreements.yaml", "ZC9"):
            self.assertIn(place, done.err)
        self.assertEqual(leaves(), before)

    def test_text_that_is_not_one_plain_yaml_map(self):
        file = "waivers.yaml"
        good = read(os.path.join(self.folder, file))
        for text in ("", "- a\n", good + "---\n" + good, "a: &x 1\nb: *x\n", "\tformat: x\n", "[" * 50_000,
                     good + "\0", "format: safehaven-register/2\n"):
            with self.subTest(text=text[:12]):
                write(os.path.join(self.folder, file), text)
                done = self.apply()
                self.assertEqual(done.code, BAD_INPUT, done)
                self.assertIn(file, done.err, done)
        write(os.path.join(self.folder, file), good)
        self.accepted(self.apply())

    def test_an_entry_twice_in_two_files_of_subfolders(self):
        inner = os.path.join(self.folder, "more", "again.yml")
        write(inner, read(os.path.join(self.folder, "organisations.yaml")))
        done = self.apply()
        self.assertEqual(done.code, BAD_INPUT, done)
        for place in ("organisations.yaml:4", "again.yml:4", "ZC1"):
            self.assertIn(place, done.err)
        shutil.rmtree(os.path.dirname(inner))
        self.accepted(self.plan())

    def test_a_folder_without_files_and_none_at_all(self):
        for name in os.listdir(self.folder):
            os.remove(os.path.join(self.folder, name))
        self.refused(self.plan(), BAD_INPUT, "FILE_UNREADABLE", self.folder)
        os.rmdir(self.folder)
        self.refused(self.plan(), BAD_INPUT, "REGISTER_DIRECTORY_MISSING", self.folder)

    def test_what_widens_needs_two_people_and_says_so(self):
        before = leaves()
        path, good = self.change("approval-pioneer.yaml", "roles: [analyst]", "roles: [analyst, risk_analyst]")
        self.assertEqual([row["widens access"] for row in self.accepted(self.plan()).rows()], ["yes"])
        for signed in (("--proposer", "gwen.guardian"),
                       ("--proposer", "gwen.guardian", "--approver", "gwen.guardian"),
                       ("--proposer", "amira.analyst", "--approver", "carl.caldicott")):
            with self.subTest(signed=signed):
                done = self.apply(*signed)
                self.assertEqual(done.code, REFUSED, done)
        self.assertEqual(leaves(), before)
        self.accepted(self.apply())
        write(path, good)
        self.accepted(self.apply())
