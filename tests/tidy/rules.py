"""The house's rules over the text of tracked files. Pure: takes a dict of path ->
text, gives findings, so that tidy_self_test.py can plant violations."""
import os
import re

import edges

CODE = (".cc", ".h", ".proto", ".ts", ".py", ".sh", ".cmake")
CPP = (".cc", ".h")
LINES_WARN = 400
LINES_MAX = 500
# A service's file holds the service with all its requests and responses (one place
# to read an API), so it may be longer.
PROTO_LINES_MAX = 600
# Inputs that are malformed on purpose.
DATA_FOLDERS = ("tests/data/", "tests/golden/")

# Spelt in two halves, so that this file keeps its own rules. A word that is a whole
# literal is data: "X" three times is a surname that systems invent.
UNFINISHED = re.compile(r"(?<![\"\w])(" + "|".join(("TO" "DO", "FIX" "ME", "X" "XX")) + r")\b")
MACHINE_PATH = re.compile("/wo" r"rk/(main|shared|steering|\.library)|/ro" r"ot/|/ho" r"me/[a-z]|/tmp/br" "ief")

PRINTING = re.compile(r"\bstd::(cout|cerr|clog)\b|(?<![\w:])(std::)?(f?printf|puts|fputs|putchar)\s*\(")
CLOCK = re.compile(r"\babsl::(Now|GetCurrentTimeNanos)\s*\(|\b(system|steady|high_resolution)_clock\b"
                   r"|(?<![\w:.>])(std::)?(time|clock|gettimeofday|clock_gettime)\s*\(")
IMPURE = (
    (CLOCK, "reads a clock: take the time as an argument"),
    (re.compile(r"\bstd::random_device\b|\bRAND_bytes\s*\(|\bgetrandom\s*\(|(?<![\w:.>])(std::)?s?rand\s*\("),
     "draws randomness: take a seed as an argument"),
    (re.compile(r"\bstd::(basic_)?[io]?fstream\b|\bstd::filesystem\b|(?<![\w:.>])(std::)?fopen\s*\("),
     "touches files"),
    (re.compile(r"\bstd::(jthread|thread|async)\b"), "starts threads that it did not get"),
    (re.compile(r"\b(std::)?getenv\s*\("), "reads the environment"),
)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.M)
TOKENS = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^()\\ ]*)\(.*?\)\1"|"(?:[^"\\\n]|\\.)*"|(?<![0-9A-Fa-f])\'(?:[^\'\\\n]|\\.)*\'',
    re.S)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def without_comments_and_strings(text):
    """C++ with its comments and literals blanked out; lines stay where they are."""
    return TOKENS.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def is_pure(path):
    return (path.startswith(("libs/base/", *edges.PURE_FOLDERS))
            or re.match(r"services/[a-z_]+/core/", path) is not None)


def must_not_print(path):
    if path == "libs/base/status.cc":  # SH_CHECK's last words
        return False
    return path.startswith("libs/") or re.match(r"services/[a-z_]+/core/", path) is not None


def expected_guard(path):
    return "SAFEHAVEN_" + re.sub(r"[^A-Za-z0-9]", "_", path).upper() + "_"


def check_cpp(path, text):
    code = without_comments_and_strings(text)
    includes = [(line_of(text, found.start()), found.group(1)) for found in INCLUDE.finditer(text)]
    yield from edges.check(path, includes)
    for found in re.finditer(r"\busing\s+namespace\b", code):
        yield line_of(code, found.start()), "using namespace: name what you use"
    if path.endswith(".h"):
        guard = expected_guard(path)
        wanted = rf"#ifndef {guard}\n#define {guard}\n.*#endif  // {guard}\n\Z"
        if re.search(wanted, text, re.S) is None:
            yield 1, f"include guard must be {guard}, with its name after #endif"
    if must_not_print(path):
        for found in PRINTING.finditer(code):
            yield line_of(code, found.start()), "prints: return a value, or log by libs/server"
    if is_pure(path):
        for pattern, what in IMPURE:
            for found in pattern.finditer(code):
                yield line_of(code, found.start()), what


def check_text(path, text):
    for number, line in enumerate(text.split("\n"), start=1):
        if line != line.rstrip():
            yield number, "space at the end of the line"
        if UNFINISHED.search(line):
            yield number, "marks something unfinished: finish it or open an issue"
        if MACHINE_PATH.search(line):
            yield number, "a path of somebody's machine"
    if text and not text.endswith("\n"):
        yield line_of(text, len(text)), "no new line at the end of the file"


def line_limit(path):
    if path.endswith(".proto"):
        return PROTO_LINES_MAX
    is_code = path.endswith(CODE) or os.path.basename(path) == "CMakeLists.txt"
    return LINES_MAX if is_code else None


def check_length(path, text):
    limit = line_limit(path)
    lines = text.count("\n")
    if limit is not None and lines > limit:
        yield 1, f"{lines} lines, {limit} are the most: would two rooms be clearer?"


def long_files(files):
    """Paths above the length at which one should think of splitting, with their lines."""
    for path, text in sorted(files.items()):
        if line_limit(path) is not None and text.count("\n") > LINES_WARN:
            yield path, text.count("\n")


def check_builds(files):
    """Every C++ file is named by a CMakeLists.txt of its folder or one above, and every
    CMakeLists.txt is added by one above: a test that is in no build passes for ever."""
    lists = {os.path.dirname(path): text for path, text in files.items()
             if os.path.basename(path) == "CMakeLists.txt"}

    def named_above(folder, name):
        """Does a list in `folder` or above name `name`, relative to its own folder?"""
        while True:
            if folder in lists and re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w.-])", lists[folder]):
                return True
            if not folder:
                return False
            name = os.path.join(os.path.basename(folder), name)
            folder = os.path.dirname(folder)

    for path in sorted(files):
        if path.endswith(".cc") and not named_above(os.path.dirname(path), os.path.basename(path)):
            yield path, 1, "no CMakeLists.txt of this folder or above names it"
    for folder in sorted(lists):
        parent, name = os.path.dirname(folder), os.path.basename(folder)
        if folder and not named_above(parent, name):
            yield os.path.join(folder, "CMakeLists.txt"), 1, "no add_subdirectory reaches it"


def check(files):
    """All findings, as (path, line, what is wrong), in the order of the paths."""
    findings = []
    for path, text in sorted(files.items()):
        if path.startswith(DATA_FOLDERS):
            continue
        checks = [check_text(path, text), check_length(path, text)]
        if path.endswith(CPP):
            checks.append(check_cpp(path, text))
        for found in checks:
            findings += [(path, line, what) for line, what in found]
    findings += check_builds(files)
    return sorted(findings)
