"""Files of objections with faults."""
import csv
import io
import os

import setting
from setting import BAD_INPUT, NOT_SIGNED_IN, REFUSED, Case, leaves, new_folder, read, write

HEADER = "nhs_number,effective_date,received_date,source_system,capacity"
SET = "programme:CAG 9-01(a)/2025"


def row(count, effective="2026-03-01", received="2026-03-02"):
    """An objection of somebody whom the region does not have, which is no fault."""
    base = f"9999{count:05d}"
    total = sum(int(digit) * (10 - i) for i, digit in enumerate(base))
    digit = (11 - total % 11) % 11
    return None if digit == 10 else f"{base}{digit},{effective},{received},programme_office,self"


def rows(count):
    """`count` good rows."""
    made = []
    number = 10
    while len(made) < count:
        number += 1
        if row(number):
            made.append(row(number))
    return made


class ObjectionFiles(Case):
    def load(self, content, *more, objections=SET, person="dana.engineer"):
        self.path = write(os.path.join(new_folder(), "objections.csv"), content)
        return setting.DEMO.run("objections", "load", self.path, "--set", objections, "--output", "json", *more, person=person)

    def rejects(self):
        path = self.path.replace(".csv", ".rejects.csv")
        if not os.path.exists(path):
            return None
        return [(int(fault["line"]), fault["column"], fault["reason"]) for fault in csv.DictReader(io.StringIO(read(path)))]

    def check(self, reason, content, *places):
        before = leaves()
        done = self.load(content)
        self.refused(done, BAD_INPUT, reason, self.path, *places)
        self.assertEqual(leaves(), before)

    def text(self, lines):
        return "\n".join([HEADER, *lines]) + "\n"

    def test_the_permitted_twin_is_acknowledged_in_one_leaf(self):
        before = int(leaves()["consent"])
        outcome = self.accepted(self.load(self.text(rows(3)))).rows()[0]
        self.assertEqual((outcome["acknowledged"], outcome["rejected"], outcome["rejects file"]), ("3", "0", ""))
        self.assertEqual(int(leaves()["consent"]), before + 1)

    def test_faults_of_the_file_refuse_it_whole(self):
        good = self.text(rows(3))
        self.check("CSV_EMPTY", "", "line 1")
        self.check("CSV_NUL_BYTE", good + "\0", "line 5")
        self.check("CSV_NOT_UTF8", good.encode() + b"\xff\n", "line 5")
        self.check("CSV_NOT_UTF8", "\ufeff" + good, "line 1")
        self.check("CSV_QUOTE_UNCLOSED", good + '"', "line 5")
        self.check("CSV_LINE_TOO_LONG", good + "9" * 70_000, "line 5")
        self.check("OBJECTION_COLUMNS", good.replace("received_date", "received"), "line 1", "'received_date'")
        self.check("OBJECTION_COLUMNS", good.replace("capacity", "mood"), "line 1", "column 5")
        self.check("OBJECTION_COLUMNS", good.split("\n", 1)[1], "line 1", "'nhs_number'")

    def test_faulty_rows_go_to_the_rejects_file_and_too_many_hand_in_nothing(self):
        good = rows(97)
        number = good[0].split(",")[0]
        faulty = {"9990000011,2026-03-01,2026-03-02,spine,self": ("nhs_number", "NHS_NUMBER_CHECK_DIGIT"),
                  "999,2026-03-01,2026-03-02,spine,self": ("nhs_number", "NHS_NUMBER_MALFORMED"),
                  "4000000004,2026-03-01,2026-03-02,spine,self": ("nhs_number", "NHS_NUMBER_NOT_DEMO"),
                  f"{number},2026-02-30,2026-03-02,spine,self": ("effective_date", "DATE_INVALID"),
                  f"{number},2026-03-01,,spine,self": ("received_date", "DATE_INVALID"),
                  f"{number},2026-03-02,2026-03-01,spine,self": ("received_date", "DATES_CONTRADICT"),
                  f"{number},2026-03-01": ("", "CSV_FIELD_COUNT")}
        for text, (column, reason) in faulty.items():
            with self.subTest(reason=reason):
                self.check("OBJECTION_TOO_MANY_FAULTS", self.text(good + [text] * 3), "3 of 100", "objections.rejects.csv")
                self.assertEqual(self.rejects(), [(line, column, reason) for line in (99, 100, 101)])
                self.assertNotIn(text[:9], read(self.path.replace(".csv", ".rejects.csv")))
        text, (column, reason) = next(iter(faulty.items()))
        outcome = self.accepted(self.load(self.text(good + rows(98)[97:] + [text] * 2))).rows()[0]
        self.assertEqual((outcome["acknowledged"], outcome["rejected"]), ("98", "2"))
        self.assertEqual(self.rejects(), [(100, column, reason), (101, column, reason)])

    def test_a_fault_in_what_is_not_read_costs_nobody_the_objection(self):
        self.accepted(self.load(self.text([line.replace("programme_office,self", ",") for line in rows(2)])))

    def test_a_set_that_is_none(self):
        before = leaves()
        self.refused(self.load(self.text(rows(1)), objections="nationall"), BAD_INPUT, "FIELD_INVALID", "--set")
        self.assertEqual(leaves(), before)

    def test_a_programme_that_the_register_does_not_have_is_refused(self):
        before = leaves()
        content = "\n".join([HEADER, *rows(3)]) + "\n"
        for unknown in ("programme:", "programme:CAG 9-99/2025", "programme:  lol"):
            with self.subTest(set=unknown):
                done = self.load(content, objections=unknown)
                self.refused(done, BAD_INPUT, "OBJECTION_SET_UNKNOWN")
        self.assertEqual(leaves(), before)
        # Its approval, printed in another way, is the same programme.
        self.accepted(self.load(content, objections="programme:CAG9-01(a)/2025"))

    def test_only_those_who_may_hand_them_in(self):
        before = leaves()
        self.refused(self.load(self.text(rows(1)), person="amira.analyst"), REFUSED, "ROLE_REFUSED")
        self.refused(self.load(self.text(rows(1)), person=None), NOT_SIGNED_IN, "TOKEN_UNAVAILABLE", "--as")
        self.refused(self.load(self.text(rows(1)), person="nobody"), NOT_SIGNED_IN, "TOKEN_UNAVAILABLE", "nobody")
        self.assertEqual(leaves(), before)
