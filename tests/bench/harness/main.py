"""tools/bench, once everything is installed and built: runs the rows, prints the table.

usage: tools/bench [--only ROW[,ROW...]] [--quick] [--seconds N] [--rounds N] [--dir DIR]
                   [--members N] [--catalogue N] [--ledger-gib N] [--members-large N]
                   [--peer] [--json FILE] [--keep] [--list]

  --only     rows by name or by the beginning of it; --list names them all
  --quick    tiny sizes: shows that everything runs, measures nothing
  --dir      where the data goes (build/bench-data); tmpfs and the like are refused
  --seconds  length of each run of the daemon (20); --rounds of floor and daemon in turn (3)
  --members-large  also the row with that many members beside one with --members (minutes, GBs)
  --peer     also PostgreSQL 15 doing the same settlement (installs it from Debian)
  --keep     leaves the data folder

Exit status: 0 every row ran, whatever it says; 1 a row failed; 2 the command line or the data
folder is refused.
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time

import host
import micro
import peer
import process
import recovery
import table
import wire

SOURCE = pathlib.Path(__file__).resolve().parents[3]


NEEDS_GB = {"tls-64x1": 3, "tls-64x16": 5, "memory": 2, "ready": 4, "rebuild": 3, "storm": 1,
            "open-loop": 1, "large": 4, "peer-64": 12, "peer-1": 2}


class Site:
    """What rows share: folders, sizes, and what one row learnt that another can use."""

    def __init__(self, options, work):
        self.options = options
        self.work = work
        self.source = SOURCE
        self.build = pathlib.Path(os.environ.get("COPAY_RELEASE", SOURCE / "build" / "release"))
        self.region_facts = {}
        self.record_bytes = 1800  # until a row has measured a real one
        self.world = self.echo = None
        self.hopeless = ""       # why there is no world
        self.rates = {}           # settlements/s over TLS by depth
        self.peer = None          # runs beside PostgreSQL
        self.usage = None         # memory and bytes of one loaded run
        self.interrupted = False

    def size(self, full, quick):
        return quick if self.options.quick else full


def read_options():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dir", type=pathlib.Path, default=SOURCE / "build" / "bench-data")
    parser.add_argument("--members", type=int, default=1000000)
    parser.add_argument("--catalogue", type=int, default=100000)
    parser.add_argument("--ledger-gib", type=float, default=2)
    parser.add_argument("--members-large", type=int, default=0)
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def all_rows(options):
    rows = {**micro.ROWS, **wire.ROWS, **recovery.ROWS}
    if options.members_large:
        rows["large"] = recovery.large
    if options.peer:
        rows |= peer.ROWS
    return rows


def choose(options):
    rows = all_rows(options)
    wanted = [w for w in options.only.split(",") if w]
    chosen = {n: f for n, f in rows.items() if not wanted or
              any(n == w or (w not in rows and n.startswith(w)) for w in wanted)}
    if not chosen:
        print(f"tools/bench: no row begins with {options.only}; there are {', '.join(rows)}",
              file=sys.stderr)
        sys.exit(2)
    return chosen


def measure(site, chosen):
    rows = []
    for name, function in chosen.items():
        begun = time.monotonic()
        print(f"== {name}", end="", file=sys.stderr, flush=True)
        try:
            row = function(site)
        except KeyboardInterrupt:
            site.interrupted = True
            print(": interrupted; the table is of the rows before it", file=sys.stderr)
            break
        except Exception as error:  # pylint: disable=broad-exception-caught
            # Whatever went wrong with one row says nothing of the next one.
            what = "" if isinstance(error, process.Failed) else type(error).__name__ + ": "
            row = table.Row(name, name, note=what + " ".join(str(error).split())[-600:],
                            failed=True)
        print(f": {row.absolute} ({time.monotonic() - begun:.0f} s)", file=sys.stderr, flush=True)
        rows.append(row)
    return rows


def announce(options, chosen):
    """What this will take of the user's time and disk."""
    if options.quick:
        return
    run = options.rounds * (options.seconds * 4 / 3 + 5)
    each = {"adjudicate": 30, "adjudicate-largest": 30, "audit": 20, "codec": 5, "append-1": 5,
            "append-128": 5, "append-1024": 10, "checkpoint": 30, "tls-64x1": run,
            "tls-64x16": run, "latency": run / 2, "open-loop": options.seconds + 5,
            "memory": 2 * options.seconds, "storm": 2 * options.seconds,
            "ready": 40 * options.ledger_gib + 12 * options.rounds,
            "rebuild": 20 * options.ledger_gib,
            "large": options.members_large / 30000 + 2 * run, "peer-64": 180 + 3 * run}
    minutes = (sum(each.get(name, 0) for name in chosen) + options.members / 20000) / 60
    need = sum(size for name, size in NEEDS_GB.items() if name in chosen)
    need += options.members_large / 1e6 if "large" in chosen else 0
    free = shutil.disk_usage(options.dir).free / 1e9
    print(f"{len(chosen)} rows, some {minutes:.0f} minutes, up to {need:.0f} GB of the "
          f"{free:.0f} GB free in {options.dir}", file=sys.stderr)
    if need > free:
        print("tools/bench: that may be too little; --dir takes another folder", file=sys.stderr)


def stop(*_):
    raise KeyboardInterrupt


def main():
    options = read_options()
    if options.list:
        print("\n".join(all_rows(options)))
        return 0
    chosen = choose(options)
    options.dir.mkdir(parents=True, exist_ok=True)
    announce(options, chosen)
    try:
        facts = host.describe(options.dir, 20 if options.quick else 200)
    except host.Refused as error:
        print(f"tools/bench: {error}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, stop)
    work = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=options.dir))
    site = Site(options, work)
    try:
        rows = measure(site, chosen)
    finally:
        process.end_all()
        if options.keep:
            print(f"the data stays in {work}", file=sys.stderr)
        else:
            shutil.rmtree(work, ignore_errors=True)
    what = "tools/bench " + " ".join(sys.argv[1:])
    print(table.head(facts, what.rstrip()))
    print(table.draw(rows))
    if options.json:
        options.json.write_text(json.dumps(
            {"command": what, "quick": options.quick, "host": facts,
             "rows": [row.as_json() for row in rows]}, ensure_ascii=False, indent=1) + "\n",
            encoding="utf-8")
    if site.interrupted:
        return 130
    return 1 if any(row.failed for row in rows) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        process.end_all()
        sys.exit(130)
