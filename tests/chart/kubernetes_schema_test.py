#!/usr/bin/env python3
"""Holds every render against Kubernetes' own schemas, where the shared data have them:
$SAFEHAVEN_SHARED/data/kubernetes (by default `shared` beside the repository). Without
them chart_test's closed fields are what there is."""
import os
import subprocess
import sys

import helm
from value_sets import ACCEPTED

SKIPPED = 77


def main():
    shared = os.environ.get("SAFEHAVEN_SHARED") or os.path.join(os.path.dirname(helm.ROOT), "shared")
    folder = os.path.join(shared, "data", "kubernetes")
    validator = os.path.join(folder, "validate.py")
    bundle = os.path.join(folder, "k8s-1.33-strict.json")
    if not (os.path.isfile(validator) and os.path.isfile(bundle)):
        print(f"SKIPPED: no Kubernetes schemas in the shared data ({folder})")
        return SKIPPED
    failed = 0
    for name, values in ACCEPTED.items():
        done = subprocess.run([sys.executable, validator, bundle, "-"], input=helm.template(values),
                              capture_output=True, text=True)
        print(f"{name}: {done.stdout.strip()}{done.stderr.strip()}")
        failed += done.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
