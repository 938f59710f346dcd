"""Extracts with faults: of the file, of rows, of the descriptor."""
import csv
import os

import setting
from setting import APPROVAL, BAD_INPUT, REFUSED, Case, Extract, apc_events, new_folder, read, write


class AFaultOfTheFileRefusesItWhole(Case):
    def check(self, reason, *places, extract=None, **content):
        """The load is refused with nothing visible and no rejects file; without its fault
        the same file loads."""
        extract = extract or Extract()
        before = apc_events()
        self.refused(extract.load(**content), BAD_INPUT, reason, os.path.join(extract.folder, "apc.csv"), *places)
        self.assertIsNone(extract.rejects())
        self.assertEqual(apc_events(), before)

    def lines(self):
        extract = Extract()
        return extract, extract.text().split("\n")

    def changed(self, line, change):
        """The text of an extract with one line (from 1, the header) changed."""
        extract, lines = self.lines()
        lines[line - 1] = change(lines[line - 1])
        return {"extract": extract, "content": "\n".join(lines)}

    def test_the_permitted_twin_loads_and_is_counted_once(self):
        extract = Extract()
        before = apc_events()
        row = self.accepted(extract.load()).rows()[0]
        self.assertEqual((row["read"], row["sent"], row["rejected"]), ("100", "100", "0"))
        after = apc_events()
        for key, count in before.items():
            self.assertEqual(int(after[key]), int(count) + 100)
        self.accepted(extract.load())  # the same again changes nothing
        self.assertEqual(apc_events(), after)

    def test_an_empty_file(self):
        self.check("CSV_EMPTY", "line 1", content="")

    def test_a_nul_byte(self):
        self.check("CSV_NUL_BYTE", "line 5", **self.changed(5, lambda line: line[:9] + "\0" + line[9:]))

    def test_bytes_that_are_not_utf8(self):
        extract, lines = self.lines()
        content = "\n".join(lines).encode().replace(lines[6].encode(), b"\xe9" + lines[6].encode())
        self.check("CSV_NOT_UTF8", "line 7", extract=extract, content=content)

    def test_utf16(self):
        extract = Extract()
        self.check("CSV_NUL_BYTE", "line 1", extract=extract, content=extract.text().encode("utf-16"))

    def test_a_byte_order_mark(self):
        extract = Extract()
        self.check("CSV_NOT_UTF8", "line 1", "byte-order mark", extract=extract, content="\ufeff" + extract.text())

    def test_an_enormous_line(self):
        self.check("CSV_LINE_TOO_LONG", "line 3", **self.changed(3, lambda line: line + "9" * 70_000))

    def test_an_enormous_file_without_a_line_end(self):
        self.check("CSV_LINE_TOO_LONG", "line 1", content="a" * 30_000_000)

    def test_a_quotation_mark_that_never_closes(self):
        # Near the end the file ends first, else the limit of a line does.
        self.check("CSV_QUOTE_UNCLOSED", "line 100", **self.changed(100, lambda line: line.replace(",", ',"', 1)))

    def test_a_quotation_mark_in_the_middle(self):
        self.check("CSV_QUOTE_MISPLACED", "line 4", **self.changed(4, lambda line: line.replace("T-", 'T"-')))

    def test_text_after_a_closing_quotation_mark(self):
        self.check("CSV_QUOTE_MISPLACED", "line 4", **self.changed(4, lambda line: '"T"x' + line))

    def test_a_missing_column(self):
        extract = Extract()
        at = extract.at("birth_date")
        extract.header.pop(at)
        for row in extract.rows:
            row.pop(at)
        self.check("EXTRACT_COLUMNS", "line 1", "'birth_date'", "missing", extract=extract)

    def test_an_unknown_column(self):
        extract = Extract()
        extract.header.append("shoe_size")
        for row in extract.rows:
            row.append("9")
        self.check("EXTRACT_COLUMNS", "line 1", f"column {len(extract.header)} is not in the descriptor", extract=extract)

    def test_columns_in_another_order(self):
        extract = Extract()
        for row in [extract.header, *extract.rows]:
            row[3], row[4] = row[4], row[3]
        self.check("EXTRACT_COLUMNS", "line 1", "order", extract=extract)

    def test_a_column_twice(self):
        extract = Extract()
        extract.header[4] = extract.header[3]
        self.check("CSV_COLUMN_DOUBLED", "line 1", "columns 4 and 5", extract=extract)

    def test_too_many_columns(self):
        self.check("CSV_COLUMNS_TOO_MANY", "line 1", **self.changed(1, lambda line: line + ",x" * 300))

    def test_no_header_and_the_message_tells_nothing_of_the_person(self):
        extract = Extract()
        content = extract.text().split("\n", 1)[1]
        done = extract.load(content=content, rows=99)
        self.assertEqual(done.code, BAD_INPUT, done)
        self.assertRegex(done.err, "(EXTRACT_COLUMNS|CSV_COLUMN_DOUBLED): .*line 1: ")
        for value in extract.rows[0][:9]:
            if len(value) > 3:
                self.assertNotIn(value, done.err)

    def test_a_file_that_was_cut_short(self):
        self.check("EXTRACT_ROW_COUNT", "100", "120", rows=120)

    def test_a_header_and_nothing_else(self):
        extract = Extract()
        self.check("EXTRACT_ROW_COUNT", extract=extract, content=extract.text().split("\n", 1)[0] + "\n", rows=100)

    def test_a_file_that_is_not_there(self):
        extract = Extract()
        path = extract.write()
        os.remove(os.path.join(extract.folder, "apc.csv"))
        self.refused(setting.DEMO.run("load", path, "--approval", APPROVAL), BAD_INPUT, "FILE_UNREADABLE", "apc.csv")


