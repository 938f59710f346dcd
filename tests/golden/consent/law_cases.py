#!/usr/bin/env python3
"""Runs the cases of law in tests/golden/consent/law against the command line, on files alone.

    law_cases.py SAFEHAVEN [CASE...]     SAFEHAVEN_UPDATE_GOLDEN=1 writes the recorded output anew

A case is one file. Its first lines (#) name the reference, the source and the facts. Then:

    === PATH           the lines that follow, up to the next mark, are this file
    $ COMMAND ...      is run as `safehaven COMMAND ...` in a folder with those files
    ! exit N           what a person expects of it, written by hand and never overwritten:
    ! effect E         its effect
    ! gate G V REASON  a gate's verdict
    ! duty KIND        an obligation
    ! person N TREATMENT REASON   how person N (from 1) is treated in the first source
    ! says TEXT        the output holds the text
    | ...              recorded output: of decide the log entry, else all of it

decide is run with --output json; its answers and all files are checked against docs/schema. What
the program refuses for its meaning is of the schema all the same."""
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

import yaml

try:
    import jsonschema
except ImportError:
    jsonschema = None

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
FOLDER = os.path.join(HERE, "law")


def load_validators():
    """By kind of file; empty where Python has no jsonschema."""
    if jsonschema is None:
        return {}
    validators = {}
    for kind in ("question", "answer", "register", "people", "releases"):
        with open(os.path.join(ROOT, "docs", "schema", f"{kind}.schema.json"), encoding="utf-8") as file:
            validators[kind] = jsonschema.Draft202012Validator(json.load(file))
    return validators


class Loader(yaml.SafeLoader):
    """YAML as the program reads it: true, false and whole numbers, and all else is text."""


Loader.yaml_implicit_resolvers = {}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[1-9][0-9]*$|^0$"), list("0123456789"))


class Case:
    """One case, read: header, files, and steps of (command, expectations, recorded lines)."""

    def __init__(self, path):
        self.path = path
        self.files = {}
        self.steps = []
        self.lines = []
        with open(path, encoding="utf-8") as file:
            self.lines = file.read().split("\n")
        current = None
        for line in self.lines:
            if line.startswith("=== "):
                current = self.files.setdefault(line[4:].strip(), [])
            elif line.startswith("$ "):
                current = None
                self.steps.append((line[2:], [], []))
            elif line.startswith("! "):
                self.steps[-1][1].append(line[2:])
            elif line.startswith("|"):
                self.steps[-1][2].append(line[2:])
            elif current is not None:
                current.append(line)

    def write_files(self, folder):
        for name, lines in self.files.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join(lines).rstrip("\n") + "\n")

    def rewritten(self, recorded):
        """The case's text with `recorded` (a list of lines a step) in place of what it has."""
        out, step = [], -1
        for line in self.lines:
            if line.startswith("|"):
                continue
            starts = line.startswith("$ ") or line.startswith("=== ")
            if starts and step >= 0 and out and recorded[step] is not None:
                out = flush(out, recorded, step)
            if line.startswith("$ "):
                step += 1
            out.append(line)
        if step >= 0 and recorded[step] is not None:
            out = flush(out, recorded, step)
        return "\n".join(out).rstrip("\n") + "\n"


def flush(out, recorded, step):
    blanks = 0
    while out and out[-1] == "":
        out.pop()
        blanks += 1
    out += [("| " + line).rstrip() for line in recorded[step]] + [""] * blanks
    recorded[step] = None
    return out


def run(program, command, folder):
    words = shlex.split(command)
    if words[0] == "decide":
        words = ["--output", "json"] + words
    done = subprocess.run([program] + words, cwd=folder, capture_output=True, text=True, check=False)
    return words, done.returncode, done.stdout, done.stderr


