"""Makes a region's folder for benches: Chenzhou's policy with its tables split by age and with more
kinds of care, a generated catalogue and generated institutions. Deterministic.

usage: region.py OUT [--base DIR] [--catalogue N] [--institutions N] [--rules plain|many|own]
                 [--codes drug|digits] [--audit N]

`many` has some 1,000 active rules (rows of deductible, ratio, caps and adjust) in 23 layers, each
person meeting the same figures as under the base. `own` leaves any region's policy as it is; the
institutions are then that region's, over and over. Prints {"rules", "layers", "catalogue",
"institutions"} as JSON. All codes are invented.
"""
import argparse
import csv
import json
import pathlib
import random
import re

SOURCE = pathlib.Path(__file__).resolve().parents[2]
COUNTIES = ["431002", "431003", "431021", "431022", "431023", "431024", "431025", "431026",
            "431027", "431028", "431081"]
GRADES = ["primary", "level1", "level2", "level3", "provincial"]
# name, med_type, counts as a stay
KINDS = [("chronic", "14", False), ("special", "15", False), ("emergency", "17", False),
         ("dialysis", "18", False), ("homecare", "26", False), ("daycare", "27", True),
         ("maternity", "52", True), ("rehab", "29", True)]


def age_bands(count):
    """Selectors that split all ages into `count` without gap or overlap."""
    step = 96 // count
    return [f"age: {{from: {i * step}, to: {(i + 1) * step - 1}}}" if i < count - 1
            else f"age: {{from: {i * step}}}" for i in range(count)]


def rows(text, table, bands):
    """The rows of one table of a layer's text, each once per age band; everything else stays."""
    out, inside = [], False
    for line in text.split("\n"):
        if re.match(r"    (deductible|ratio|caps|adjust|\w+):", line):
            inside = line.strip() == f"{table}:"
        if inside and line.startswith("        - {grades"):
            out += [line.replace("{grades", "{" + band + ", grades", 1)
                    for band in age_bands(bands)]
        else:
            out.append(line)
    return "\n".join(out)


def extra_layer(name, stay, employee):
    """One insurance's layer of one more kind of care."""
    who = "employee" if employee else "resident"
    lines = [f"  - layer: {who}_{name}", f"    zh: {name} {who}",
             f"    fund_pay_type: \"{'310101' if employee else '390101'}\"",
             "    field: hifp_pay", "    owner: county",
             f"    when: {{insutypes: [\"{'310' if employee else '390'}\"], kinds: [{name}]}}",
             "    needs_pool: true", "    base: [inscp_scp_amt]", "    scope: all",
             "    clause: E-IP-BASE", f"    accumulates: {name}", "    counts_dedc: true",
             "    deductible:", f"      per: {'stay' if stay else 'year'}"]
    lines += ["      nth: same_grade", "      unused: lost"] if stay else []
    lines += ["      table:"]
    for n, grade in enumerate(GRADES):
        yuan = f"[{200 + 200 * n}.00, {100 + 100 * n}.00]" if stay else f"{20 * n}.00"
        lines.append(f"        - {{grades: [{grade}], yuan: {yuan}, clause: E-IP-P}}")
    lines += ["    ratio:", "      table:"]
    for n, grade in enumerate(GRADES):
        for klass in ("active", "retired") if employee else ("resident",):
            ratio = 90 - 5 * n + (2 if klass == "retired" else 0)
            lines.append(f"        - {{grades: [{grade}], classes: [{klass}], "
                         f"ratio: 0.{ratio}, clause: E-IP-P}}")
    lines += ["    caps:",
              f"      - {{on: payment, yuan: 50000.00, jointly: [{name}], clause: E-IP-CAP}}"]
    return rows("\n".join(lines), "ratio", 4 if employee else 8)


def policy_many(text):
    head, layers = text.split("layers:\n")
    pieces = re.split(r"(?m)^(?=  - layer: )", layers)[1:]
    grown = []
    for piece in pieces:
        name = re.match(r"  - layer: (\w+)", piece).group(1)
        if name in ("resident_inpatient", "employee_inpatient"):
            piece = rows(rows(piece, "ratio", 4 if "employee" in name else 8), "deductible", 8)
        elif name == "employee_outpatient":
            piece = rows(piece, "ratio", 7)
        elif name == "resident_outpatient":
            piece = rows(piece, "ratio", 24)
        grown.append(piece.rstrip("\n") + "\n")
    kinds = "".join(f"  {k}: {{{'stay: true' if stay else ''}}}\n" for k, _, stay in KINDS)
    types = "".join(f"  - {{code: \"{code}\", zh: {k}, kind: {k}, clr_type: \"11\", "
                    "clr_way: \"1\"}\n" for k, code, _ in KINDS)
    head = head.replace("  pharmacy: {pharmacy: true}\n", "  pharmacy: {pharmacy: true}\n" + kinds)
    head = re.sub(r'(?m)^(  - \{code: "41", .*\n)', lambda last: last[1] + types, head, count=1)
    for kind, _, stay in KINDS:
        grown += [extra_layer(kind, stay, employee) + "\n" for employee in (True, False)]
    return head + "layers:\n" + "".join(grown)


def count_rules(text):
    """Rows of the layers' tables."""
    layers = text.split("layers:\n")[1]
    return (len(re.findall(r"(?m)^        - ", layers)) +
            len(re.findall(r"(?m)^      - (?!-)(?:\{|identities|classes|on)", layers)))


def item_code(number, codes):
    """As long as a national drug code, or as a service's."""
    if codes == "digits":
        return str(330990000000000 + number * 10000)
    return f"X{chr(65 + number % 26)}{number % 100:02d}BEN{number:06d}A001010001"


