"""The demo as a user starts it, for tests that use its services from outside.

    with RunningDemo(build_dir, persons=1500) as demo:
        demo.run("status", "--output", "json")

Runs scripts/demo with the build at hand and a state folder of its own, waits until it
serves the dashboard, and stops it at the end. One start of everything, for many cases."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
START_SECONDS = 240  # a sanitizer's build on a busy machine; the release build needs a tenth


class DemoFailed(Exception):
    """The demo did not come up; the text is what it said."""


class Done:
    """What one command did."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def rows(self):
        """The rows of --output json."""
        return json.loads(self.out)

    def __repr__(self):
        return f"exit {self.code}\n{self.out}{self.err}"


class RunningDemo:
    def __init__(self, build_dir, persons, seed=1):
        self.build_dir = os.path.abspath(build_dir)
        self.persons, self.seed = persons, seed
        self.program = os.path.join(self.build_dir, "bin", "safehaven")

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="safehaven-e2e-")
        self.state = os.path.join(self.folder, "state")
        self.region = os.path.join(self.state, "region")
        self.context = os.path.join(self.state, "context.yaml")
        environment = {**os.environ, "SAFEHAVEN_SKIP_BUILD": "1",
                       "SAFEHAVEN_PRESET": os.path.basename(self.build_dir)}
        environment.pop("SAFEHAVEN_TOKEN", None)
        # A session of its own, so that one signal ends it with all that it started.
        self.process = subprocess.Popen(
            [os.path.join(ROOT, "scripts", "demo"), "--persons", str(self.persons), "--seed", str(self.seed),
             "--state", self.state],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True)
        try:
            self.web = self._await_dashboard()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_):
        self._stop()

    def _await_dashboard(self):
        said = []
        late = threading.Timer(START_SECONDS, self._end_all)
        late.start()
        try:
            for line in self.process.stdout:
                said.append(line)
                found = re.match(r"Dashboard: (http://\S+)", line)
                if found:
                    web = found.group(1)
                if line.startswith("Ctrl-C ends the demo"):
                    # Nobody reads on: a full pipe must not stop the demo.
                    threading.Thread(target=self.process.stdout.read, daemon=True).start()
                    return web
        finally:
            late.cancel()
        raise DemoFailed("".join(said))

    def _end_all(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass

    def _stop(self):
        self._end_all()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            print("the demo did not end within 30 s of SIGTERM", file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *arguments, person=None, context=None):
        """One command of `safehaven`, as `person`, in the demo's context or another."""
        who = ["--as", person] if person else []
        environment = {key: value for key, value in os.environ.items() if key != "SAFEHAVEN_TOKEN"}
        done = subprocess.run([self.program, "--context", context or self.context, *who, *arguments],
                              capture_output=True, text=True, timeout=120, env=environment, cwd=self.folder)
        return Done(done.returncode, done.stdout, done.stderr)

    def links(self):
        """One-time links that can be used now, by subject."""
        with open(os.path.join(self.state, "links.json"), encoding="utf-8") as file:
            return {link["subject"]: link["url"] for link in json.load(file)}

    def status(self):
        """What the services hold, without what changes by itself."""
        rows = self.run("status", "--output", "json").rows()
        return [row for row in rows if row["fact"] != "heartbeat of consent"]
