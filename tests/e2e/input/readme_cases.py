"""The commands of README.md, literally, in its order and where it says."""
import os
import re
import shlex
import subprocess

import setting
from setting import DONE, REFUSED, Case, read

# What "..." stands for: the arguments of the command before.
KEPT = re.compile(r"^(query|explain)$")


def commands():
    """Every `safehaven ...` of the README's tour, as a list of arguments."""
    text = read(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "README.md"))
    tour = text.split("## A five-minute tour", 1)[1].split("\n## ", 1)[0]
    lines = re.sub(r" \\\n\s+", " ", tour).split("\n")
    found = [shlex.split(line.strip())[1:] for line in lines if line.startswith("    safehaven ")]
    before = []
    for arguments in found:
        if arguments[-1] == "..." and any(KEPT.match(argument) for argument in arguments):
            arguments[-1:] = before
        elif "query" in arguments:
            before = arguments[arguments.index("query") + 1:]
            if "--receipt" in before:
                at = before.index("--receipt")
                del before[at:at + 2]
        if arguments[-1] == "...":
            arguments.pop()
    return found


class TheReadme(Case):
    def test_its_commands_do_what_it_says(self):
        all_commands = commands()
        self.assertGreater(len(all_commands), 10)
        for arguments in all_commands:
            with self.subTest(command=" ".join(arguments)):
                done = subprocess.run([setting.DEMO.program, "--context", setting.DEMO.context, *arguments],
                                      cwd=setting.DEMO.state, capture_output=True, text=True, timeout=120)
                expected = REFUSED if "nora.neighbour" in arguments else DONE
                self.assertEqual(done.returncode, expected, done.stdout + done.stderr)
                if os.environ.get("SAFEHAVEN_SHOW"):
                    print("$ safehaven", " ".join(arguments))
                    print(*[line[:190] for line in (done.stdout + done.stderr).splitlines()[:14]], sep="\n")