def catalogue(path, base, count, chance, codes):
    with open(base, encoding="utf-8", newline="") as source:
        header, *old = list(csv.reader(source))
    caps = [n for n, name in enumerate(header) if name.startswith("pric_uplmt_")]
    shares = [n for n, name in enumerate(header) if name.startswith("selfpay_prop_")]
    place = {name: n for n, name in enumerate(header)}
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(old[:count])
        for i in range(max(0, count - len(old))):
            row = [""] * len(header)
            level = chance.choices(["01", "02", "03"], [40, 45, 15])[0]
            values = {"med_list_codg": item_code(i, codes),
                      "name": f"示范药品{i}", "chrgitm_lv": level, "med_chrgitm_type": "09",
                      "bas_medn_flag": str(int(i % 5 == 0)), "lmt_used_flag": "0",
                      "inpatient_only": "0", "sex_limit": "0", "begndate": "2023-01-01"}
            for name, value in values.items():
                row[place[name]] = value
            if level == "02":
                for n in shares:
                    row[n] = f"0.{chance.choice([5, 10, 15, 20, 30]):02d}"
            if level != "03" and chance.random() < 0.3:
                yuan = chance.randrange(200, 20000)
                for n in caps:
                    row[n] = f"{yuan // 100}.{yuan % 100:02d}"
            writer.writerow(row)


def institutions(path, count, many, chance):
    all_kinds = ["outpatient", "inpatient"] + ([k for k, _, _ in KINDS] if many else [])
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["fixmedins_code", "name", "fixmedins_type", "admdvs", "benefit_grade",
                         "cap_grade", "dedc_grade", "kinds", "begndate", "enddate"])
        for i in range(count):
            county = COUNTIES[i % len(COUNTIES)]
            if i % 4 == 3:
                row = [f"P{county}{99001 + i // len(COUNTIES)}", f"示范药店{i}", "2", county,
                       "primary", "pharmacy", "primary", "pharmacy"]
            else:
                grade = chance.choices(GRADES, [40, 25, 20, 10, 5])[0]
                row = [f"H{county}{99001 + i // len(COUNTIES)}", f"示范医院{i}", "1", county, grade,
                       grade, grade, ";".join(all_kinds)]
            writer.writerow(row + ["2023-01-01", ""])


def own_institutions(path, base, count):
    with open(base, encoding="utf-8", newline="") as source:
        header, *rows = list(csv.reader(source))
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows[:count])
        for i in range(len(rows), count):
            code, *rest = rows[i % len(rows)]
            writer.writerow([f"{code[:7]}{80000 + i:05d}", *rest])


def cases(out, base):
    """No pack is published without one. Those of the base whose lines are stated and that nothing
    audits: catalogue and audit rules are others."""
    out.mkdir(exist_ok=True)
    for case in base.glob("*.yaml"):
        text = case.read_text(encoding="utf-8")
        if not re.search("med_list_codg|findings", text) and "\npolicy: ..\n" in text:
            (out / case.name).write_text(text, encoding="utf-8")


def audit(path, rules):
    """So many smart-audit rules over the generated items, each kind in turn; a tenth of the items
    is in none, the others in some ten."""
    head = "language: 1\nclauses: {X: {text: 示范规则, provenance: illustrative}}\nrules:\n"
    forms = ["only: {age: {to: 150}}", "price: {at_most: 9999999}",
             "limit: {of: cnt, per: fee_day, counted: each_item, history: true, at_most: 100000}",
             "limit: {of: supply, counted: together, history: true, at_most: 3000}",
             "limit: {of: amount, per: month, counted: together, history: true, at_most: 9999999}",
             "exclude: {with: {any: {codes: [XQ]}}, per: fee_day}"]
    with open(path, "w", encoding="utf-8") as out:
        out.write(head)
        for n in range(rules):
            # Letters A to Y and the digit behind: prefixes of item_code().
            codes = ", ".join(f"X{chr(65 + (n + k) % 25)}{(n // 25 + k) % 10}" for k in range(13))
            out.write(f"  - {{rule: r{n}, zh: 示范, clause: X, level: inform, "
                      f"items: {{any: {{codes: [{codes}]}}}}, {forms[n % len(forms)]}}}\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--base", type=pathlib.Path,
                        default=SOURCE / "conf" / "regions" / "431000-chenzhou")
    parser.add_argument("--catalogue", type=int, default=100000)
    parser.add_argument("--institutions", type=int, default=200)
    parser.add_argument("--rules", choices=["plain", "many", "own"], default="many")
    parser.add_argument("--codes", choices=["drug", "digits"], default="drug")
    parser.add_argument("--audit", type=int, default=0)
    a = parser.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    text = (a.base / "policy.yaml").read_text(encoding="utf-8")
    if a.rules == "many":
        text = policy_many(text)
    (a.out / "policy.yaml").write_text(text, encoding="utf-8")
    cases(a.out / "cases", a.base / "cases")
    if a.audit:
        audit(a.out / "audit.yaml", a.audit)
    chance = random.Random(431000)
    catalogue(a.out / "catalogue.csv", a.base / "catalogue.csv", a.catalogue, chance,
              a.codes)
    if a.rules == "own":
        own_institutions(a.out / "institutions.csv", a.base / "institutions.csv", a.institutions)
    else:
        institutions(a.out / "institutions.csv", a.institutions, a.rules == "many", chance)
    print(json.dumps({"rules": count_rules(text), "layers": text.count("  - layer: "),
                      "catalogue": a.catalogue, "institutions": a.institutions}))


if __name__ == "__main__":
    main()
