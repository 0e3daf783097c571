"""The rows of the daemon over mutual TLS, each beside the echo server in the same minutes."""
import contextlib
import threading
import time

import host
from process import Failed
from world import Echo, World
from table import Row, short

CONNECTIONS = 64
CHECKPOINTS_MIN = 3  # that a throughput figure spans


def make_world(site):
    world = World(site, "world", site.size(site.options.members, 2000),
                  site.size(site.options.catalogue, 2000))
    world.start(checkpoint_seconds(site)).fill()
    return world, Echo(site, world)


def main_world(site):
    """The world that most rows share, made and filled once; running."""
    if site.hopeless:
        raise Failed(site.hopeless)
    if site.world is None:
        try:
            site.world, site.echo = make_world(site)
        except Failed as error:
            site.hopeless = str(error)
            raise
    if not site.world.running():
        site.world.start(checkpoint_seconds(site))
    return site.world


def seconds(site):
    return site.size(site.options.seconds, 1)


def rounds(site):
    return site.size(site.options.rounds, 1)


def echo_seconds(site):
    """Nothing of the echo server's comes and goes by the second."""
    return max(1, seconds(site) // 3)


def checkpoint_seconds(site):
    """The daemon's own default where the run spans more than three of them."""
    return min(5, max(1, seconds(site) // 4))


def healthy(out):
    """Settlements that were answered, not refused or lost: anything else measures nothing."""
    if (out["done"] == 0 or (out["refused"] + out["retry"]) * 20 > out["done"] or
            out["unknown"] or out["unsent"] or out["lost"] or out["interrupted"]):
        raise Failed(f"the run is not sound: done {out['done']}, refused {out['refused']}, retry "
                     f"{out['retry']}, unknown {out['unknown']}, never sent {out['unsent']}, lost "
                     f"{out['lost']}")
    return out


def spanned(site, before, world):
    count = world.checkpoints() - before
    if not site.options.quick and count < CHECKPOINTS_MIN:
        raise Failed(f"the run spans {count} checkpoints, not {CHECKPOINTS_MIN}")
    return count


def in_turn(site, world, **load):
    """Rounds of floor and daemon in turn; (daemon's outcomes, echo's, checkpoints of each run)."""
    ours, floor, spans = [], [], []
    for _ in range(rounds(site)):
        floor.append(healthy(world.load(site.echo.port, echo_seconds(site), **load)))
        before, used = world.checkpoints(), world.thread_seconds()
        out = healthy(world.load(seconds=seconds(site), **load))
        now = world.thread_seconds()
        # The threads' time and `done` both include the warm-up.
        out["thread_us"] = {name: round((now[name] - used.get(name, 0)) * 1e6 / out["done"], 2)
                            for name in now}
        ours.append(out)
        spans.append(spanned(site, before, world))
    return ours, floor, spans


def thread_note(ours):
    """Where the processor's time of a settlement goes."""
    names = sorted(ours[0]["thread_us"], key=lambda n: -ours[0]["thread_us"][n])
    each = [(n, host.median([o["thread_us"][n] for o in ours])) for n in names]
    return ", ".join(f"{n} {v:.1f}" for n, v in each if v >= 0.1)


def over_tls(depth, at_least, aim):
    def row(site):
        world = main_world(site)
        ours, floor, spans = in_turn(site, world, connections=CONNECTIONS, depth=depth)
        rate = host.median([o["throughput"] for o in ours])
        echo = host.median([o["throughput"] for o in floor])
        ratio = host.median([a["throughput"] / b["throughput"] for a, b in zip(ours, floor)])
        site.rates[depth] = rate
        return Row(f"tls-64x{depth}", f"settlements over TLS, 64 × {depth}", f"{short(rate)}/s",
                   f"echo {short(echo)}/s", ratio, judged=ratio, at_least=at_least, aim=aim,
                   target=f"{at_least:.0%} / {aim:.0%} of the echo",
                   note=f"{rounds(site)} rounds of {seconds(site)} s, echo and daemon in turn, "
                        f"median; each run of the daemon spans {min(spans)} checkpoints or more, "
                        f"one every {checkpoint_seconds(site)} s; "
                        f"canned reply {site.echo.size} B; p50 "
                        f"{host.median([o['latency_us']['p50'] for o in ours]):.0f} µs (echo "
                        f"{host.median([o['latency_us']['p50'] for o in floor]):.0f}), p99 "
                        f"{host.median([o['latency_us']['p99'] for o in ours]):.0f} µs; the "
                        "client shares the cores; processor time per settlement by thread, µs: "
                        f"{thread_note(ours)}",
                   values={"daemon": ours, "echo": floor, "checkpoints": spans})
    return row


def latency(site):
    world = main_world(site)
    syncs, ours, floor = [], [], []
    for _ in range(rounds(site)):
        syncs.append(host.fdatasync_us(world.data, site.size(200, 20)))
        floor.append(healthy(world.load(site.echo.port, echo_seconds(site), connections=1, depth=1)))
        ours.append(healthy(world.load(seconds=echo_seconds(site), connections=1, depth=1)))
        syncs.append(host.fdatasync_us(world.data, site.size(200, 20)))
    sync = host.median(syncs)
    p50 = host.median([o["latency_us"]["p50"] for o in ours])
    echo = host.median([o["latency_us"]["p50"] for o in floor])
    k = (p50 - echo) / sync
    return Row("latency", "one connection, one in flight, p50", f"{p50:.0f} µs",
               f"echo {echo:.0f} µs, sync {sync:.0f} µs", p50 / echo, judged=k, at_least=2, aim=1.2,
               higher=False, target="echo + 2 × / 1.2 × sync",
               note=f"p50 = echo + {k:.2f} × fdatasync (4 KiB into written space of the same "
                    f"folder, median of {len(syncs)} probes between the runs)",
               values={"daemon": ours, "echo": floor, "fdatasync_us": syncs, "k": k})


def peak(site):
    """Settlements per second at 64 x 16; measured when no row has yet."""
    if 16 not in site.rates:
        world = main_world(site)
        out = healthy(world.load(seconds=seconds(site), connections=CONNECTIONS, depth=16))
        site.rates[16] = out["throughput"]
    return site.rates[16]


def open_loop(site):
    rate = max(1, int(peak(site) / 2))
    world = main_world(site)
    before = world.checkpoints()
    out = healthy(world.load(seconds=seconds(site), connections=CONNECTIONS, depth=16,
                             rate=rate))
    count = spanned(site, before, world)
    at = out["latency_us"]
    return Row("open-loop", "p99 at half of peak, open loop", f"{at['p99'] / 1000:.2f} ms",
               f"p50 {at['p50'] / 1000:.2f} ms", at["p99"] / at["p50"],
               judged=at["p99"] / at["p50"], at_least=5, higher=False,
               also=out["throughput"] >= 0.98 * rate, target="5 × p50",
               note=f"{rate}/s on a fixed schedule, {out['throughput']:.0f}/s answered (a schedule "
                    f"not kept meets nothing), {count} checkpoints; p50 {at['p50']}, p99 "
                    f"{at['p99']}, p99.9 {at['p999']}, max {at['max']} µs",
               values={"daemon": out, "checkpoints": count})


@contextlib.contextmanager
def sampling(read, every=0.1):
    """Calls read() now and then beside what goes on; yields the list of what it said."""
    values, done = [], threading.Event()

    def sample():
        while not done.wait(every):
            with contextlib.suppress(OSError):
                values.append(read())
    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield values
    finally:
        done.set()
        thread.join()


def usage(site):
    """One run at 64 x 16 with memory and bytes watched; measured once for two rows."""
    if site.usage is None:
        world = main_world(site)
        files, ledger, written = (file_bytes(world), world.ledger_bytes(),
                                  host.disk_written(world.data))
        applied, _ = world.sequence()
        with sampling(lambda: (world.status("RssAnon"), world.status("RssFile"))) as values:
            out = healthy(world.load(seconds=seconds(site), connections=CONNECTIONS, depth=16))
        time.sleep(2 * checkpoint_seconds(site) + 1)  # what is still in the overlay
        records = world.sequence()[0] - applied
        zeros = file_bytes(world) - files
        appended = world.ledger_bytes() - ledger
        site.usage = {"records": records, "ledger": appended,
                      "lmdb": None if written is None else
                              host.disk_written(world.data) - written - zeros - appended,
                      "anon": max(v[0] for v in values), "file": max(v[1] for v in values),
                      "throughput": out["throughput"]}
        site.record_bytes = max(200, round(site.usage["ledger"] / max(1, records)))
    return site.usage


def file_bytes(world):
    """All of the ledger's files, the zeros ahead included; once no segment is being made ready."""
    until = time.monotonic() + 60
    while not (world.data / "ledger" / "spare.seg").exists():
        if time.monotonic() > until:
            raise Failed("a segment is not ready after a minute")
        time.sleep(0.1)
    return sum(path.stat().st_size for path in (world.data / "ledger").iterdir())


def memory(site):
    used = usage(site)
    world = main_world(site)
    mb = used["anon"] / 1e6
    return Row("memory", "memory beyond the page cache", f"{mb:.0f} MB", "–", judged=mb,
               at_least=400, aim=200, higher=False, target="400 / 200 MB",
               note=f"largest RssAnon at 64 × 16, overlay included, {world.members} members, "
                    f"{site.size(site.options.catalogue, 2000)} items; beside it "
                    f"{used['file'] / 1e6:.0f} MB of mapped files", values=used)


def record_size(site):
    used = usage(site)
    each = used["ledger"] / used["records"]
    lmdb = ("–" if used["lmdb"] is None else
            f"LMDB writes {used['lmdb'] / used['records'] / 1000:.1f} kB")
    return Row("bytes", "ledger bytes per ten-line settlement", f"{each:.0f} B", lmdb, judged=each,
               at_least=2000, aim=1500, higher=False, target="2 / 1.5 KB; LMDB reported",
               note=f"{used['records']} settlements; ledger: growth of what lies before the "
                    "segments' zeros, headers included; LMDB: what the disk was given, all else "
                    "on it included, less the ledger and the zeros of new segments", values=used)


def storm(site):
    world = main_world(site)
    count = site.size(1000, 20)
    out = world.load(seconds=seconds(site), connections=count, depth=1, storm="reconnect")
    told = out["storm"]
    if told["served_us"] < 0:
        raise Failed("not all terminals were served again")
    served = told["served_us"] / 1e6
    calm, beside = told["calm_latency_us"]["p99"], told["storm_latency_us"]["p99"]
    return Row("storm", f"{told['terminals']} terminals reconnect at once",
               f"all served in {served:.2f} s",
               f"p99 of the connected {beside / 1000:.1f} ms, calm {calm / 1000:.1f}",
               beside / calm, judged=served, at_least=2, aim=1, higher=False,
               also=beside <= 3 * calm, target="2 / 1 s; p99 3 ×",
               note="from the hang-up until every one had an answer; copay-replay --storm "
                    f"reconnect; {told['resumed']} resumed their TLS session, as libcopay does; the "
                    "ratio is of the p99 of those that stay connected, storm to calm",
               values={"replay": out})


ROWS = {"tls-64x1": over_tls(1, 0.60, 0.80), "tls-64x16": over_tls(16, 0.50, 0.65),
        "latency": latency, "open-loop": open_loop, "memory": memory, "bytes": record_size,
        "storm": storm}
