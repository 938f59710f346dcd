#!/usr/bin/env python3
"""Tries the alerts: promtool reads and unit-tests the rules, every alert has its section
in the runbook and its test, and every metric they name is one that the code makes
(an alert on a metric that nobody exports never fires and never fails)."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
RULES = os.path.join(ROOT, "charts", "safehaven", "files", "rules.yaml")
TESTS = [os.path.join(HERE, name) for name in ("rules_budget_test.yaml", "rules_services_test.yaml")]
RUNBOOK = os.path.join(ROOT, "docs", "runbook.md")
SKIPPED = 77

# Made by Prometheus and by the kubelet.
FOREIGN = re.compile(r"^(up|kubelet_volume_stats_(available|capacity)_bytes)$")
METRIC = re.compile(r"\b(up|(?:grpc|safehaven|process|kubelet|http|rocksdb)_[a-z0-9_]+)\b(?=\s*[{\[>=/)-]|\s*$)")


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def rules():
    return [rule for group in yaml.safe_load(text_of(RULES))["groups"] for rule in group["rules"]]


def metrics_in(expression):
    """Names of series in an expression; not those of labels."""
    without_texts = re.sub(r'"[^"]*"', '""', expression)
    without_labels = re.sub(r"\{[^}]*\}|\b(by|without|on|ignoring) *\([^)]*\)", "{}", without_texts)
    return set(METRIC.findall(without_labels))


def metrics_of_the_code():
    """Names of series in the sources of libs and services, as whole literals."""
    names = set()
    for top in ("libs", "services"):
        for folder, _, files in os.walk(os.path.join(ROOT, top)):
            for name in files:
                if name.endswith((".cc", ".h")):
                    names |= set(re.findall(r'"((?:grpc|safehaven|process|http|rocksdb)_[a-z0-9_]+)"',
                                            text_of(os.path.join(folder, name))))
    return names


class Rules(unittest.TestCase):
    def test_promtool_reads_the_rules(self):
        done = subprocess.run(["promtool", "check", "rules", RULES], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_alerts_fire_where_they_must_and_nowhere_else(self):
        with tempfile.TemporaryDirectory() as folder:
            copies = [os.path.join(folder, os.path.basename(path)) for path in TESTS]
            for path, at in zip(TESTS, copies):
                with open(at, "w", encoding="utf-8") as file:
                    file.write(text_of(path).replace("- RULES\n", f"- {RULES}\n"))
            done = subprocess.run(["promtool", "test", "rules", *copies], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_alert_is_tested_to_fire(self):
        fired = {case["alertname"] for path in TESTS for test in yaml.safe_load(text_of(path))["tests"]
                 for case in test.get("alert_rule_test", []) if case["exp_alerts"]}
        self.assertEqual({rule["alert"] for rule in rules() if "alert" in rule} - fired, set())

    def test_every_alert_says_how_urgent_it_is_and_has_a_section_in_the_runbook(self):
        sections = {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
                    for title in re.findall(r"^#+ (.+)$", text_of(RUNBOOK), re.M)}
        for rule in rules():
            if "alert" not in rule:
                continue
            with self.subTest(alert=rule["alert"]):
                self.assertIn(rule["labels"]["severity"], ("page", "ticket"))
                self.assertEqual(rule["annotations"]["runbook"], f"docs/runbook.md#{rule['alert'].lower()}")
                self.assertIn(rule["alert"].lower(), sections)

    def test_every_metric_is_one_that_somebody_makes(self):
        made = metrics_of_the_code()
        for rule in rules():
            for name in metrics_in(rule["expr"]):
                with self.subTest(metric=name):
                    base = re.sub(r"_(bucket|count|sum)$", "", name)
                    self.assertTrue(FOREIGN.match(name) or name in made or base in made)

    def test_the_look_at_metrics_is_not_blind(self):
        self.assertEqual(metrics_in('sum by (grpc_code) (rate(grpc_server_gone_total{grpc_x=~"safehaven_x"}[5m])) / up > 0'),
                         {"grpc_server_gone_total", "up"})
        self.assertIn("grpc_server_handled_total", metrics_of_the_code())
        self.assertTrue(all(metrics_in(rule["expr"]) or "safehaven:" in rule["expr"] for rule in rules()))


if __name__ == "__main__":
    if shutil.which("promtool") is None:
        print("SKIPPED: no promtool here (Debian package prometheus, in scripts/packages.txt)")
        sys.exit(SKIPPED)
    unittest.main()