class WhatOtherProgramsWriteIsRead(Case):
    """The permitted twins of the above that look alike."""

    def check(self, content, count=100):
        extract = Extract()
        row = self.accepted(extract.load(content=content(extract))).rows()[0]
        self.assertEqual((row["sent"], row["rejected"]), (str(count), "0"))

    def test_lines_that_end_as_in_windows(self):
        self.check(lambda extract: extract.text(line_end="\r\n"))

    def test_every_field_in_quotation_marks(self):
        self.check(lambda extract: extract.text(quote=csv.QUOTE_ALL))

    def test_no_line_end_at_the_end(self):
        self.check(lambda extract: extract.text().rstrip("\n"))

    def test_commas_quotation_marks_and_line_ends_in_a_field(self):
        def content(extract):
            extract.set(3, "address_line", 'Flat 2, "The Mill"\nHigh Street')
            extract.set(4, "family_name", "O’Brien-Çelik")
            return extract.text()
        self.check(content)


class FaultyRowsAreRejectedAndToldAndTooManyRefuseTheLoad(Case):
    # Two rows of a hundred are the stated limit (20 in a thousand), three are above it.
    def check(self, column, reason, *values, said_as=None):
        for value in values:
            with self.subTest(column=column, value=value):
                self.check_one(column, reason, value, said_as or column)

    def check_one(self, column, reason, value, said_as):
        extract = Extract()
        good = extract.rows[50][extract.at(column)]
        for row in (10, 50, 90):
            extract.set(row, column, value)
        wrong = [(12, said_as, reason), (52, said_as, reason), (92, said_as, reason)]
        before = apc_events()
        self.refused(extract.load(), BAD_INPUT, "EXTRACT_TOO_MANY_FAULTS", "3 of 100", "20 in a thousand",
                     os.path.join(extract.folder, "acute-apc-2025.rejects.csv"))
        self.assertEqual(extract.rejects(), wrong)
        self.assertEqual(apc_events(), before)
        if len(value) > 3:
            self.assertNotIn(value, read(os.path.join(extract.folder, "acute-apc-2025.rejects.csv")))
        extract.set(50, column, good)
        row = self.accepted(extract.load()).rows()[0]
        self.assertEqual((row["read"], row["sent"], row["rejected"]), ("100", "98", "2"))
        self.assertEqual(extract.rejects(), [wrong[0], wrong[2]])
        self.assertEqual(int(apc_events()["costing", "events of acute/apc"]),
                         int(before["costing", "events of acute/apc"]) + 98)

    def test_days_that_do_not_exist_or_are_written_otherwise(self):
        self.check("start_date", "DATE_INVALID", "2025-02-30", "30/06/2025", "", "1899-12-31")
        self.check("birth_date", "DATE_INVALID", "1950-13-01")

    def test_an_end_before_the_start(self):
        self.check("end_date", "DATES_CONTRADICT", "2025-03-31")

    def test_an_end_outside_the_period(self):
        self.check("end_date", "DATE_OUTSIDE_PERIOD", "2026-04-01")

    def test_nhs_numbers_that_cannot_be(self):
        self.check("nhs_number", "NHS_NUMBER_MALFORMED", "999123456", "99912345AB")
        self.check("nhs_number", "NHS_NUMBER_CHECK_DIGIT", "9990000011")

    def test_nhs_numbers_outside_the_demonstrations_range(self):
        self.check("nhs_number", "NHS_NUMBER_NOT_DEMO", "4000000004")

    def test_codes_that_are_not_defined(self):
        self.check("sex", "SEX_UNKNOWN", "F")
        self.check("nhs_number_verified", "VERIFIED_MALFORMED", "yes")
        self.check("restriction", "RESTRICTION_UNKNOWN", "secret")

    def test_texts_that_are_longer_than_any_code_or_name(self):
        self.check("currency", "TEXT_TOO_LONG", "X" * 33)
        self.check("family_name", "TEXT_TOO_LONG", "X" * 257)

    def test_drivers_that_are_no_whole_numbers(self):
        self.check("bed_days", "DRIVER_MALFORMED", "-1", "1.5", "99999999999999999999")

    def test_record_ids_that_are_doubled_or_malformed(self):
        self.check("record_id", "RECORD_ID_MALFORMED", "", "with blank")

    def test_a_record_id_twice(self):
        extract = Extract()
        extract.set(40, "record_id", extract.rows[7][0])
        self.assertEqual(self.accepted(extract.load()).rows()[0]["rejected"], "1")
        self.assertEqual(extract.rejects(), [(42, "record_id", "RECORD_ID_DOUBLED")])

    def test_rows_with_fewer_or_more_fields(self):
        extract = Extract()
        extract.rows[20].pop()
        extract.rows[60].append("1")
        self.assertEqual(self.accepted(extract.load()).rows()[0]["rejected"], "2")
        self.assertEqual(extract.rejects(), [(22, "", "CSV_FIELD_COUNT"), (62, "", "CSV_FIELD_COUNT")])
        extract.rows[70].append("1")
        self.refused(extract.load(), BAD_INPUT, "EXTRACT_TOO_MANY_FAULTS")

    def test_a_stated_limit_can_be_another(self):
        extract = Extract()
        extract.set(10, "sex", "F")
        self.refused(extract.load("--fault-limit", "9"), BAD_INPUT, "EXTRACT_TOO_MANY_FAULTS", "9 in a thousand")
        self.accepted(extract.load("--fault-limit", "10"))

    def test_a_mended_file_takes_its_old_rejects_away(self):
        extract = Extract()
        extract.set(10, "sex", "F")
        self.accepted(extract.load())
        self.assertEqual(len(extract.rejects()), 1)
        extract.set(10, "sex", "2")
        self.accepted(extract.load())
        self.assertIsNone(extract.rejects())


