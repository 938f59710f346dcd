#!/usr/bin/env python3
"""Checks the house's rules over the files that git tracks (rules.py, edges.py).

    tests/tidy/tidy.py [ROOT]

Prints one line a finding, as path:line: what. Exit 0 clean, 1 with findings, 77 where
ROOT is no git checkout."""
import os
import subprocess
import sys

import rules

SKIPPED = 77
BINARY = (".png", ".jpg", ".ico", ".binpb", ".woff2", ".gz")


def tracked_files(root):
    """Path -> text of what git tracks and the working tree has; None if git knows no ROOT."""
    try:
        listed = subprocess.run(["git", "-C", root, "-c", f"safe.directory={os.path.abspath(root)}",
                                 "ls-files", "-z"],
                                check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    files = {}
    for path in listed.split("\0"):
        absolute = os.path.join(root, path)
        if not path or path.endswith(BINARY) or os.path.islink(absolute) or not os.path.isfile(absolute):
            continue
        with open(absolute, encoding="utf-8", errors="replace", newline="") as file:
            files[path] = file.read()
    return files


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..", "..")
    files = tracked_files(root)
    if files is None:
        print("SKIPPED: not a git checkout, so it is not known which files are the project's")
        return SKIPPED
    if not files:
        print(f"{root}: git tracks nothing here; nothing checked is not clean")
        return 1
    for path, lines in rules.long_files(files):
        print(f"note: {path} has {lines} lines")
    findings = rules.check(files)
    for path, line, what in findings:
        print(f"{path}:{line}: {what}")
    print(f"{len(files)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
