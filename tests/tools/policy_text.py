"""A policy's YAML as a tree that keeps every scalar as it was written, so that one of them can be
changed, or a part taken out, and the rest stays what it was.
"""
import json
import re

import yaml

# Below these the keys are the pack's own names.
NAMED = {"clauses", "person_classes", "kinds", "filings", "situations", "zh", "in",
         "hosp_appr_flag"}


class Scalar:
    def __init__(self, text, quoted):
        self.text, self.quoted = text, quoted

    def written(self):
        plain = re.fullmatch(r"[\w.+\-/<>…]+", self.text) and not self.text.startswith("-0x")
        return json.dumps(self.text, ensure_ascii=False) if self.quoted or not plain else self.text


def tree_of(node):
    if isinstance(node, yaml.ScalarNode):
        return Scalar(node.value, node.style in ("'", '"'))
    if isinstance(node, yaml.SequenceNode):
        return [tree_of(item) for item in node.value]
    return {key.value: tree_of(value) for key, value in node.value}


def read(path):
    return tree_of(yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader))


def key_written(key):
    return key if re.fullmatch(r"[a-zA-Z_][\w\-]*", key) else json.dumps(key, ensure_ascii=False)


def written(tree, depth=0):
    """In flow style, one key of the head and one item of its lists to a line."""
    if isinstance(tree, Scalar):
        return tree.written()
    if isinstance(tree, list):
        return "[" + (",\n  " if depth < 3 else ", ").join(
            written(item, depth + 1) for item in tree) + "]"
    pairs = [f"{key_written(key)}: {written(value, depth + 1)}" for key, value in tree.items()]
    return "\n".join(pairs) + "\n" if depth == 0 else "{" + ", ".join(pairs) + "}"


def places(tree, path=()):
    """(path, what stands there) of everything below the root."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in pairs:
        yield path + (key,), value
        if not isinstance(value, Scalar):
            yield from places(value, path + (key,))


def key_of(path):
    """The language's own words of a path: layers[].ratio.table[].bands[].upto; * for the pack's
    names, as in kinds.*.stay."""
    key = ""
    for i, word in enumerate(path):
        if isinstance(word, int):
            key += "[]"
        else:
            named = i > 0 and path[i - 1] in NAMED and isinstance(path[i - 1], str) and \
                not (i > 1 and path[i - 2] in NAMED)
            key += ("." if key else "") + ("*" if named else word)
    return key


def at(tree, path):
    for word in path:
        tree = tree[word]
    return tree


def changed(tree, path, value):
    """A copy with another value there; None: with nothing there."""
    key, below = path[0], path[1:]
    new = dict(tree) if isinstance(tree, dict) else list(tree)
    if below:
        new[key] = changed(tree[key], below, value)
    elif value is None:
        del new[key]
    else:
        new[key] = value
    return new


def swapped(tree, path, other):
    """A copy in which two places hold what the other held."""
    a, b = at(tree, path), at(tree, other)
    return changed(changed(tree, path, b), other, a)


def renamed(tree, old, new):
    """A copy in which a name is another wherever it stands: alone, as a key, or before / and ."""
    def name(word):
        return re.sub(rf"^(-?){re.escape(old)}(?=$|[/.])|(?<=/){re.escape(old)}$", rf"\g<1>{new}",
                      word) if isinstance(word, str) else word

    if isinstance(tree, Scalar):
        return Scalar(name(tree.text), tree.quoted)
    if isinstance(tree, list):
        return [renamed(item, old, new) for item in tree]
    return {name(key): renamed(value, old, new) for key, value in tree.items()}