class DescriptorsAreReadStrictly(Case):
    def check(self, old, new, *places, reason="DESCRIPTOR_INVALID"):
        extract = Extract()
        text = read(extract.write())
        self.assertIn(old, text)
        before = apc_events()
        done = extract.load(descriptor=text.replace(old, new, 1))
        self.refused(done, BAD_INPUT, reason, os.path.join(extract.folder, "apc.yaml"), *places)
        self.assertEqual(apc_events(), before)

    def test_unknown_missing_and_doubled_keys(self):
        self.check("provider: ZA1", "provider: ZA1\nowner: me", "line 5", "owner", "not known")
        self.check("provider: ZA1\n", "", "provider", "missing")
        self.check("provider: ZA1", "provider: ZA1\nprovider: ZA1", "line 5", "provider", "twice")

    def test_values_that_cannot_be(self):
        self.check("safehaven-extract/1", "safehaven-extract/2", "line 1", "format")
        self.check("provider: ZA1", "provider: za-1", "line 4", "provider")
        self.check("dataset: apc", "dataset: xyz", "line 3", "dataset")
        self.check("flow: acute-apc-2025", "flow: ../../elsewhere", "line 5", "flow")
        self.check("file: apc.csv", "file: ../apc.csv", "line 7", "file")
        self.check("rows: 100", "rows: -1", "line 8", "rows")
        self.check("2025-04-01", "2025-04-31", "line 6", "period.start")
        self.check("end: 2026-03-31", "end: 2025-03-31", "line 6", "period.end")

    def test_columns_that_do_not_fit(self):
        self.check("part: key", "part: payload", "line 10", "record_id")
        self.check("part: identity", "part: identitty", "line 11", "part")
        self.check("name: birth_date", "name: shoe_size", "line 15", "shoe_size")
        self.check("name: family_name", "name: given_name", "line 14", "given_name", "twice")
        self.check("name: start_date", "name: treatment_function", "twice")
        self.check("  - {name: start_date, part: payload}\n", "", "columns", "start_date is missing")

    def test_text_that_is_no_such_yaml(self):
        self.check("columns:", "columns: [", "line ", "not YAML")
        extract = Extract()
        for text in ("", "- a\n- b\n", "[" * 100_000, "\0", "format: !!binary aaa"):
            with self.subTest(text=text[:10]):
                self.refused(extract.load(descriptor=text), BAD_INPUT, "DESCRIPTOR_INVALID", "line 1")

    def test_a_folder_in_its_place(self):
        extract = Extract()
        done = setting.DEMO.run("load", extract.folder, "--approval", APPROVAL)
        self.refused(done, BAD_INPUT, "FILE_UNREADABLE", extract.folder)

    def test_a_flow_that_nobody_registered_is_refused_and_not_bad_input(self):
        extract = Extract()
        text = read(extract.write()).replace("flow: acute-apc-2025", "flow: acute-apc-2031")
        before = apc_events()
        self.refused(extract.load(descriptor=text), REFUSED, "DECISION_REFUSED", "apc.yaml")
        self.assertEqual(apc_events(), before)

    def test_of_two_the_first_is_loaded_and_shown_and_the_second_refused(self):
        first, second = Extract(), Extract()
        done = setting.DEMO.run("load", first.write(), second.write(content=""), "--approval", APPROVAL, "--output", "json")
        self.refused(done, BAD_INPUT, "CSV_EMPTY", second.folder)
        self.assertEqual([row["sent"] for row in done.rows()], ["100"])