def recorded_of(words, code, output, error):
    answer = json.loads(output) if "decide" in words and output.startswith("{") else {}
    if "log_entry" not in answer:
        return (output + error).rstrip("\n").split("\n")
    # The register's digest changes with every word of its prose: it is not the case's.
    text = "\n".join(line for line in answer["log_entry"]["text"].split("\n") if not line.startswith("register="))
    for number, person in enumerate(answer["people"], 1):
        for source in person["sources"]:
            text += f"person {number} {source['source']} {source['treatment']} {source['reason']}\n"
    return text.rstrip("\n").split("\n")


def check_files(case, validators):
    """Every YAML file of the case against the schema of its format."""
    faults = []
    for name, lines in case.files.items():
        on_purpose = bool(lines) and lines[0].startswith("# Not of the schema")
        if not name.endswith(".yaml") or on_purpose or not validators:
            continue
        content = yaml.load("\n".join(lines), Loader=Loader)
        kind = content["format"].split("/")[0].removeprefix("safehaven-")
        faults += [f"{name}: {fault.message[:300]}" for fault in validators[kind].iter_errors(content)]
    return faults


def check_answer(words, output, validators):
    if "decide" not in words or not validators:
        return []
    return [f"answer: {fault.message[:300]}" for fault in validators["answer"].iter_errors(json.loads(output))]


def expectation_holds(expected, words, code, output, error):
    kind, _, rest = expected.partition(" ")
    if kind == "exit":
        return code == int(rest)
    if kind == "says":
        return rest in output + error
    answer = json.loads(output)
    if kind == "effect":
        return answer["effect"] == rest
    if kind == "gate":
        gate, verdict, reason = rest.split()
        return any(one["gate"] == gate and one["verdict"] == verdict and reason in (one["reason"], one.get("warning"))
                   for one in answer["gates"])
    if kind == "duty":
        return any(one["kind"] == rest for one in answer["obligations"])
    if kind == "person":
        number, treatment, reason = rest.split()
        source = answer["people"][int(number) - 1]["sources"][0]
        return (source["treatment"], source["reason"]) == (treatment, reason)
    raise ValueError(f"unknown expectation: {expected}")


def run_case(program, path, validators, update):
    case = Case(path)
    faults, recorded = check_files(case, validators), []
    with tempfile.TemporaryDirectory() as folder:
        case.write_files(folder)
        for command, expectations, golden in case.steps:
            words, code, output, error = run(program, command, folder)
            lines = recorded_of(words, code, output, error)
            recorded.append(lines)
            faults += [f"$ {command}: {fault}" for fault in check_answer(words, output, validators)]
            for expected in expectations:
                try:
                    held = expectation_holds(expected, words, code, output, error)
                except (ValueError, KeyError, IndexError) as fault:
                    held = False
                    error += str(fault)
                if not held:
                    faults.append(f"$ {command}: expected '{expected}', exit {code}:\n    "
                                  + "\n    ".join(lines) + "\n" + error)
            if not expectations:
                faults.append(f"$ {command}: nobody said what is expected")
            if not update and [line.rstrip() for line in lines] != [line.rstrip() for line in golden]:
                faults.append(f"$ {command}: recorded otherwise; now:\n    " + "\n    ".join(lines))
    if not case.steps:
        faults.append("runs no command")
    if update:
        with open(path, "w", encoding="utf-8") as file:
            file.write(case.rewritten(recorded))
    return faults


def main():
    program, wanted = os.path.abspath(sys.argv[1]), sys.argv[2:]
    update = "SAFEHAVEN_UPDATE_GOLDEN" in os.environ
    validators = load_validators()
    names = sorted(name for name in os.listdir(FOLDER) if name.endswith(".case"))
    names = [name for name in names if not wanted or any(name.startswith(one) for one in wanted)]
    failed = 0
    for name in names:
        faults = run_case(program, os.path.join(FOLDER, name), validators, update)
        failed += bool(faults)
        for fault in faults:
            print(f"{name}: {fault}")
    print(f"{len(names)} cases, {failed} with faults" + ("" if jsonschema else "; schemas not checked"))
    return 1 if failed or not names else 0


if __name__ == "__main__":
    sys.exit(main())
