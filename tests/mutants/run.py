"""Applies each one-line mutant to a copy of the tree, rebuilds, and shows that a test kills it.

A mutant is tests/mutants/<name>.patch; lines before the first "---" say what it breaks, and
"killed-by: <meson test>" names the test that must fail. A mutant that survives fails this run, and
so does a patch that no longer applies: the code moved, move the patch.

usage: run.py SOURCE [NAME...]     (no NAME: the short set, those marked "short: yes")
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

source = pathlib.Path(sys.argv[1]).resolve()
wanted = sys.argv[2:]


def run(*words, cwd, **environment):
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=900,
                          check=False, env={**os.environ, **environment})


def field(text, name):
    found = re.search(rf"^{name}: (.+)$", text, re.M)
    return found.group(1).strip() if found else None


def main():
    mutants = []
    for path in sorted((source / "tests/mutants").glob("*.patch")):
        text = path.read_text(encoding="utf-8")
        if wanted == ["all"] or path.stem in wanted or (not wanted and field(text, "short")):
            mutants.append((path, field(text, "killed-by")))
    work = pathlib.Path(tempfile.mkdtemp(prefix="copayd-mutants-"))
    tree, build = work / "tree", work / "build"
    passed = failed = 0
    try:
        shutil.copytree(source, tree, ignore=shutil.ignore_patterns("build", ".git"))
        done = run("meson", "setup", str(build), "--buildtype=release", cwd=tree)
        assert done.returncode == 0, done.stdout + done.stderr
        for path, test in mutants:
            applied = run("patch", "-p1", "--fuzz=0", "-i", str(path), cwd=tree)
            if applied.returncode != 0:
                print(f"{path.stem}: does not apply\n{applied.stdout}")
                failed += 1
                continue
            built = run("ninja", "-C", str(build), cwd=tree)
            result = run("meson", "test", "-C", str(build), "--no-rebuild", test, cwd=tree,
                         COPAY_RELEASE=str(build))
            killed = built.returncode == 0 and result.returncode != 0
            print(f"{path.stem}: {'killed by ' + test if killed else 'SURVIVED ' + str(test)}",
                  flush=True)
            if built.returncode != 0:
                print(built.stdout[-2000:])
            passed += killed
            failed += not killed
            reverted = run("patch", "-R", "-p1", "-i", str(path), cwd=tree)
            assert reverted.returncode == 0, reverted.stdout
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not mutants else 0


sys.exit(main())
