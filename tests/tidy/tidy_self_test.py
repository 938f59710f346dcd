#!/usr/bin/env python3
"""Plants each violation and sees it found, and its lawful twin let through: a rule
that finds nothing anywhere would pass for ever."""
import os
import subprocess
import sys
import tempfile
import unittest

import rules

HERE = os.path.dirname(os.path.abspath(__file__))


def header(path, body=""):
    guard = rules.expected_guard(path)
    return f"#ifndef {guard}\n#define {guard}\n{body}#endif  // {guard}\n"


def build_lists(*paths):
    """CMakeLists.txt files that name all of `paths` and each other."""
    lists = {"CMakeLists.txt": ""}
    for path in paths:
        lists["CMakeLists.txt"] += f"add_library(x {path})\n"
    return lists


def findings(path, text, **more):
    files = {path: text, **build_lists(path), **more}
    return [what for where, _, what in rules.check(files) if where == path]


class Edges(unittest.TestCase):
    def refused(self, path, include):
        body = f"#include {include}\n"
        text = header(path, body) if path.endswith(".h") else body
        return bool(findings(path, text))

    def test_each_forbidden_edge_is_found_and_its_lawful_twin_is_not(self):
        cases = [
            # path, forbidden, allowed
            ("libs/base/money.cc", '"libs/merkle/tree.h"', '"libs/base/money.h"'),
            ("libs/base/money.cc", '"google/rpc/status.pb.h"', '"absl/strings/str_cat.h"'),
            ("libs/merkle/tree.cc", '"libs/storage/store.h"', '"libs/base/status.h"'),
            ("libs/merkle/tree.h", "<openssl/evp.h>", "<cstdint>"),
            ("libs/warrant/verify.cc", "<grpcpp/grpcpp.h>", '"safehaven/type/v1/warrant.pb.h"'),
            ("libs/storage/store.cc", '"rocksdb/db.h"', '"libs/storage/store.h"'),
            ("libs/storage/memory_store.cc", '"libs/log/log.h"', '"libs/base/status.h"'),
            ("libs/ingest/csv.cc", '"services/costing/core/model.h"', "<emmintrin.h>"),
            ("libs/log/log.cc", "<grpcpp/grpcpp.h>", '"libs/storage/store.h"'),
            ("libs/server/server.cc", '"services/consent/core/gates.h"', "<grpcpp/grpcpp.h>"),
            ("libs/server/server.cc", '"rocksdb/db.h"', '"prometheus/counter.h"'),
            ("libs/client/channel.cc", "<libpq-fe.h>", '"libs/transport/tls.h"'),
            ("services/costing/core/run.cc", "<grpcpp/grpcpp.h>", '"libs/base/money.h"'),
            ("services/costing/core/run.cc", '"services/linkage/core/record.h"',
             '"services/costing/core/model.h"'),
            ("services/costing/core/run.cc", '"services/costing/store/segments.h"', "<vector>"),
            ("services/costing/core/run.cc", '"libs/storage/store.h"', '"libs/disclosure/protect.h"'),
            ("services/costing/core/run.cc", '"safehaven/costing/v1/answer.pb.h"', "<span>"),
            ("services/costing/core/run.cc", "<unistd.h>", "<immintrin.h>"),
            ("services/costing/store/loads.cc", '"services/costing/rpc/convert.h"',
             '"services/costing/core/model.h"'),
            ("services/costing/store/loads.cc", '"libs/storage/rocksdb_store/rocksdb_store.h"',
             '"libs/storage/store.h"'),
            ("services/costing/rpc/answer.cc", '"services/consent/core/gates.h"',
             '"safehaven/consent/v1/decision.pb.h"'),
            ("services/costing/rpc/answer.cc", '"rocksdb/db.h"', '"libs/server/call.h"'),
            ("services/costing/main.cc", '"services/linkage/rpc/handlers.h"',
             '"libs/storage/rocksdb_store/rocksdb_store.h"'),
            ("cli/load.cc", '"services/costing/store/loads.h"', '"services/costing/core/model.h"'),
            ("cli/load.cc", '"services/consent/rpc/convert.h"', '"libs/client/channel.h"'),
            ("cli/load.cc", '"libs/storage/store.h"', '"libs/ingest/csv.h"'),
        ]
        for path, forbidden, allowed in cases:
            with self.subTest(path=path, include=forbidden):
                self.assertTrue(self.refused(path, forbidden))
            with self.subTest(path=path, include=allowed):
                self.assertFalse(self.refused(path, allowed))

    def test_an_engine_is_seen_by_its_own_file_alone(self):
        self.assertFalse(self.refused("libs/storage/rocksdb_store.cc", '"rocksdb/db.h"'))
        self.assertTrue(self.refused("libs/storage/rocksdb_store.cc", "<libpq-fe.h>"))
        self.assertTrue(self.refused("libs/storage/rocksdb_store.h", '"rocksdb/db.h"'))

    def test_a_folder_without_a_zone_is_found(self):
        self.assertTrue(self.refused("gadgets/x.cc", "<vector>"))

    def test_tests_may_include_anything(self):
        self.assertFalse(self.refused("tests/unit/x_test.cc", '"services/costing/store/loads.h"'))


