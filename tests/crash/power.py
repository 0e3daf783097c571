"""The disks that a power cut can leave, from a trace that tests/crash/powershim.c wrote.

A Disk plays a trace and keeps two views of a folder: what the process saw, and what is on the disk
for certain. `image(choice, folder)` writes one disk that a cut at this place can leave:

- what a sync that had ended covered is there. A sync covers what was written before it began; a
  file's sync does not cover the file's name, which its folder's does; a sync that failed covers
  nothing, and leaves pages that no later sync takes to the disk unless they are written again;
- of everything else, in pages of 4 KiB or in sectors of 512 bytes, the disk has any of the versions
  that there have been since the last sync: dropped, kept, reordered or torn, as `choice` (a
  random.Random) has it. Sizes follow the same rule; what a size covers and no write reached is zero;
- names: each creation, rename and removal that no folder's sync covered is there or not, whole. One
  that touches a name that an earlier one touched comes after it; otherwise they are independent.

The image is a function of the folder before the trace, the trace, the place and the seed, and of
nothing else: `power.py --replay KEPT/trace SEED/GENERATION/PLACE TO` makes anew the one that a failure
of suite_power.py named, from the folder it kept. LMDB's lock file is written through a map, is not
data, and is left as anything. Anything else written through a map is refused."""
import os
import pathlib
import random
import struct
import sys

SECTOR = 512
PAGE = 4096
RECORD = struct.Struct("<BBHIIIQQII")
BLOCK = 1 << 16
ZERO_BLOCK = bytes(BLOCK)
ZERO_SECTOR = bytes(SECTOR)
UNCERTAIN = "lock.mdb"
NAMING = 30


class Record:
    """One thing that happened. Kinds: P a process begins; O opens a file (a: flags); W writes b
    bytes at a (flag 1: zeros, flag 2: a sync of itself follows); D and S a sync begins, E it ends
    (flag 1: failed); T truncates to a; A allocates; N renames; L links; U unlinks; M makes a
    folder; V maps for writing; R answers (a: the stream); F a stream ends; X what this file does
    not know."""
    __slots__ = ("kind", "flag", "handle", "a", "b", "first", "second", "end")

    def __init__(self, data, at):
        (kind, self.flag, _, process, handle, _, self.a, self.b, first,
         second) = RECORD.unpack_from(data, at)
        self.kind = chr(kind)
        self.handle = process, handle
        at += RECORD.size
        self.first = bytes(data[at:at + first]).decode()
        self.second = data[at + first:at + first + second]
        self.end = at + first + second


def read_trace(path):
    """The records; `end` is how long the trace was when each had been written."""
    data = memoryview(pathlib.Path(path).read_bytes())
    records, at = [], 0
    while at < len(data):
        records.append(Record(data, at))
        at = records[-1].end
    return records


