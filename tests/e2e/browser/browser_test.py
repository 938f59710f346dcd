#!/usr/bin/env python3
"""Goal: a person can use the dashboard of the real services in a real browser. Method:
the demo as a child, Debian's Chromium without a window, driven by puppeteer-core (npm,
pinned by the lock file; it brings no browser of its own).

    browser_test.py fetch               gets puppeteer-core into $SAFEHAVEN_BROWSER_BUILD
    browser_test.py run BUILD_DIR       runs dashboard_test.mjs against a small region

A browser that is not there is a failure and not a skip. Screenshots go to
$SAFEHAVEN_SCREENSHOTS, else beside the packages."""
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from running_demo import RunningDemo

BUILD = os.environ.get("SAFEHAVEN_BROWSER_BUILD", os.path.join(HERE, "..", "..", "..", "build", "browser-tests"))
FILES = ("package.json", "package-lock.json", "browser.mjs", "dashboard_test.mjs")
PERSONS = 4000  # enough for cells that are shown, few enough for some that are not

# What the page asks, as the command line asks it.
COLUMNS = ("age_band", "sex", "cost_per_head")
QUESTION = ["--approval", "CAG 9-01(a)/2025", "--commissioner", "ZC1", "--list-day", "2025-10-01",
            "--from", "2025-04-01", "--to", "2026-03-31", "--dataset", "acute/apc", "--dataset", "acute/op",
            "--measure", "cost_per_head", "--dimension", "age_band", "--dimension", "sex"]


def is_fetched():
    """Are the packages of this very lock file there?"""
    kept = os.path.join(BUILD, "package-lock.json")
    if not os.path.isdir(os.path.join(BUILD, "node_modules", "puppeteer-core")) or not os.path.exists(kept):
        return False
    with open(kept, "rb") as a, open(os.path.join(HERE, "package-lock.json"), "rb") as b:
        return a.read() == b.read()


def fetch():
    if is_fetched():
        return 0
    os.makedirs(BUILD, exist_ok=True)
    for name in FILES[:2]:
        shutil.copy(os.path.join(HERE, name), BUILD)
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=2",
                           "--fetch-timeout=60000"], cwd=BUILD, capture_output=True, text=True)
    if done.returncode != 0:
        os.remove(os.path.join(BUILD, "package-lock.json"))
        print(f"npm could not fetch puppeteer-core, so the dashboard is untested:\n{done.stdout}{done.stderr}")
    return done.returncode


def run(build_dir):
    chromium = shutil.which("chromium")
    if chromium is None:
        print("there is no chromium: scripts/install installs it (scripts/packages.txt)")
        return 1
    os.makedirs(BUILD, exist_ok=True)
    for name in FILES:  # beside node_modules, where modules look for packages
        shutil.copy(os.path.join(HERE, name), BUILD)
    with RunningDemo(build_dir, persons=PERSONS) as demo:
        answer = demo.run("query", *QUESTION, "--output", "json", person="amira.analyst")
        if answer.code != 0:
            print(f"the command line has no answer to compare with: {answer}")
            return 1
        setting = {"web": demo.web, "links": demo.links(), "chromium": chromium,
                   "screenshots": os.environ.get("SAFEHAVEN_SCREENSHOTS", os.path.join(BUILD, "screenshots")),
                   "expected": [[row[column] for column in COLUMNS] for row in answer.rows()]}
        setting["receipt"] = os.path.join(demo.folder, "saved.receipt")
        path = os.path.join(demo.folder, "setting.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(setting, file)
        done = subprocess.run(["node", "dashboard_test.mjs", path], cwd=BUILD, timeout=200)
        if done.returncode != 0:
            return done.returncode
        verified = demo.run("audit", "verify", "--receipt", setting["receipt"])
        print("the saved receipt, offline:", verified)
        return verified.code


if __name__ == "__main__":
    sys.exit(fetch() if sys.argv[1] == "fetch" else run(sys.argv[2]))
