"""What an import of national files makes of a catalogue, reckoned day by day: a reading of the files
and of catalogue.csv of its own, written from the manual and not from the C.
"""
import datetime

# By what the tests' catalogue-import.yaml says of the region's codes.
PSN = {"390": ["selfpay_prop_390"], "391": ["selfpay_prop_resident"], "399": []}
LMT = {"101": ["pric_uplmt_level3"], "102": ["pric_uplmt_level2", "pric_uplmt_level1"], "109": []}

# Columns counted from 1, and how many: what public client code reads.
LAYOUT = {"1301": dict(count=97, name=8, essential=71, begins=37, ends=38, valid=79, ver=84),
          "1302": dict(count=33, name=2, begins=12, ends=13, valid=14, ver=19),
          "1303": dict(count=85, name=2, begins=66, ends=67, valid=65, ver=72),
          "1305": dict(count=20, name=10, begins=12, ends=13, valid=7, ver=16),
          "1306": dict(count=71, name=2, begins=47, ends=48, valid=68, ver=71)}


def day(text):
    return datetime.date.fromisoformat(text)


OPEN = datetime.date(9999, 12, 31)


def covering(rows, when):
    found = [r for r in rows if r["begins"] <= when <= r["ends"]]
    assert len(found) <= 1, found
    return found[0] if found else None


class Course:
    """What files and an old catalogue say of an item on a day, reckoned day by day."""

    def __init__(self, start, texts, first):
        self.start = day(start)
        self.said = {}  # code -> subject -> rows
        self.first = first
        for infno, text in texts.items():
            self.read(infno, text)

    def add(self, code, subject, row, text):
        row["begins"], row["ends"] = day(text[0]), day(text[1]) if text[1] else OPEN
        self.said.setdefault(code, {}).setdefault(subject, []).append(row)

    def read(self, infno, text):
        lines = [line.split("\t") for line in text.split("\n") if line]
        if infno in LAYOUT:
            at = {k: v - 1 for k, v in LAYOUT[infno].items()}
            for c in lines:
                row = {"valid": c[at["valid"]] == "1", "name": c[at["name"]]}
                mark = c[at["essential"]] if "essential" in at else ""
                row["essential"] = None if mark == "" else "1" if mark == "1" else "0"
                self.add(c[0], "item", row, (c[at["begins"]], c[at["ends"]]))
            return
        for c in lines[1:]:
            r = dict(zip(lines[0], c))
            base = {"valid": r["vali_flag"] == "1"}
            when = (r["begndate"], r["enddate"])
            if infno == "1312":
                self.add(r["hilist_code"], "class", dict(base, **r), when)
            elif infno == "1318":
                for column in LMT[r["hilist_lmtpric_type"]]:
                    amount = r["hilist_pric_uplmt_amt"]
                    self.add(r["hilist_code"], column,
                             dict(base, text="" if float(amount) == 999999 else amount), when)
            else:
                for column in PSN[r["selfpay_prop_psn_type"]]:
                    self.add(r["hilist_code"], column, dict(base, text=r["selfpay_prop"]), when)

    def word(self, code, subject, when):
        """(whether the files speak of that day, the row)."""
        rows = self.said.get(code, {}).get(subject, [])
        valid = [r for r in rows if r["valid"]]
        if valid:
            return when >= min(r["begins"] for r in valid), covering(valid, when)
        if rows:
            since = min(r["ends"] + datetime.timedelta(1) if r["ends"] < self.start else self.start
                        for r in rows)
            return when >= since, None
        return False, None

    def state(self, code, old, when, columns):
        here = covering(old, when)
        item_said, listed = self.word(code, "item", when)
        class_said, classed = self.word(code, "class", when)
        if not (listed if item_said else here) or not (classed if class_said else here):
            return None
        before = [r for r in old if r["begins"] <= when]
        pattern = here or (before[-1] if before else old[0] if old else None)
        out = {c: pattern[c] if pattern else "" for c in columns}
        if not pattern:
            out.update(bas_medn_flag="0", lmt_used_flag="0", inpatient_only="0", sex_limit="0")
        if listed:
            out["name"] = listed["name"]
            out["bas_medn_flag"] = listed["essential"] or out["bas_medn_flag"]
        if classed:
            out.update(chrgitm_lv=classed["chrgitm_lv"], lmt_used_flag=classed["lmt_used_flag"],
                       med_chrgitm_type=classed["med_chrgitm_type"])
        grade = int(out["chrgitm_lv"])
        for column in columns:
            said, row = self.word(code, column, when)
            ratio = column.startswith("selfpay_prop_")
            if ratio and pattern and int(pattern["chrgitm_lv"]) != grade:
                out[column] = ""
            if said and (grade == 2 or not ratio):
                out[column] = row["text"] if row else ""
        return out


def canonical(state):
    """Figures by value, so that 0.10 is 0.1."""
    if state is None:
        return None
    out = {}
    for column, text in state.items():
        if column in ("begndate", "enddate", "begins", "ends"):
            continue
        number = column.startswith(("selfpay_prop_", "pric_uplmt_", "chrgitm_lv", "med_chrgitm"))
        out[column] = float(text) if number and text else text
    if int(out["chrgitm_lv"]) != 2:
        out = {c: t for c, t in out.items() if not c.startswith("selfpay_prop_")}
    return out


def dated(rows):
    by_code = {}
    for r in rows:
        r = dict(r, begins=day(r["begndate"]), ends=day(r["enddate"]) if r["enddate"] else OPEN)
        by_code.setdefault(r["med_list_codg"], []).append(r)
    for rows in by_code.values():
        rows.sort(key=lambda r: r["begins"])
    return by_code