class File:
    def __init__(self, data=b""):
        self.data = bytearray(data)  # on the disk for certain, as far as `size`
        self.size = len(self.data)
        self.sectors = {}            # number -> [(when, bytes, lost)]: versions since then
        self.sizes = []              # [(when, size)] since then
        self.now = self.size         # size as the process sees it

    def sector(self, number):
        versions = self.sectors.get(number)
        if versions:
            return versions[-1][1]
        found = self.data[number * SECTOR:(number + 1) * SECTOR]
        return bytes(found) + bytes(SECTOR - len(found))

    def resize(self, when, size):
        if size < self.now:
            self.write(when, size, None, self.now - size)
        if size != self.now:
            self.now = size
            self.sizes.append((when, size))

    def is_zero(self, offset, length):
        first, last = offset // SECTOR, (offset + length + SECTOR - 1) // SECTOR
        if self.sectors and any(n in self.sectors for n in range(first, last)):
            return False
        found = self.data[offset:offset + length]
        return found.count(0) == len(found)

    def write(self, when, offset, data, length):
        """`data` None: zeros."""
        if offset + length > self.now:
            self.now = offset + length
            self.sizes.append((when, self.now))
        if data is None and self.is_zero(offset, length):
            return
        end = offset + length
        for number in range(offset // SECTOR, (end + SECTOR - 1) // SECTOR):
            begin = number * SECTOR
            low, high = max(offset, begin), min(end, begin + SECTOR)
            new = bytes(high - low) if data is None else bytes(data[low - offset:high - offset])
            if high - low < SECTOR:
                old = self.sector(number)
                new = old[:low - begin] + new + old[high - begin:]
            self.sectors.setdefault(number, []).append((when, new, False))
        self.redirty(when, offset, end)

    def redirty(self, when, offset, end):
        """What a failed sync left clean in a page goes to the disk with the page's next write."""
        per_page = PAGE // SECTOR
        for page in {offset // PAGE, (end - 1) // PAGE}:
            for number in range(page * per_page, (page + 1) * per_page):
                versions = self.sectors.get(number)
                if versions and versions[-1][2]:
                    versions.append((when, versions[-1][1], False))

    def synced(self, begun):
        for number, versions in list(self.sectors.items()):
            covered = [i for i, v in enumerate(versions) if v[0] < begun and not v[2]]
            if not covered:
                continue
            self.put(number, versions[covered[-1]][1])
            rest = versions[covered[-1] + 1:]
            if rest:
                self.sectors[number] = rest
            else:
                del self.sectors[number]
        while self.sizes and self.sizes[0][0] < begun:
            self.size = self.sizes.pop(0)[1]

    def put(self, number, content):
        end = (number + 1) * SECTOR
        if end > len(self.data):
            self.data.extend(bytes(end - len(self.data)))
        self.data[end - SECTOR:end] = content

    def sync_failed(self, begun):
        for versions in self.sectors.values():
            versions[:] = [(w, c, lost or w < begun) for w, c, lost in versions]

    def pick(self, choice, mode=None):
        """({sector: content}, size) of one disk; of a kind that the caller names, if any."""
        sizes = [self.size] + [size for _, size in self.sizes]
        mode = mode or choice.choice(["none", "all", "prefix", "pages", "sectors", "hole", "last",
                                      "torn"])
        if not self.sectors and not self.sizes:
            return {}, sizes[0]
        if mode in ("none", "all"):
            kept = {n: v[-1][1] for n, v in self.sectors.items()} if mode == "all" else {}
            return kept, sizes[-1] if mode == "all" else sizes[0]
        return self.mixed(choice, mode), choice.choice([choice.choice(sizes), sizes[-1]])

    def mixed(self, choice, mode):
        moments = sorted({v[0] for versions in self.sectors.values() for v in versions})
        if not moments:
            return {}
        cut = choice.choice(moments)
        missing = choice.choice(sorted(self.sectors))
        newest = moments[-1]
        pages, kept = {}, {}
        for number in sorted(self.sectors):
            versions = self.sectors[number]
            if mode == "sectors":
                which = choice.randrange(-1, len(versions))
            elif mode == "pages":
                page = number * SECTOR // PAGE
                if page not in pages:
                    pages[page] = choice.choice([-1] + moments)
                which = self.before(versions, pages[page])
            elif mode == "hole":
                which = -1 if number == missing else len(versions) - 1
            elif mode == "last":  # only what was written last
                which = len(versions) - 1 if versions[-1][0] == newest else -1
            elif mode == "torn":  # all but what was written last, and some sectors of that
                which = len(versions) - 1
                if versions[which][0] == newest and choice.random() < 0.5:
                    which -= 1
            else:
                which = self.before(versions, cut)
            if which >= 0:
                kept[number] = versions[which][1]
        return kept

    @staticmethod
    def before(versions, when):
        return max((i for i, v in enumerate(versions) if v[0] <= when), default=-1)

    def write_image(self, path, sectors, size):
        with open(path, "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            for offset in range(0, min(size, len(self.data)), BLOCK):
                block = self.data[offset:offset + BLOCK]
                if block != ZERO_BLOCK[:len(block)]:
                    file.seek(offset)
                    file.write(block)
            for number, content in sectors.items():
                if number * SECTOR < size:
                    file.seek(number * SECTOR)
                    file.write(content)
            file.truncate(size)


class Folder:
    def __init__(self):
        self.now = {}    # name -> File or Folder, as the process sees it
        self.certain = {}


def put_name(entries, name, node):
    if node is None:
        entries.pop(name, None)
    else:
        entries[name] = node


class Disk:
    """`folder`: what is on the disk before the trace begins, all of it certain."""

    def __init__(self, folder):
        self.path = str(folder)
        self.root = self.load(pathlib.Path(folder)) if os.path.isdir(folder) else Folder()
        self.names = []   # [(when, [(Folder, name, node or None)])] that no sync covers
        self.handles = {}
        self.syncs = {}   # (process, id) -> (when it began, node)

    def load(self, path):
        folder = Folder()
        for entry in path.iterdir():
            folder.now[entry.name] = (self.load(entry) if entry.is_dir()
                                      else File(entry.read_bytes()))
        folder.certain = dict(folder.now)
        return folder

    def find(self, path):
        """(folder, name) of a path; the root itself is (None, None)."""
        assert path == self.path or path.startswith(self.path + "/"), path
        parts = [p for p in path[len(self.path):].split("/") if p not in ("", ".")]
        if not parts:
            return None, None
        folder = self.root
        for part in parts[:-1]:
            folder = folder.now[part]
        return folder, parts[-1]

    def change(self, when, *changes):
        self.names.append((when, changes))
        for folder, name, node in changes:
            put_name(folder.now, name, node)

    def play(self, when, r):
        """One record; `when` counts up."""
        step = getattr(self, "play_" + r.kind, None)
        if step:
            step(when, r)
        elif r.kind not in "PRF":
            raise AssertionError(f"the shim saw what this model does not know: {r.kind} {r.first}")

    def play_O(self, when, r):
        folder, name = self.find(r.first)
        node = self.root if folder is None else folder.now.get(name)
        if node is None:
            assert r.a & os.O_CREAT, f"{r.first} appeared by itself"
            node = File()
            self.change(when, (folder, name, node))
        if r.a & os.O_TRUNC and isinstance(node, File):
            node.resize(when, 0)
        self.handles[r.handle] = node

    def play_W(self, when, r):
        self.handles[r.handle].write(when, r.a, None if r.flag & 1 else r.second, r.b)

    def play_T(self, when, r):
        self.handles[r.handle].resize(when, r.a)

    def play_A(self, when, r):
        assert r.flag in (0, 1), "only plain allocation is modelled"
        node = self.handles[r.handle]
        if r.flag == 0 and r.a + r.b > node.now:
            node.resize(when, r.a + r.b)

    def play_S(self, when, r):
        self.syncs[r.handle[0], r.a] = when, self.handles[r.handle]

    def play_D(self, when, r):
        self.play_S(when, r)

    def play_E(self, when, r):
        begun, node = self.syncs.pop((r.handle[0], r.a))
        if isinstance(node, File):
            node.sync_failed(begun) if r.flag else node.synced(begun)
        elif not r.flag:
            self.folder_synced(node, begun)

    def folder_synced(self, node, begun):
        left = []
        for when, changes in self.names:
            if when < begun and any(folder is node for folder, _, _ in changes):
                for folder, name, new in changes:
                    put_name(folder.certain, name, new)
            else:
                left.append((when, changes))
        self.names = left

    def play_N(self, when, r):
        assert r.a == 0, "flags of a rename are not modelled"
        folder, name = self.find(r.first)
        to, new = self.find(bytes(r.second).decode())
        node = folder.now[name]
        self.change(when, (folder, name, None), (to, new, node))

    def play_L(self, when, r):
        folder, name = self.find(r.first)
        to, new = self.find(bytes(r.second).decode())
        self.change(when, (to, new, folder.now[name]))

    def play_U(self, when, r):
        folder, name = self.find(r.first)
        self.change(when, (folder, name, None))

    def play_M(self, when, r):
        folder, name = self.find(r.first)
        if folder is not None:
            self.change(when, (folder, name, Folder()))

    def play_V(self, _, r):
        assert r.first.endswith("/" + UNCERTAIN), f"{r.first} is written through a map"

    def image(self, choice, folder, mode=None):
        """Writes the disk that a cut now leaves, one of many. `mode`: "none", only what is certain;
        "names", that and all names; "last", of each file also what was written last."""
        views, names = {}, {None: None, "none": "none"}.get(mode, "all")
        mode = "none" if mode == "names" else mode
        for changes in self.pick_names(choice, names):
            for node, name, new in changes:
                put_name(views.setdefault(node, dict(node.certain)), name, new)
        self.write_folder(choice, self.root, views, pathlib.Path(folder), mode)

    def pick_names(self, choice, mode):
        mode = mode or choice.choice(["none", "all", "first", "some", "some"])
        if mode == "first":  # a journal writes them in order
            return [c for _, c in self.names[:choice.randrange(len(self.names) + 1)]]
        taken, barred = [], set()
        for _, changes in self.names:
            slots = {(id(folder), name) for folder, name, _ in changes}
            if mode == "all" or (mode == "some" and not slots & barred and choice.random() < 0.5):
                taken.append(changes)
            else:
                barred |= slots
        return taken

    def write_folder(self, choice, node, views, path, mode):
        path.mkdir(mode=0o700, parents=True)
        for name, child in sorted(views.get(node, node.certain).items()):
            if isinstance(child, Folder):
                self.write_folder(choice, child, views, path / name, mode)
            elif name == UNCERTAIN:
                if choice.random() < 0.7:
                    junk = choice.choice([bytes, choice.randbytes])
                    (path / name).write_bytes(junk(choice.choice([0, 100, 8192])))
            else:
                child.write_image(path / name, *child.pick(choice, mode))

    def check(self, node=None, path=None):
        """What the process saw is what there is: the shim missed nothing."""
        node, path = node or self.root, pathlib.Path(path or self.path)
        assert sorted(node.now) == sorted(os.listdir(path)), (path, sorted(node.now))
        for name, child in node.now.items():
            if isinstance(child, Folder):
                self.check(child, path / name)
            elif name != UNCERTAIN:
                found = (path / name).read_bytes()
                assert len(found) == child.now, f"{path / name}: {len(found)}, not {child.now}"
                wanted = bytearray(child.data[:child.now])
                wanted.extend(bytes(child.now - len(wanted)))
                for number, versions in child.sectors.items():
                    end = min((number + 1) * SECTOR, child.now)
                    if number * SECTOR < end:
                        wanted[number * SECTOR:end] = versions[-1][1][:end - number * SECTOR]
                assert found == wanted, f"{path / name}: a write was missed"


def weigh(records):
    """How much there is to learn from a cut right behind each record: most where names change and
    where LMDB goes from one tree to the next."""
    by_kind = {"R": 2, "S": 2, "E": 4, "D": 4, "T": 8, "A": 8, "N": NAMING, "L": NAMING,
               "U": NAMING, "M": NAMING}
    weights, trees = [], set()
    for r in records:
        if r.kind == "O":
            (trees.add if r.first.endswith(".mdb") else trees.discard)(r.handle)
            weights.append(NAMING / 2 if r.a & os.O_CREAT else 0.2)
        elif r.kind == "W":
            weights.append(0.02 if r.flag & 1 else 1)
        else:
            weights.append(by_kind.get(r.kind, 0.2))
        if r.kind in "WSDE" and r.handle in trees:
            weights[-1] *= NAMING / 2
    for i, r in enumerate(records):
        if r.kind in "NLUM":
            for behind in range(i + 1, min(i + 6, len(records))):
                weights[behind] = max(weights[behind], NAMING)
    return weights


def pick_places(choice, records, count):
    """`count` places to cut at, in order; a place is the number of records before it."""
    keys = [(choice.random() ** (1 / weight), i) for i, weight in enumerate(weigh(records), 1)]
    return sorted(place for _, place in sorted(keys)[-count:])


def replay(trace, key, to):
    """The image of a failure that suite_power.py kept: beside its trace are the folder as it was
    `before`, and the `root` that the paths of the trace begin with."""
    kept = pathlib.Path(trace).parent
    disk = Disk(kept / "before")
    disk.path = (kept / "root").read_text(encoding="utf-8")
    place = int(key.rsplit("/", 1)[1])
    for when, record in enumerate(read_trace(trace)[:place], 1):
        disk.play(when, record)
    disk.image(random.Random(key), to)


if __name__ == "__main__":
    if len(sys.argv) != 5 or sys.argv[1] != "--replay":
        sys.exit("usage: power.py --replay KEPT/trace SEED/GENERATION/PLACE TO")
    replay(*sys.argv[2:])
