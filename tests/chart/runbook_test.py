#!/usr/bin/env python3
"""Holds docs/runbook.md and the chart's command lines to the code: what they name is what
the programs know. An operator at night must not look for a flag or a reason that was
renamed.

    runbook_test.py runbook        reasons, flags and links of the runbook
    runbook_test.py COMPONENT      the command line of one of the chart's pods"""
import os
import re
import sys
import unittest

import helm
import manifests

RUNBOOK = os.path.join(helm.ROOT, "docs", "runbook.md")
# Spelt like reasons, but other people's.
FOREIGN_WORDS = {"PKCS_8"}


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def sources(*tops):
    """The text of all C++ below the folders."""
    texts = []
    for top in tops:
        for folder, _, files in os.walk(os.path.join(helm.ROOT, top)):
            texts += [text_of(os.path.join(folder, name)) for name in files if name.endswith((".cc", ".h"))]
    return "\n".join(texts)


def literals(text):
    return set(re.findall(r'"([^"\\\n]+)"', text))


def code_spans(markdown):
    """What stands between backticks, and in indented blocks."""
    spans = re.findall(r"`([^`\n]+)`", markdown)
    return spans + re.findall(r"^ {4,}(\S.*)$", markdown, re.M)


class Runbook(unittest.TestCase):
    def setUp(self):
        self.runbook = text_of(RUNBOOK)
        self.known = literals(sources("libs", "services", "cli"))

    def test_the_image_has_the_dashboard_where_the_gateway_looks(self):
        # ../share/safehaven/web from the folder of the program: /usr/bin in the image.
        dockerfile = text_of(os.path.join(helm.ROOT, "Dockerfile"))
        self.assertIn('"share/safehaven/web"', text_of(os.path.join(helm.ROOT, "services", "gateway", "main.cc")))
        self.assertIn("cp -r build/release/share/safehaven/web /image/share/safehaven/", dockerfile)
        self.assertIn("COPY --from=build /image/bin/ /usr/bin/\nCOPY --from=build /image/share/ /usr/share/", dockerfile)

    def test_every_reason_is_one_that_the_code_gives(self):
        words = {word for span in code_spans(self.runbook)
                 for word in re.findall(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b", span)} - FOREIGN_WORDS
        self.assertGreater(len(words), 20)
        self.assertEqual(sorted(words - self.known), [])

    def test_every_flag_is_one_that_a_program_has(self):
        flags = {flag for span in code_spans(self.runbook) if not re.match(r"(helm|kubectl|docker) ", span)
                 for flag in re.findall(r"(?<!\S)(--[a-z][a-z-]+)", span)}
        flags -= {"--cascade", "--replicas"}  # kubectl's
        self.assertGreater(len(flags), 5)
        # CLI11 takes "--a,-b" for two names of one flag.
        known = {name for literal in self.known for name in literal.split(",") if name.startswith("--")}
        self.assertEqual(sorted(flags - known), [])

    def test_every_link_leads_to_a_section(self):
        sections = {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
                    for title in re.findall(r"^#+ (.+)$", self.runbook, re.M)}
        self.assertEqual(set(re.findall(r"\]\(#([^)]+)\)", self.runbook)) - sections, set())


MAINS = {"consent": "services/consent/main.cc", "linkage": "services/linkage/main.cc",
         "costing": "services/costing/main.cc", "gateway": "services/gateway/main.cc", "test": "cli/main.cc"}
COMPONENT = "consent"


class CommandLine(unittest.TestCase):
    """The pod of one component: is there such a program, with such flags?"""

    def setUp(self):
        pods = {pod[0]["app.kubernetes.io/component"]: pod[1]["containers"][0]
                for document in manifests.read(helm.template()) if (pod := manifests.pod_of(document))}
        self.assertEqual(set(pods), set(MAINS))
        self.container = pods[COMPONENT]
        self.given = {argument.split("=")[0] for argument in self.container["args"]}
        self.main = text_of(os.path.join(helm.ROOT, MAINS[COMPONENT]))
        # Flags that several programs have come by functions, of which it calls some.
        shared = text_of(os.path.join(helm.ROOT, "libs", "server", "log_key_flags.h"))
        for name, body in re.findall(r"inline void (\w+)\([^{]*\{(.*?)\n\}", shared, re.S):
            if f"{name}(" in self.main:
                self.main += body

    def test_it_is_given_only_flags_that_the_program_has(self):
        folders = ("cli",) if COMPONENT == "test" else ("libs/server", f"services/{COMPONENT}")
        known = {name for literal in literals(sources(*folders)) for name in literal.split(",")}
        self.assertEqual(sorted(self.given - known), [])

    def test_it_is_given_every_flag_that_the_program_requires(self):
        required = set(re.findall(r'add_option\("(--[a-z-]+)"[^;]*->required\(\)', self.main))
        self.assertEqual(sorted(required - self.given), [])

    def test_a_build_makes_the_program_and_the_image_copies_it(self):
        lists = text_of(os.path.join(helm.ROOT, os.path.dirname(MAINS[COMPONENT]), "CMakeLists.txt"))
        program = self.container["command"][0]
        self.assertRegex(lists, rf"safehaven_binary\(\s*NAME\s+{program}\s")
        copied = re.search(r"cp (build/release/bin/.*) /image/bin/", text_of(os.path.join(helm.ROOT, "Dockerfile")))
        names = copied.group(1).replace("{consent,linkage,costing,gateway}", COMPONENT).split()
        self.assertIn(f"build/release/bin/{program}", names)


def main():
    global COMPONENT
    what = sys.argv.pop()
    if what == "runbook":
        return unittest.main(defaultTest="Runbook")
    COMPONENT = what
    return unittest.main(defaultTest="CommandLine")


if __name__ == "__main__":
    sys.exit(main())
