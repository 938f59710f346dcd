#!/usr/bin/env python3
"""Reads ctest's JUnit file and prints failures, skips with their reasons, the ten
slowest tests and the closing line. Exits 1 if a test failed, or if something was
skipped for want of the shared data although they are there."""
import os
import re
import sys
import xml.etree.ElementTree as ElementTree


def skip_reason(output):
    """The sentence after GoogleTest's or a script's mark of a skip."""
    match = re.search(r"SKIPPED: *(.+)", output)
    if match:
        return match.group(1).strip()
    match = re.search(r": Skipped\n(.+)", output)
    return match.group(1).strip() if match else "no reason given"


def main():
    junit, log = sys.argv[1], sys.argv[2]
    if not os.path.exists(junit):
        sys.stdout.write(open(log, encoding="utf-8", errors="replace").read()[-5000:])
        print("0 passed, 1 failed, 0 skipped")
        return 1
    passed, failed, skipped, slow = 0, [], [], []
    for case in ElementTree.parse(junit).getroot().iter("testcase"):
        name = case.get("name")
        output = case.findtext("system-out") or ""
        slow.append((float(case.get("time") or 0), name))
        if case.find("skipped") is not None and case.get("status") != "fail":
            skipped.append((name, skip_reason(output)))
        elif case.get("status") == "run":
            passed += 1
        else:
            failed.append((name, output))
    for name, output in failed:
        print(f"FAILED {name}\n{output[-4000:]}")
    print("Slowest tests:")
    for seconds, name in sorted(slow, reverse=True)[:10]:
        print(f"  {seconds:7.2f} s  {name}")
    for name, reason in skipped:
        print(f"Skipped {name}: {reason}")
    shared = os.environ.get("SAFEHAVEN_SHARED", "")
    wrongly = [name for name, reason in skipped if "shared" in reason.lower() and os.path.isdir(shared)]
    if wrongly:
        print(f"Skipped for want of data that are there ({shared}): {', '.join(wrongly)}")
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed or wrongly else 0


if __name__ == "__main__":
    sys.exit(main())
