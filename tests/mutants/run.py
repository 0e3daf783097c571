"""Applies each mutant to a copy of the tree and shows that the test it names kills it.

A mutant is tests/mutants/<name>.patch, one changed line where that will do. The lines before the
first "---" say what it breaks and why that matters, and

  killed-by: <meson tests>   each must fail; without the mutant it must pass, which is tried first
  target: <ninja targets>    what these tests need built; otherwise their own executables, or
                             everything when one is a script
  short: yes                 the mutant belongs to the set that every `tools/check` runs

A mutant that survives fails this run. So does a patch that no longer applies (the code moved: move
the patch), one that does not build, and one whose test is missing or fails by itself: neither shows
anything. The tree needs no git; nothing is left behind.

usage: run.py SOURCE [all | NAME...]     (nothing named: the short set)
"""
import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PR_SET_CHILD_SUBREAPER = 36
HANG_SECONDS = 900

source = pathlib.Path(sys.argv[1]).resolve()
wanted = sys.argv[2:]


class Mutant:
    def __init__(self, path):
        self.path, self.name = path, path.stem
        head = path.read_text(encoding="utf-8").partition("\n--- ")[0]
        self.field = dict(re.findall(r"^(killed-by|target|short): *(.+?) *$", head, re.M))
        self.tests = self.field["killed-by"].split()


def chosen():
    mutants = [Mutant(p) for p in sorted((source / "tests/mutants").glob("*.patch"))]
    unknown = set(wanted) - {m.name for m in mutants} - {"all"}
    assert not unknown, f"no such mutant: {', '.join(sorted(unknown))}"
    if not wanted:
        return [m for m in mutants if m.field.get("short") == "yes"]
    return [m for m in mutants if "all" in wanted or m.name in wanted]


def kill_strays():
    """Ends what a test that failed half-way left running: orphans become this process's children."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG) != (0, 0):
                continue
        except ChildProcessError:
            return
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
                if parent == os.getpid():
                    os.kill(int(stat.parent.name), signal.SIGKILL)
            except (OSError, ValueError):  # it ended meanwhile
                continue
        time.sleep(0.01)


def not_source(folder, names):
    top = pathlib.Path(folder) == source
    return [n for n in names if n in (".git", "__pycache__") or (top and n == "build")]


class Workshop:
    """A copy of the tree and one build of it, which follows the tree from mutant to mutant."""

    def __init__(self, folder):
        self.tree, self.build, self.temporary = folder / "tree", folder / "build", folder / "tmp"
        self.temporary.mkdir()
        shutil.copytree(source, self.tree, ignore=not_source)
        # A mutant may leave something unused; that is no reason for it not to build.
        done = self.run("meson", "setup", self.build, "-Dbuildtype=plain", "-Dwerror=false")
        assert done.returncode == 0, done.stdout
        listed = self.run("meson", "introspect", self.build, "--tests")
        self.tests = {test["name"]: test for test in json.loads(listed.stdout)}

    def run(self, *words):
        done = subprocess.run([str(w) for w in words], cwd=self.tree, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, timeout=HANG_SECONDS,
                              env={**os.environ, "COPAY_RELEASE": str(self.build),
                                   "TMPDIR": str(self.temporary)})
        kill_strays()
        return done

    def targets(self, mutant):
        if "target" in mutant.field:
            return mutant.field["target"].split()
        programs = [pathlib.Path(self.tests[test]["cmd"][0]) for test in mutant.tests]
        return [str(program.relative_to(self.build)) if program.is_relative_to(self.build)
                else "all" for program in programs]

    def make(self, targets):
        return self.run("ninja", "-C", self.build, f"-j{os.cpu_count()}", *sorted(targets))

    def passes(self, test):
        return self.run("meson", "test", "-C", self.build, "--no-rebuild", test).returncode == 0

    def patch(self, mutant, *options):
        return self.run("patch", "-p1", "--fuzz=0", "-s", *options, "-i", mutant.path)

    def baseline(self, mutants):
        """The tests that pass without any mutant."""
        done = self.make({target for m in mutants for target in self.targets(m)})
        assert done.returncode == 0, done.stdout[-4000:]
        return {test for test in {test for m in mutants for test in m.tests} if self.passes(test)}

    def trouble(self, mutant):
        """None when every test named kills the mutant; else what went wrong."""
        applied = self.patch(mutant)
        if applied.returncode != 0:
            return "does not apply\n" + applied.stdout
        built = self.make(self.targets(mutant))
        survived = [t for t in mutant.tests if built.returncode == 0 and self.passes(t)]
        reverted = self.patch(mutant, "-R")
        assert reverted.returncode == 0, reverted.stdout
        if built.returncode != 0:
            return "does not build\n" + built.stdout[-2000:]
        return f"SURVIVED {' '.join(survived)}" if survived else None


def run_all(workshop, mutants):
    known = [m for m in mutants if all(test in workshop.tests for test in m.tests)]
    sound = workshop.baseline(known)
    failed = 0
    for mutant in mutants:
        begun = time.monotonic()
        if mutant not in known:
            trouble = f"no such test: {' '.join(mutant.tests)}"
        elif not sound.issuperset(mutant.tests):
            trouble = f"{' '.join(set(mutant.tests) - sound)} fails without it"
        else:
            trouble = workshop.trouble(mutant)
        failed += trouble is not None
        print(f"{mutant.name}: {trouble or 'killed by ' + ' and '.join(mutant.tests)}"
              f" ({time.monotonic() - begun:.0f} s)", flush=True)
    return failed


def main():
    # So that the folder goes and nothing runs on when a hang guard ends this run.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    mutants = chosen()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="copayd-mutants-"))
    try:
        failed = run_all(Workshop(folder), mutants)
    finally:
        kill_strays()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(mutants) - failed} passed, {failed} failed")
    return 1 if failed or not mutants else 0


sys.exit(main())
