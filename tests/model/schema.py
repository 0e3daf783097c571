"""What the policy language knows, as its reader says it: every key of every mapping, and every word
where there is a choice. copay-policy is asked with a key and with words that it does not know, and
names what it expected. Drawn packs are held against that."""
import copy
import json
import re
import subprocess

STRANGE = "strange"
KEYS = "keys"
SAID = re.compile(r"policy\.yaml:\d+: (\S+): .* / (.*)")
EXPECTED = re.compile(
    r"(?:unknown key, |found \"strange\", )expected (?:one of: (.*)|(true or false))")
# Mappings whose keys are the pack's own names.
OWN_NAMES = re.compile(r"^(clauses|person_classes|kinds|filings|situations|zh)$|\.in$")


def general(path):
    """Without the places in lists and the names that a pack gives."""
    path = re.sub(r"\[\d+\]", "", path)
    for owner in ("clauses", "person_classes", "kinds", "filings", "situations"):
        path = re.sub(rf"^{owner}\.[^.]+", f"{owner}.*", path)
    return path


def walk(node, path=""):
    """(path, node) of the tree, the root first."""
    yield path, node
    if isinstance(node, dict):
        for key, below in node.items():
            yield from walk(below, f"{path}.{key}" if path else key)
    elif isinstance(node, list):
        for number, below in enumerate(node):
            yield from walk(below, f"{path}[{number}]")


class Schema:
    """What was drawn, and a sample of a policy for every mapping and choice that occurred."""

    def __init__(self, program):
        self.program = program
        self.drawn, self.samples, self.known, self.asked = {}, {}, {}, set()

    def take(self, policy):
        for place, path, names in said(policy):
            self.drawn.setdefault(place, set()).update(names)
            self.samples.setdefault(place, (policy, path))

    def brings(self, policy):
        """Whether the policy has something that no other had."""
        return any(names & (self.known.get(place, set()) - self.drawn.get(place, set()))
                   for place, _, names in said(policy))

    def ask(self, folder):
        """What may stand in the mappings and choices that occurred."""
        waiting = {place: s for place, s in self.samples.items() if place not in self.asked}
        self.asked |= set(waiting)
        while waiting:
            policy = max((p for p, _ in waiting.values()), key=lambda p: sum(
                q is p for q, _ in waiting.values()))
            mine = {place: path for place, (p, path) in waiting.items() if p is policy}
            for depth in sorted({path.count(".") + path.count("[") for path in mine.values()}):
                for kind in (dict, str):
                    paths = [path for path in mine.values()
                             if path.count(".") + path.count("[") == depth
                             and isinstance(at(policy, path), kind)]
                    self.known |= self.answers(folder, policy, paths) if paths else {}
            for place, path in mine.items():
                if place not in self.known and isinstance(at(policy, path), dict):
                    # A fault beside it may have kept it from being read.
                    self.known |= self.answers(folder, policy, [path])
                del waiting[place]

    def answers(self, folder, policy, paths):
        spoilt = copy.deepcopy(policy)
        for path in paths:
            spoil(spoilt, path)
        (folder / "policy.yaml").write_text(json.dumps(spoilt, ensure_ascii=False, indent=0),
                                            encoding="utf-8")
        done = subprocess.run([self.program, "check", folder], capture_output=True, text=True,
                              check=False)
        found = {}
        for path, text in SAID.findall(done.stdout + done.stderr):
            expected = EXPECTED.search(text)
            if expected:
                place = general(path)
                place = place[:-len(STRANGE)] + KEYS if place.endswith(STRANGE) else place
                found[place] = names_of(expected[1] or "true, false")
        return found

    def missing(self):
        """Keys and words, as paths, that the language knows and no pack drawn had."""
        return {f"{place}: {name}" for place, names in self.known.items() if place in self.drawn
                for name in names - self.drawn[place]}


def names_of(text):
    """Of a list in a fault, which says by "…" when there was no room for all."""
    assert "…" not in text, text
    return set(text.split(", "))


def said(policy):
    """(general path, path, what stands there) of every mapping and every text."""
    for path, node in walk(policy):
        place = general(path)
        if isinstance(node, dict) and not own_names(path):
            yield f"{place}.{KEYS}" if place else KEYS, path, set(node)
        elif isinstance(node, str):
            yield place, path, {node}


def own_names(path):
    return bool(OWN_NAMES.search(path))


def at(tree, path):
    for key, number in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        tree = tree[key] if key else tree[int(number)]
    return tree


def spoil(tree, path):
    node = at(tree, path)
    if isinstance(node, dict):
        node[STRANGE] = "1"
        return
    above, last = re.fullmatch(r"(.*?)\.?([^.\[\]]+|\[\d+\])", path).groups()
    at(tree, above)[int(last[1:-1]) if last.startswith("[") else last] = STRANGE