class Text(unittest.TestCase):
    CORE = "services/consent/core/gates.cc"

    def test_what_only_a_clock_knows_is_found_in_core(self):
        for code in ("auto t = absl::Now();", "std::chrono::steady_clock::now();",
                     "auto t = time(nullptr);", "std::thread t;", "std::random_device d;",
                     "std::ifstream f(\"x\");", "getenv(\"HOME\");"):
            with self.subTest(code=code):
                self.assertTrue(findings(self.CORE, code + "\n"))
                self.assertTrue(findings("libs/merkle/tree.cc", code + "\n"))
                self.assertFalse(findings("libs/server/server.cc", code + "\n"))

    def test_names_that_only_resemble_a_clock_are_let_through(self):
        for code in ("int64_t list_time(int day);", "x.time();", "FormatTime(t);", "runtime(3);"):
            with self.subTest(code=code):
                self.assertFalse(findings(self.CORE, code + "\n"))

    def test_printing_is_found_in_libraries_and_core_alone(self):
        for code in ("std::cout << 1;", "printf(\"x\");", "std::fprintf(stderr, \"x\");"):
            self.assertTrue(findings(self.CORE, code + "\n"))
            self.assertTrue(findings("libs/server/server.cc", code + "\n"))
            self.assertFalse(findings("cli/load.cc", code + "\n"))
        self.assertFalse(findings(self.CORE, "std::snprintf(b, 4, \"x\");\n"))

    def test_comments_and_literals_are_not_code(self):
        text = ("// absl::Now() and std::cout are for others; it's so.\n"
                "/* using namespace\n std */ const char* a = \"std::cout absl::Now()\";\n"
                "const char* b = R\"(time(nullptr) \" std::thread)\"; int n = 1'000'000;\n")
        self.assertEqual(findings(self.CORE, text), [])
        self.assertTrue(findings(self.CORE, "int n = 1'000'000; auto t = absl::Now();\n"))

    def test_using_namespace_is_found(self):
        self.assertTrue(findings("cli/load.cc", "using namespace std;\n"))
        self.assertFalse(findings("cli/load.cc", "using std::swap;\n"))

    def test_a_guard_that_is_not_the_path_is_found(self):
        path = "libs/base/money.h"
        self.assertFalse(findings(path, header(path)))
        self.assertTrue(findings(path, header("libs/base/monies.h")))
        self.assertTrue(findings(path, "#pragma once\n"))

    def test_unfinished_words_machine_paths_and_ragged_lines_are_found(self):
        for line in ("// TO" "DO: later", "// FIX" "ME", "X" "XX", "see /wo" "rk/shared/data",
                     "/ho" "me/anna/x", "ends with a space "):
            with self.subTest(line=line):
                self.assertTrue(findings("docs/x.md", line + "\n"))
        self.assertTrue(findings("docs/x.md", "no new line"))
        self.assertFalse(findings("docs/x.md", "mktemp /tmp/a.XXXXXX\nall toDO\n"))
        self.assertFalse(findings("cli/names.cc", '"X" "XX",\n'.replace('" "', "")))

    def test_lengths(self):
        self.assertTrue(findings("cli/load.cc", "\n" * 501))
        self.assertFalse(findings("cli/load.cc", "\n" * 500))
        self.assertFalse(findings("protos/safehaven/x/v1/x.proto", "\n" * 600))
        self.assertTrue(findings("protos/safehaven/x/v1/x.proto", "\n" * 601))
        self.assertFalse(findings("docs/formats.md", "\n" * 2000))
        self.assertEqual(list(rules.long_files({"a.cc": "\n" * 401})), [("a.cc", 401)])

    def test_malformed_inputs_may_be_malformed(self):
        self.assertFalse(findings("tests/data/bad.csv", "a, b \r\nlast"))


