#!/usr/bin/env python3
"""Starts the consent service as an operator would, with throw-away keys and the production
profile, and looks at what Prometheus would see: is it well-formed, and are the series
there that the alerts ask for? Then SIGTERM: a clean end, and logs that are JSON.

    metrics_test.py PROGRAM"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

import rules_test

PROGRAM = sys.argv.pop() if len(sys.argv) > 1 else ""
TRUST_DOMAIN = "care.example.org"
SECONDS_MAX = 60


def openssl(*arguments, **options):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, **options)


def write_keys(folder):
    """An authority, a certificate of the program consent, and a log key."""
    def at(name):
        return os.path.join(folder, name)
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *curve, "-keyout", at("ca.key"), "-out", at("ca.crt"), "-subj", "/CN=tests", "-days", "2")
    openssl("req", *curve, "-keyout", at("tls.key"), "-out", at("tls.csr"), "-subj", "/CN=consent")
    with open(at("extensions"), "w", encoding="utf-8") as file:
        file.write(f"subjectAltName=URI:spiffe://{TRUST_DOMAIN}/consent\n")
    openssl("x509", "-req", "-in", at("tls.csr"), "-CA", at("ca.crt"), "-CAkey", at("ca.key"), "-CAcreateserial",
            "-days", "2", "-extfile", at("extensions"), "-out", at("tls.crt"))
    openssl("genpkey", "-algorithm", "ed25519", "-out", at("log.key"))


class Metrics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = cls.folder.name
        write_keys(folder)
        cls.ports = os.path.join(folder, "ports.json")
        cls.process = subprocess.Popen(
            [PROGRAM, "--profile=production", f"--trust-domain={TRUST_DOMAIN}", "--listen=127.0.0.1:0",
             "--health-listen=127.0.0.1:0", "--metrics-listen=127.0.0.1:0", f"--port-file={cls.ports}",
             f"--tls-certificate={folder}/tls.crt", f"--tls-key={folder}/tls.key",
             f"--tls-authorities={folder}/ca.crt", f"--log-key={folder}/log.key", f"--state-dir={folder}/state"],
            stderr=subprocess.PIPE, text=True)
        give_up = time.monotonic() + SECONDS_MAX
        while not os.path.exists(cls.ports) and cls.process.poll() is None and time.monotonic() < give_up:
            time.sleep(0.05)
        if not os.path.exists(cls.ports):
            cls.process.kill()
            raise AssertionError(f"consent did not start: {cls.process.communicate()[1]}")
        with open(cls.ports, encoding="utf-8") as file:
            port = json.load(file)["metrics"]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=SECONDS_MAX) as answer:
            cls.scrape = answer.read().decode("utf-8")

    @classmethod
    def tearDownClass(cls):
        if cls.process.poll() is None:
            cls.process.kill()
            cls.process.communicate()
        cls.folder.cleanup()

    def test_1_what_is_scraped_is_well_formed(self):
        done = subprocess.run(["promtool", "check", "metrics"], input=self.scrape, capture_output=True, text=True)
        # 3 is advice on names, of which some are fixed by convention; 1 is not to be read.
        self.assertNotIn("parsing error", done.stderr)
        self.assertIn(done.returncode, (0, 3), done.stderr)

    def test_2_the_series_that_alerts_ask_for_are_there(self):
        present = set(re.findall(r"^([a-z_]+)[{ ]", self.scrape, re.M))
        wanted = {name for rule in rules_test.rules() for name in rules_test.metrics_in(rule["expr"])}
        wanted = {name for name in wanted if not rules_test.FOREIGN.match(name) and not name.startswith("http_")}
        self.assertGreater(len(wanted), 5)
        self.assertEqual(sorted(wanted - present), [])

    def test_3_every_method_has_its_error_codes_from_the_start(self):
        # rate() misses the first error of a series that begins with it.
        codes = set(re.findall(r'grpc_server_handled_total\{grpc_code="(\w+)",grpc_method="Decide"', self.scrape))
        self.assertEqual(len(codes), 17)

    def test_4_a_term_ends_it_cleanly_and_its_log_is_json(self):
        self.process.send_signal(signal.SIGTERM)
        log = self.process.communicate(timeout=SECONDS_MAX)[1]
        self.assertEqual(self.process.returncode, 0, log)
        events = [json.loads(line)["event"] for line in log.splitlines()]
        for event in ("starting", "listening", "draining", "stopped"):
            self.assertIn(event, events)


if __name__ == "__main__":
    if shutil.which("promtool") is None:
        print("SKIPPED: no promtool here (Debian package prometheus, in scripts/packages.txt)")
        sys.exit(rules_test.SKIPPED)
    unittest.main()
