"""The rows that need no daemon: one process each, its outcome a line of JSON."""
import json
import shutil

from process import run
from table import Row, short


def bench(site, name, *words, timeout=600):
    done = run(site.build / "tests" / "bench" / f"bench-{name}", *words, timeout=timeout)
    return json.loads(done.stdout.splitlines()[-1])


def region(site):
    """The generated region, made once."""
    return made(site, "region")


def largest(site):
    """The largest policy of conf/regions over as many items, made once."""
    base = max((p.parent for p in (site.source / "conf" / "regions").glob("*/policy.yaml")),
               key=lambda folder: (folder / "policy.yaml").stat().st_size)
    return made(site, "largest", "--base", base, "--rules", "own"), base.name


def made(site, name, *words):
    out = site.work / name
    if not (out / "policy.yaml").exists():
        done = run("/usr/bin/python3", site.source / "tests" / "bench" / "region.py", out,
                   "--catalogue", site.size(100000, 20000), *words)
        site.region_facts[name] = json.loads(done.stdout)
    return out


def adjudicate(site):
    return adjudicated(site, "adjudicate", "adjudication, one core", region(site), "")


def adjudicate_largest(site):
    out, base = largest(site)
    return adjudicated(site, "adjudicate-largest", "the same, the largest region's own rules", out,
                       f" of conf/regions/{base}")


def adjudicated(site, name, title, folder, whose):
    out = bench(site, "adjudicate", "--region", folder,
                "--claims", site.size(100000, 2000), "--rounds", site.size(5, 2))
    facts = site.region_facts[folder.name]
    return Row(name, title,
               f"{short(out['claims_per_s'])} claims/s",
               f"ten lookups {short(out['lookups_only_per_s'])}/s",
               out["claims_per_s"] / out["lookups_only_per_s"], judged=out["claims_per_s"],
               at_least=500e3, aim=1e6, target="500 k / 1 M claims/s", values={**out, **facts},
               note=f"{out['claims']} distinct shuffled ten-line claims, {facts['catalogue']} "
                    f"items drawn evenly, {facts['rules']} active rules in {facts['layers']} "
                    f"layers{whose}; per second of one core's time; {out['refused']} refused")


def audit(site):
    out = bench(site, "audit", "--region", made(site, "audited", "--audit", 200),
                "--claims", site.size(50000, 1000), "--rounds", site.size(5, 2))
    return Row("audit", "smart audit, one core", f"{out['ns_per_line']:.0f} ns a line",
               f"ten lookups {out['lookup_ns_per_line']:.0f} ns",
               out["lookup_ns_per_line"] / out["ns_per_line"], judged=1e9 / out["ns_per_line"],
               at_least=1e6, aim=1e6, target="1 µs a line", values=out,
               note=f"{out['claims']} ten-line claims under 200 rules, {out['hits_per_line']:.1f} "
                    "of which look at a line, over 30 lines of history; of one core's time")


def codec(site):
    out = bench(site, "codec", "--region", region(site), "--claims", site.size(20000, 500),
                "--rounds", site.size(5, 2))
    ours, generic = out["decode_us"] + out["encode_us"], out["unpack_us"] + out["pack_us"]
    return Row("codec", "codec alone", f"{ours:.2f} µs a claim",
               f"protobuf-c {generic:.2f} µs", generic / ours, values=out,
               note=f"decode {out['decode_us']:.2f} + encode {out['encode_us']:.2f} µs of one "
                    f"core, request {out['request_bytes']} B, reply {out['reply_bytes']} B; floor: "
                    f"protobuf-c's unpack {out['unpack_us']:.2f} + pack {out['pack_us']:.2f} µs "
                    "in an arena, nothing checked, no clause texts; a copy and a SHA-256 of the "
                    f"same bytes take {out['copy_hash_us']:.2f} µs")


def append(group):
    def row(site):
        folder = site.work / "append"
        (folder / "ledger").mkdir(parents=True)
        try:
            out = bench(site, "append", "--dir", folder, "--group", group,
                        "--record", site.record_bytes, "--turns", site.size(20, 2),
                        "--groups", site.size(10, 2))
        finally:
            shutil.rmtree(folder)
        return Row(f"append-{group}", f"ledger append, groups of {group}",
                   f"{short(out['records_per_s'])}/s at {out['group_us'] / 1000:.2f} ms",
                   f"plain {short(out['plain_per_s'])}/s at {out['plain_us'] / 1000:.2f} ms",
                   out["ratio"], values=out,
                   note=f"records of {out['record_bytes']} B, hashed, chained and synced; floor: "
                        "one pwrite and fdatasync of the same bytes into written space")
    return row


def checkpoint(site):
    folder = site.work / "checkpoint"
    folder.mkdir()
    try:
        out = bench(site, "checkpoint", "--dir", folder, "--stored", site.size(1000000, 5000),
                    "--dirty", site.size(200000, 2000), "--rounds", site.size(5, 2))
    finally:
        shutil.rmtree(folder)
    return Row("checkpoint", "checkpoint", f"{short(out['keys_per_s'])} keys/s",
               f"sorted puts {short(out['raw_per_s'])}/s", out["ratio"], values=out,
               note=f"{out['dirty']} dirty keys into {out['stored']}, half new in business order, "
                    "half people overwritten; floor: raw LMDB, one transaction, the same keys "
                    "sorted")


ROWS = {"adjudicate": adjudicate, "adjudicate-largest": adjudicate_largest, "codec": codec,
        "audit": audit,
        "append-1": append(1), "append-128": append(128), "append-1024": append(1024),
        "checkpoint": checkpoint}
