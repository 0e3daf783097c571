"""The machine that figures were taken on: named in the table's head, because figures mean nothing
without it. Refuses data folders that are not on a disk."""
import datetime
import os
import pathlib
import platform
import shutil
import subprocess
import time

SOURCE = pathlib.Path(__file__).resolve().parents[3]
# What an fdatasync of these costs is not what a disk costs.
IN_MEMORY = ("tmpfs", "ramfs", "devtmpfs", "hugetlbfs")


class Refused(Exception):
    """The data folder is no place for a measurement."""


def mounts():
    """(mount point, type, options, device) of every mount."""
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        left, right = line.split(" - ")
        kind, device, options = (right.split(" ") + ["", ""])[:3]
        point = left.split(" ")[4].encode().decode("unicode_escape")
        yield point, kind, options, device


def mount_of(path):
    path = os.path.realpath(path)
    best = ("/", "unknown", "", "")
    for point, kind, options, device in mounts():
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best[0]):
            best = (point, kind, options, device)
    return best


def file_system(path):
    """Its name; Refused for one that keeps its files in memory, also under an overlay."""
    point, kind, options, device = mount_of(path)
    if kind in IN_MEMORY:
        raise Refused(f"{path} lies on {kind} ({point}): a sync costs nothing there; "
                      "choose a folder on a disk with --dir")
    if kind == "overlay":
        uppers = [o[len("upperdir="):] for o in options.split(",") if o.startswith("upperdir=")]
        for upper in uppers:
            if mount_of(upper)[1] in IN_MEMORY:
                raise Refused(f"{path} lies on an overlay whose upper folder {upper} is on "
                              f"{mount_of(upper)[1]}; choose a folder on a disk with --dir")
    return f"{kind} ({device})"


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def fdatasync_us(folder, rounds=200, size=4096):
    """Median microseconds of one write and fdatasync into space that was written before."""
    path = pathlib.Path(folder) / "sync.probe"
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        block = b"\xa5" * size
        os.write(fd, bytes(size * rounds))
        os.fsync(fd)
        took = []
        for i in range(rounds):
            begun = time.perf_counter_ns()
            os.pwrite(fd, block, i * size)
            os.fdatasync(fd)
            took.append((time.perf_counter_ns() - begun) / 1000)
        return median(took)
    finally:
        os.close(fd)
        path.unlink()


def disk_written(path):
    """Bytes that the disk behind a path was ever given; None where the system does not say. What
    /proc says of a process counts whole folios of the page cache, several times what is written."""
    device = os.stat(path).st_dev
    stat = pathlib.Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}/stat")
    return int(stat.read_text().split()[6]) * 512 if stat.exists() else None


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def commit():
    if not shutil.which("git"):
        return "unknown (no git here)"

    def git(*words):
        done = subprocess.run(["git", "-C", SOURCE, *words], capture_output=True, text=True,
                              timeout=60, check=False)
        return done.stdout.strip() if done.returncode == 0 else ""
    head = git("rev-parse", "--short=12", "HEAD") or "unknown"
    changed = len(git("status", "--porcelain", "--untracked-files=no").splitlines())
    return f"{head} and {changed} changed files" if changed else head


def describe(folder, rounds=200):
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "commit": commit(),
        "cores": len(os.sched_getaffinity(0)),
        "processor": processor(),
        "memory_gib": round(memory / 2**30, 1),
        "kernel": platform.release(),
        "folder": str(folder),
        "file_system": file_system(folder),
        "fdatasync_us": round(fdatasync_us(folder, rounds), 1),
        "load": round(os.getloadavg()[0], 2),
    }