class WhoIsWithheldIsKnownOrNothingIsSent(Case):
    HEADER = "nhs_number,effective_date,received_date,source_system,capacity\n"

    def test_a_faulty_row_of_the_withheld_refuses_the_load(self):
        extract = Extract()
        number = extract.rows[30][extract.at("nhs_number")]
        good = f"{self.HEADER}{number},2025-01-01,2025-01-02,practice,self\n"
        path = write(os.path.join(extract.folder, "type1.csv"), good + "9990000011,2025-01-01,2025-01-02,practice,self\n")
        before = apc_events()
        self.refused(extract.load("--withhold", path), BAD_INPUT, "WITHHOLD_FILE_FAULTY", path, "line 3", "nhs_number")
        self.assertEqual(apc_events(), before)
        write(path, good)
        row = self.accepted(extract.load("--withhold", path)).rows()[0]
        withheld = sum(row[extract.at("nhs_number")] == number for row in extract.rows)
        self.assertEqual((row["withheld"], row["sent"]), (str(withheld), str(100 - withheld)))

    def test_a_practices_extract_leaves_only_screened(self):
        descriptor = os.path.join(setting.DEMO.region, "extracts", "gp", "register.yaml")
        done = setting.DEMO.run("load", descriptor, "--approval", APPROVAL)
        self.refused(done, BAD_INPUT, "WITHHOLD_MISSING", descriptor, "--withhold")
        nobody = write(os.path.join(new_folder(), "type1.csv"), self.HEADER)
        type1 = os.path.join(setting.DEMO.region, "objections", "type1.csv")
        for path, withheld in ((nobody, False), (type1, True)):
            done = setting.DEMO.run("load", descriptor, "--approval", APPROVAL, "--withhold", path, "--output", "json")
            self.assertEqual(int(self.accepted(done).rows()[0]["withheld"]) > 0, withheld)