class Builds(unittest.TestCase):
    def test_a_file_in_no_build_is_found(self):
        files = {"CMakeLists.txt": "add_subdirectory(tests)\n",
                 "tests/CMakeLists.txt": "safehaven_test(NAME a SOURCES a_test.cc)\n",
                 "tests/a_test.cc": "\n", "tests/lost_test.cc": "\n"}
        self.assertEqual([path for path, _, _ in rules.check(files)], ["tests/lost_test.cc"])

    def test_a_name_that_only_ends_alike_is_not_it(self):
        files = {"CMakeLists.txt": "add_library(x big_a.cc)\n", "a.cc": "\n", "big_a.cc": "\n"}
        self.assertIn(("a.cc", 1, "no CMakeLists.txt of this folder or above names it"),
                      rules.check(files))

    def test_a_list_that_nobody_adds_is_found(self):
        files = {"CMakeLists.txt": "\n", "tests/CMakeLists.txt": "safehaven_test(a_test.cc)\n",
                 "tests/a_test.cc": "\n"}
        self.assertEqual([path for path, _, _ in rules.check(files)], ["tests/CMakeLists.txt"])

    def test_a_list_may_name_files_of_folders_below(self):
        files = {"CMakeLists.txt": "add_subdirectory(libs/base)\n",
                 "libs/base/CMakeLists.txt": "add_library(x deep/a.cc)\n",
                 "libs/base/deep/a.cc": "\n"}
        self.assertEqual(rules.check(files), [])


class Program(unittest.TestCase):
    """The command itself, on a checkout of its own."""

    def run_tidy(self, root):
        done = subprocess.run([sys.executable, os.path.join(HERE, "tidy.py"), root],
                              capture_output=True, text=True)
        return done.returncode, done.stdout

    def test_clean_dirty_empty_and_no_checkout(self):
        with tempfile.TemporaryDirectory() as root:
            environment = {**os.environ, "GIT_CEILING_DIRECTORIES": os.path.dirname(root)}
            os.environ.update(environment)
            self.assertEqual(self.run_tidy(root)[0], 77)
            subprocess.run(["git", "init", "-q", root], check=True)
            self.assertEqual(self.run_tidy(root)[0], 1)
            self.write(root, "README.md", "# Fine\n")
            self.assertEqual(self.run_tidy(root)[0], 0)
            self.write(root, "notes.md", "ragged \n")
            code, said = self.run_tidy(root)
            self.assertEqual(code, 1)
            self.assertIn("notes.md:1: space at the end of the line", said)

    def write(self, root, name, text):
        with open(os.path.join(root, name), "w", encoding="utf-8") as file:
            file.write(text)
        subprocess.run(["git", "-C", root, "add", name], check=True)


if __name__ == "__main__":
    unittest.main()
