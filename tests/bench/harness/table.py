"""Rows of the one table, as text and as JSON."""
import dataclasses
import unicodedata

HEAD = ("figure", "absolute", "floor, same run", "ratio", "at least / aim", "met")


@dataclasses.dataclass
class Row:
    """One figure beside its floor. `judged` is what the targets are about (the ratio, or the
    figure itself); higher says which way is better."""
    name: str
    figure: str
    absolute: str = "–"
    floor: str = "–"
    ratio: float | None = None
    judged: float | None = None
    at_least: float | None = None
    aim: float | None = None
    higher: bool = True
    also: bool = True  # what else the target asks for holds
    target: str = "–"
    note: str = ""
    failed: bool = False
    values: dict = dataclasses.field(default_factory=dict)

    def met(self):
        if self.failed:
            return "failed"
        if self.judged is None or self.at_least is None:
            return "–"
        sign = 1 if self.higher else -1
        if not self.also:
            return "no"
        if self.aim is not None and sign * self.judged >= sign * self.aim:
            return "aim"
        return "yes" if sign * self.judged >= sign * self.at_least else "no"

    def cells(self):
        return (self.figure, self.absolute, self.floor,
                "–" if self.ratio is None else f"{self.ratio:.2f}", self.target, self.met())

    def as_json(self):
        return {"row": self.name, "figure": self.figure, "absolute": self.absolute,
                "floor": self.floor, "ratio": self.ratio, "judged": self.judged,
                "at_least": self.at_least, "aim": self.aim, "higher_is_better": self.higher,
                "met": self.met(), "note": self.note, "values": self.values}


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text, size):
    return text + " " * (size - width(text))


def draw(rows):
    """The table in Markdown, so that it can be put into README as it stands."""
    lines = [HEAD] + [row.cells() for row in rows]
    sizes = [max(width(line[n]) for line in lines) for n in range(len(HEAD))]
    rule = tuple("-" * size for size in sizes)
    text = ["| " + " | ".join(pad(c, s) for c, s in zip(line, sizes)) + " |"
            for line in [lines[0], rule, *lines[1:]]]
    notes = [f"- {row.name}: {row.note}" for row in rows if row.note]
    return "\n".join(text + [""] + notes if notes else text)


def head(host, what):
    return (f"{what}\n{host['date']}, commit {host['commit']}\n"
            f"{host['cores']} cores, {host['processor']}, {host['memory_gib']} GiB, "
            f"kernel {host['kernel']}\n"
            f"{host['folder']} on {host['file_system']}, one write and fdatasync of 4 KiB into "
            f"written space {host['fdatasync_us']:.0f} µs (median), load {host['load']}\n")


def short(value):
    """1234567 -> 1.23 M."""
    for bound, mark in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= bound:
            return f"{value / bound:.3g}{mark}"
    return f"{value:.3g}"
