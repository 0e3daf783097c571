"""The rows that stop the daemon: ready after a kill, rebuild, and many more members."""
import os
import pathlib
import signal
import subprocess
import time

import host
from process import Failed, end, run, start
from world import World, bill, connect, terminal_module
from table import Row, short
from wire import CONNECTIONS, checkpoint_seconds, healthy, main_world, rounds, seconds, spanned

GROW_SECONDS_MAX = 480


def at_peak(site, world, for_seconds):
    """A client at peak in the background."""
    out = world.folder / "background.json"
    return start(*world.load_words(None, for_seconds, out, connections=CONNECTIONS, depth=16),
                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def first_answer(site, world, ticket):
    """Seconds from the start of the process to the first settlement answered."""
    begun = time.monotonic()
    world.start(5)
    listening = time.monotonic() - begun
    with connect(site, world) as term:
        for person in range(1, 100):
            _, reply = term.call(term.request(
                "2207", settle=bill(site, world, person, f"{ticket}P{person}")))
            if reply.outcome == terminal_module(site).DONE:
                return time.monotonic() - begun, listening
    raise Failed("no settlement was done after the start")


def grow(site, world):
    """Loads at peak until the ledger is as large as asked."""
    wanted = site.size(site.options.ledger_gib * 2**30, 1 << 20)
    until = time.monotonic() + GROW_SECONDS_MAX
    while world.ledger_bytes() < wanted:
        if time.monotonic() > until:
            raise Failed(f"the ledger did not reach {wanted} bytes in {GROW_SECONDS_MAX} s")
        healthy(world.load(seconds=site.size(20, 1), connections=CONNECTIONS, depth=16))


def ready(site):
    world = main_world(site)
    world.stop()
    world.start(5)
    grow(site, world)
    times, listens = [], []
    for turn in range(rounds(site)):
        client = at_peak(site, world, 60)
        time.sleep(site.size(6, 2))
        world.kill()
        end(client, signal.SIGKILL)
        took, listening = first_answer(site, world, f"R{turn}{os.getpid()}")
        times.append(took)
        listens.append(listening)
    size = world.ledger_bytes()
    took = host.median(times)
    site.grown = True
    return Row("ready", "ready after kill -9 at peak", f"{took:.2f} s", "–", judged=took, at_least=2,
               aim=1, higher=False, target="2 / 1 s",
               note=f"from the start of the process to the first settlement answered; median of "
                    f"{len(times)} kills (slowest {max(times):.2f} s; listening after "
                    f"{host.median(listens):.2f} s); ledger of {size / 2**30:.2f} GiB, "
                    "checkpoints every 5 s", values={"seconds": times, "ledger_bytes": size})


def rebuild(site):
    world = main_world(site)
    ctl = site.build / "tools" / "copayctl" / "copayctl"
    if " rebuild" not in run(ctl, "--help", check=False).stdout:
        return Row("rebuild", "full rebuild of LMDB", "not built", target="300 k / 600 k/s")
    if not getattr(site, "grown", False):
        grow(site, world)
    records = world.sequence()[0]
    world.stop()
    begun = time.monotonic()
    run(ctl, "rebuild", world.data, timeout=1800)
    took = time.monotonic() - begun
    rate = records / took
    return Row("rebuild", "full rebuild of LMDB from the ledger", f"{short(rate)} records/s",
               "–", judged=rate, at_least=300e3, aim=600e3, target="300 k / 600 k records/s",
               note=f"{records} records in {took:.1f} s, copayctl rebuild as a whole: reading, "
                    "checking, sorting, writing, comparing digests",
               values={"records": records, "seconds": took})


def drop_cache(folder):
    """Asks the kernel to forget the folder's pages: nothing needs root."""
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file():
            fd = os.open(path, os.O_RDONLY)
            try:
                os.fdatasync(fd)
                os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(fd)


def cold_and_warm(site, world):
    """(throughput just after the cache was dropped, median of the warm rounds); every run spans
    its checkpoints"""
    def throughput():
        before = world.checkpoints()
        rate = healthy(world.load(**load))["throughput"]
        spanned(site, before, world)
        return rate
    world.stop()
    drop_cache(world.data)
    world.start(checkpoint_seconds(site))
    load = {"connections": CONNECTIONS, "depth": 16, "regulars": 0, "seconds": seconds(site)}
    return throughput(), host.median([throughput() for _ in range(rounds(site))])


def large(site):
    small = main_world(site)
    big = World(site, "large", site.options.members_large, site.size(site.options.catalogue, 2000))
    try:
        begun = time.monotonic()
        big.start(checkpoint_seconds(site)).fill()
        filled = time.monotonic() - begun
        cold, warm = cold_and_warm(site, big)
        big.stop()
        small_cold, small_warm = cold_and_warm(site, small)
    finally:
        big.remove()
    ratio = warm / small_warm
    return Row("large", f"{short(big.members)} members of {short(small.members)}",
               f"{short(warm)}/s", f"{short(small_warm)}/s", ratio, judged=ratio, at_least=0.75,
               aim=0.90, target="75 % / 90 %",
               note=f"64 × 16, members drawn evenly; from a cold page cache {short(cold)}/s "
                    f"against {short(small_cold)}/s; filling took {filled:.0f} s",
               values={"warm": warm, "cold": cold, "small_warm": small_warm,
                       "small_cold": small_cold})


ROWS = {"ready": ready, "rebuild": rebuild}
