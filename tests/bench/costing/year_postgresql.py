"""The year of large_year.py in a PostgreSQL 15 of its own: load, divide exactly (numeric,
largest remainder), divide in floating point, sum by event. Prints one JSON line; seconds
are CPU seconds of the server's processes, and the checksum is of the exact result."""
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import sys

BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
STEPS = {
    "load_s": """
CREATE UNLOGGED TABLE events_in (record_id text, start_date date, end_date date, point_of_delivery text, currency text);
COPY events_in FROM '{input}/events.csv' CSV HEADER;
CREATE UNLOGGED TABLE events AS SELECT (substr(record_id, 2))::bigint AS event, record_id FROM events_in;
CREATE UNLOGGED TABLE amounts (activity text, amount bigint);
COPY amounts FROM '{folder}/amounts.csv' CSV HEADER;
CREATE UNLOGGED TABLE lines_in (event_id text, activity text, quantity bigint);
COPY lines_in FROM '{input}/activity.csv' CSV HEADER;
CREATE UNLOGGED TABLE lines AS SELECT e.event, l.activity, l.quantity FROM lines_in l JOIN events e ON e.record_id = l.event_id;
""",
    "exact_s": """
CREATE UNLOGGED TABLE exact AS
  WITH totals AS (SELECT activity, sum(quantity)::numeric AS total FROM lines GROUP BY activity),
  shares AS (SELECT l.activity, l.event, a.amount, div(a.amount::numeric * l.quantity, t.total) AS share,
                    mod(a.amount::numeric * l.quantity, t.total) AS remainder
             FROM lines l JOIN totals t USING (activity) JOIN amounts a USING (activity)),
  ranked AS (SELECT *, row_number() OVER (PARTITION BY activity ORDER BY remainder DESC, event) AS place,
                    amount - sum(share) OVER (PARTITION BY activity) AS units_left FROM shares)
  SELECT activity, event, (share + CASE WHEN place <= units_left THEN 1 ELSE 0 END)::bigint AS cost FROM ranked;
""",
    "float_s": """
CREATE UNLOGGED TABLE inexact AS
  WITH totals AS (SELECT activity, sum(quantity)::float8 AS total FROM lines GROUP BY activity)
  SELECT l.activity, l.event, l.quantity / t.total * (a.amount / 1e8::float8) AS cost
  FROM lines l JOIN totals t USING (activity) JOIN amounts a USING (activity);
""",
    "totals_s": """
CREATE UNLOGGED TABLE by_event AS SELECT event, sum(cost) AS cost FROM exact GROUP BY event;
CREATE UNLOGGED TABLE by_event_inexact AS SELECT event, sum(cost) AS cost FROM inexact GROUP BY event;
""",
}


def cpu_seconds(owner):
    """CPU that the processes of the server have used, and those that ended."""
    total = 0
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if entry.stat().st_uid == owner and "postgres" in (entry / "comm").read_text():
                total += sum(int(fields[i]) for i in (11, 12, 13, 14))
        except (OSError, IndexError):
            continue
    return total / os.sysconf("SC_CLK_TCK")


def main():
    folder, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    owner = pwd.getpwnam("postgres")
    data = work / "postgresql"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    os.chown(data, owner.pw_uid, owner.pw_gid)
    as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "cwd": str(data), "stdout": subprocess.DEVNULL, "check": True}
    subprocess.run([BIN / "initdb", "-D", data / "db", "-A", "trust", "--no-sync"], **as_owner)
    settings = (f"-c listen_addresses='' -c unix_socket_directories='{data}' -c fsync=off -c shared_buffers=1GB "
                "-c work_mem=512MB -c maintenance_work_mem=512MB -c max_parallel_workers=2 -c max_wal_size=8GB")
    subprocess.run([BIN / "pg_ctl", "-D", data / "db", "-w", "-o", settings, "-l", data / "log", "start"], **as_owner)
    psql = ["psql", "-h", str(data), "-U", "postgres", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-qAtX"]
    try:
        result = {}
        for name, sql in STEPS.items():
            before = cpu_seconds(owner.pw_uid)
            subprocess.run(psql, input=sql.format(input=folder / "input", folder=folder), text=True, check=True, stdout=subprocess.DEVNULL)
            result[name] = cpu_seconds(owner.pw_uid) - before
        checksum = subprocess.run(psql + ["-c", "SELECT mod(sum(cost * (event % 97 + 1)), 2305843009213693951) FROM by_event"],
                                  capture_output=True, text=True, check=True).stdout.strip()
        result["checksum"] = int(checksum)
        result["cpu_s"] = sum(result[name] for name in STEPS)
    finally:
        subprocess.run([BIN / "pg_ctl", "-D", data / "db", "-m", "immediate", "stop"], **{**as_owner, "check": False})
        shutil.rmtree(data, ignore_errors=True)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
