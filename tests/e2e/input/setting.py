"""What the cases of bad input share: the one running demo, small files made from its
sample, and the two things that every refusal has to show: its reason and place, and
that nothing has become visible."""
import csv
import io
import itertools
import os
import unittest

APPROVAL = "CAG 9-01(a)/2025"
DONE, WRONG_USE, BAD_INPUT, REFUSED, NOT_SIGNED_IN, NOT_REACHABLE, DAMAGED = 0, 2, 3, 4, 5, 6, 7

# Set by bad_input_test.py before any case runs.
DEMO = None
_numbers = itertools.count(1)


def write(path, content):
    """Writes text or bytes and returns the path."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def new_folder():
    folder = os.path.join(DEMO.folder, f"case-{next(_numbers)}")
    os.makedirs(folder)
    return folder


def leaves():
    """Sizes of the two logs: whatever was accepted is in one of them."""
    rows = DEMO.run("audit", "verify", "--output", "json", person="gwen.guardian").rows()
    return {row["log"]: row["leaves"] for row in rows}


class Case(unittest.TestCase):
    maxDiff = None

    def refused(self, done, code, reason, *places):
        """`done` failed with the exit code and reason, and says each of `places`."""
        self.assertEqual(done.code, code, done)
        self.assertIn(reason + ":", done.err, done)
        for place in places:
            self.assertIn(place, done.err, done)

    def accepted(self, done):
        self.assertEqual(done.code, DONE, done)
        return done


class Extract:
    """A small extract of acute/apc with rows of its own, and its descriptor."""

    ROWS = 100

    def __init__(self):
        self.folder = new_folder()
        source = os.path.join(DEMO.region, "extracts", "acute")
        self.descriptor = read(os.path.join(source, "apc.yaml"))
        table = list(csv.reader(io.StringIO(read(os.path.join(source, "apc.csv")))))
        self.header = table[0]
        rejected = {"2025-02-30"}
        good = [row for row in table[1:] if not rejected.intersection(row) and row[self.at("nhs_number")] and
                not row[self.at("restriction")] and _has_check_digit(row[self.at("nhs_number")])]
        self.rows = [list(row) for row in good[:self.ROWS]]
        for row in self.rows:  # a record id of its own, so that no row replaces another case's
            row[0] = f"T-{next(_numbers)}"
        assert len(self.rows) == self.ROWS, "the sample has too few episodes for a case"

    def at(self, column):
        return self.header.index(column)

    def set(self, row, column, value):
        self.rows[row][self.at(column)] = value

    def text(self, line_end="\n", quote=csv.QUOTE_MINIMAL):
        out = io.StringIO()
        writer = csv.writer(out, lineterminator=line_end, quoting=quote)
        writer.writerow(self.header)
        writer.writerows(self.rows)
        return out.getvalue()

    def write(self, content=None, descriptor=None, rows=None):
        """Writes both files; the path of the descriptor."""
        write(os.path.join(self.folder, "apc.csv"), self.text() if content is None else content)
        if descriptor is None:
            lines = [f"rows: {len(self.rows) if rows is None else rows}" if line.startswith("rows:") else line
                     for line in self.descriptor.splitlines()]
            descriptor = "\n".join(lines) + "\n"
        return write(os.path.join(self.folder, "apc.yaml"), descriptor)

    def load(self, *more, **content):
        return DEMO.run("load", self.write(**content), "--approval", APPROVAL, "--output", "json", *more)

    def rejects(self):
        """The rejects file as (line, column, reason), or None if there is none."""
        path = os.path.join(self.folder, "acute-apc-2025.rejects.csv")
        if not os.path.exists(path):
            return None
        return [(int(row["line"]), row["column"], row["reason"]) for row in csv.DictReader(io.StringIO(read(path)))]


def _has_check_digit(number):
    total = sum(int(digit) * (10 - i) for i, digit in enumerate(number[:9]))
    return (11 - total % 11) % 11 == int(number[9])


def apc_events():
    """How many episodes the services hold, by (service, fact)."""
    return {(row["service"], row["fact"]): row["value"] for row in DEMO.status()
            if row["fact"] in ("events of acute/apc", "records of acute")}
