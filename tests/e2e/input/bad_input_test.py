#!/usr/bin/env python3
"""Goal: bad input changes nothing and says what is wrong with it, and its permitted twin
is taken. Method: one start of the real services, then the command line as a user has it.

    bad_input_test.py BUILD_DIR [unittest arguments, such as -k objection]"""
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import setting
from running_demo import RunningDemo

PERSONS = 1500

if __name__ == "__main__":
    build_dir, *arguments = sys.argv[1:]
    with RunningDemo(build_dir, persons=PERSONS) as demo:
        setting.DEMO = demo
        names = ["extract_cases", "objection_cases", "ledger_cases", "use_cases", "register_cases", "run_cases",
                 "readme_cases"]
        program = unittest.main(module=None, argv=[sys.argv[0], *arguments, *names], exit=False)
    sys.exit(not program.result.wasSuccessful())
