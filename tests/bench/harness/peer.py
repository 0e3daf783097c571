"""PostgreSQL 15 doing the same settlement: one PL/pgSQL function (tests/bench/peer), prepared, over a
unix socket, without TLS. First both sides settle the same bills and must agree on every amount;
then pgbench and the daemon are measured in turn, over a population of the same size.

The cluster lies in the bench's folder, runs as an unprivileged user, and writes every commit to
disk (fsync, synchronous_commit and full_page_writes on).
"""
import csv
import os
import pathlib
import pwd
import random
import re
import signal

import host
import process
from process import Failed, run, start
from table import Row, short
from wire import CONNECTIONS, healthy, main_world, rounds, seconds
from world import World, terminal_module, wait_for

BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
GRADES = ["primary", "level1", "level2", "level3", "provincial", "pharmacy"]
PLACES = 200      # hospitals 1 to 200
PHARMACY = 201    # and one pharmacy, for the comparison alone
WARM = 3          # seconds of pgbench that do not count
CHECKED = 400     # bills that both sides settle
TUNING = {"shared_buffers": "2GB", "max_wal_size": "16GB", "wal_buffers": "64MB",
          "checkpoint_timeout": "5min", "effective_cache_size": "8GB", "random_page_cost": "1.1",
          "max_connections": "100", "jit": "off", "fsync": "on", "synchronous_commit": "on",
          "full_page_writes": "on", "listen_addresses": "", "autovacuum": "on"}
FIGURES = ("medfee", "fulamt", "overlmt", "preselfpay", "inscp", "dedc", "hifp", "hifob", "hifmi",
           "maf", "acct_pay", "psn_cash_pay", "balc")


def psn_no(number):
    return str(431000990000000000 + number)


def person(number):
    """(insutype, class, psn_type, low income, balance) of the invented nth."""
    chance = random.Random(number)
    klass = chance.choices([1, 2, 3], [23, 9, 68])[0]
    low = chance.random() < 0.04
    balance = chance.randrange(500000) if klass < 3 else 0
    return (310 if klass < 3 else 390, klass, {1: "1101", 2: "1201", 3: "1501"}[klass], low,
            balance)


def place_code(number):
    return f"{'P' if number == PHARMACY else 'H'}{43100299000 + number}"


class Database:
    """A cluster of its own in `folder`, with schema, function, tables and people."""

    def __init__(self, site, folder, region, members):
        self.folder = folder
        self.site = site
        if not (BIN / "postgres").exists():
            raise Failed("postgresql-15 is not installed; give --peer to tools/bench")
        self.user = pwd.getpwuid(os.getuid())
        if self.user.pw_uid == 0:  # PostgreSQL refuses root
            self.user = pwd.getpwnam("postgres")
        folder.mkdir(parents=True)
        for path in (folder, site.work):
            path.chmod(0o755)
        if os.getuid() == 0:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        self.data = folder / "cluster"
        self.run("initdb", "-D", self.data, "-U", "bench", "-E", "UTF8", "--no-locale", "-A",
                 "trust", "--no-sync")
        words = [w for n, v in TUNING.items() for w in ("-c", f"{n}={v}")]
        with open(folder / "log", "wb") as log:
            self.server = start(*self.words("postgres"), "-D", self.data, "-k", folder, *words,
                                stdout=log, stderr=log)
        wait_for(lambda: self.run("pg_isready", "-h", folder, check=False).returncode == 0, 60,
                 "PostgreSQL is ready")
        self.load(region, members)

    def words(self, program):
        drop = [] if os.getuid() else ["setpriv", "--reuid", self.user.pw_uid, "--regid",
                                       self.user.pw_gid, "--clear-groups", "--pdeathsig", "KILL"]
        return [*drop, BIN / program]

    def run(self, program, *words, **more):
        return run(*self.words(program), *words, cwd=self.folder, **more)

    def sql(self, *words, timeout=600, **more):
        return self.run("psql", "-h", self.folder, "-U", "bench", "-d", "postgres", "-X", "-q",
                        "-A", "-t", "-v", "ON_ERROR_STOP=1", *words, timeout=timeout,
                        **more).stdout

    def copy(self, table, rows):
        path = self.folder / f"{table}.csv"
        with open(path, "w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows)
        self.sql("-c", f"\\copy {table} FROM '{path}' WITH (FORMAT csv)")
        path.unlink()

    def load(self, region, members):
        peer = self.site.source / "tests" / "bench" / "peer"
        for name in ("schema.sql", "settle.sql"):
            text = (peer / name).read_text(encoding="utf-8")
            self.sql("-c", text)
        self.copy("item", items(region))
        self.copy("institution", institutions(region))
        self.copy("person", ((psn_no(n), p[0], p[1], "431002", p[3], p[4])
                             for n in range(1, members + 1) for p in [person(n)]))
        self.sql("-c", "VACUUM ANALYZE", timeout=1200)
        self.sql("-c", "CHECKPOINT")

    def settle(self, bills):
        """The figures of each bill, in order."""
        path = self.folder / "bills.sql"
        columns = ", ".join(FIGURES)
        with open(path, "w", encoding="utf-8") as out:
            for bill in bills:
                codes = ",".join(f"'{line[0]}'" for line in bill["lines"])
                prics = ",".join(str(line[1] * 10000) for line in bill["lines"])
                cnts = ",".join(str(line[2] * 10000) for line in bill["lines"])
                out.write(f"SELECT {columns} FROM settle('{bill['msgid']}', '{bill['place']}', "
                          f"'T1', '{bill['psn_no']}', '{bill['med_type']}', '{bill['visit']}', "
                          f"true, ARRAY[{codes}], ARRAY[{prics}]::bigint[], "
                          f"ARRAY[{cnts}]::bigint[]);\n")
        rows = self.sql("-f", path).split()
        return [dict(zip(FIGURES, map(int, row.split("|")))) for row in rows]

    def bench(self, clients, for_seconds, turn, members, item_count):
        """pgbench's transactions per second and mean latency in milliseconds, once its sessions
        have compiled the function and planned its statements."""
        done = self.run("pgbench", "-h", self.folder, "-U", "bench", "-n", "-M", "prepared", "-P", 1,
                        "-c", clients, "-j", min(2, clients), "-T", for_seconds + WARM, "-f",
                        self.site.source / "tests" / "bench" / "peer" / "bill.pgbench",
                        "-D", "n=0", "-D", f"run={turn}", "-D", f"members={members}",
                        "-D", f"places={PLACES}", "-D", f"items={item_count}", "postgres",
                        timeout=for_seconds + 120)
        each = [(float(tps), float(late)) for second, tps, late in
                re.findall(r"progress: ([\d.]+) s, ([\d.]+) tps, lat ([\d.]+) ms", done.stderr)
                if float(second) > WARM + 0.5]
        failed = re.search(r"number of failed transactions: (\d+)", done.stdout)
        if not each or (failed and failed.group(1) != "0") or done.stderr.count("ERROR"):
            raise Failed("pgbench: " + done.stdout[-500:] + done.stderr[-500:])
        return tuple(sum(e[n] for e in each) / len(each) for n in (0, 1))

    def stop(self):
        process.end(self.server, signal.SIGINT)


def items(region):
    with open(region / "catalogue.csv", encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            if row["med_list_codg"].startswith("33099"):
                caps = [int(round(float(row["pric_uplmt_" + g]) * 1000000))
                        if row["pric_uplmt_" + g] else -1 for g in GRADES]
                share = [int(round(float(row["selfpay_prop_" + t] or 0) * 10000))
                         for t in ("310", "390")]
                yield (row["med_list_codg"], int(row["chrgitm_lv"]), row["bas_medn_flag"], *share,
                       "{" + ",".join(map(str, caps)) + "}")


def institutions(region):
    with open(region / "institutions.csv", encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            yield (row["fixmedins_code"], GRADES.index(row["benefit_grade"]) + 1,
                   GRADES.index(row["cap_grade"]) + 1, row["admdvs"])


def make_region(site):
    """Chenzhou's rules over items with codes that pgbench can reckon, and hospitals likewise."""
    out = site.work / "peer-region"
    run("/usr/bin/python3", site.source / "tests" / "bench" / "region.py", out, "--rules", "plain",
        "--codes", "digits", "--catalogue", site.size(site.options.catalogue, 2000))
    with open(out / "institutions.csv", "w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(["fixmedins_code", "name", "fixmedins_type", "admdvs", "benefit_grade",
                         "cap_grade", "dedc_grade", "kinds", "begndate", "enddate"])
        for n in range(1, PLACES + 1):
            grade = GRADES[n % 5]
            writer.writerow([place_code(n), f"示范医院{n}", "1", "431002", grade, grade, grade,
                             "outpatient;inpatient", "2023-01-01", ""])
        writer.writerow([place_code(PHARMACY), "示范药店", "2", "431002", "primary", "pharmacy",
                         "primary", "pharmacy", "2023-01-01", ""])
    count = sum(1 for _ in items(out))
    return out, count - 1


def sample_bills(count, people, item_count):
    """Few people, so that deductibles, caps and the account are met again and again; dear items
    for stays, so that critical illness, assistance and the yearly cap are reached."""
    chance = random.Random(99001)
    for n in range(count):
        kind = chance.choices(["11", "41", "21"], [50, 10, 40])[0]
        place = PHARMACY if kind == "41" else chance.randrange(1, 6)
        top = 2000000 if kind == "21" and chance.random() < 0.3 else 20000
        yield {"place": place_code(place), "psn_no": psn_no(chance.randrange(1, people + 1)),
               "med_type": kind, "visit": f"V{n}", "msgid": f"{n}",
               "lines": [(330990000000000 + 10000 * chance.randrange(1, item_count + 1),
                          chance.randrange(100, top), chance.randrange(1, 6)) for _ in range(10)]}


def our_figures(s):
    return {"medfee": s.medfee_sumamt, "fulamt": s.fulamt_ownpay_amt, "overlmt": s.overlmt_selfpay,
            "preselfpay": s.preselfpay_amt, "inscp": s.inscp_scp_amt, "dedc": s.act_pay_dedc,
            "hifp": s.hifp_pay, "hifob": s.hifob_pay, "hifmi": s.hifmi_pay, "maf": s.maf_pay,
            "acct_pay": s.acct_pay, "psn_cash_pay": s.psn_cash_pay, "balc": s.balc}


def write_people(folder, people):
    with open(folder / "members.csv", "w", encoding="utf-8") as members, \
            open(folder / "insurances.csv", "w", encoding="utf-8") as insurances, \
            open(folder / "identities.csv", "w", encoding="utf-8") as identities:
        members.write("psn_no,psn_cert_type,certno,psn_name,gend,naty,brdy,death_date\n")
        insurances.write("psn_no,insutype,psn_type,psn_insu_stas,insuplc_admdvs,psn_insu_date,"
                         "pool_begndate,paus_insu_date,expi_date,cvlserv_flag,balc\n")
        identities.write("psn_no,psn_idet_type,psn_type_lv,admdvs,begntime,endtime\n")
        for n in range(1, people + 1):
            insutype, _, psn_type, low, balance = person(n)
            members.write(f"{psn_no(n)},01,99000019700101{n:04d},示范{n},1,01,1970-01-01,\n")
            cover = f"{balance // 100}.{balance % 100:02d}" if insutype == 310 else ""
            insurances.write(f"{psn_no(n)},{insutype},{psn_type},1,431002,2017-01-01,2017-01-01,"
                             f",,0,{cover}\n")
            if low:
                identities.write(f"{psn_no(n)},1,,431002,2023-01-01,9999-12-31\n")


def our_side(site, region, bills, people):
    """The same bills through the daemon, in a small world of their own."""
    world = World(site, "peer-world", 10, 100, institutions=5)
    try:
        world.start()
        write_people(world.folder, people)
        world.publish(region)
        world.ctl("import", "members", world.folder / "members.csv", "--insurances",
                  world.folder / "insurances.csv", "--identities",
                  world.folder / "identities.csv")
        return settle_all(site, world, bills)
    finally:
        world.remove()


def settle_all(site, world, bills):
    terminal = terminal_module(site)
    places = sorted({bill["place"] for bill in bills})
    for place in places:
        run(site.source / "tools" / "certificates", world.pki, "institution", place)
    terminals = {place: terminal.Terminal(world, place) for place in places}
    answers = []
    for bill in bills:
        term = terminals[bill["place"]]
        lines = [terminal.pb.Line(feedetl_sn=str(n + 1), med_list_codg=str(code),
                                  det_item_fee_sumamt=fen * cnt, cnt=cnt * 10000, pric=fen * 10000,
                                  fee_ocur_time=terminal.ms(terminal.day(-1, 10)))
                 for n, (code, fen, cnt) in enumerate(bill["lines"])]
        infno = {"11": "2207", "21": "2304", "41": "2102"}[bill["med_type"]]
        _, reply = term.call(term.request(infno, settle=terminal.settle(
            bill["psn_no"], bill["med_type"], lines, bill["visit"], account=True)))
        if reply.outcome != terminal.DONE:
            raise Failed(f"copayd refused a bill of the comparison: {reply.errors}")
        answers.append(our_figures(reply.settlement))
    for term in terminals.values():
        term.close()
    return answers


def compare(site, database, region, item_count):
    """Fails unless every amount of every bill agrees; says how often each fund paid."""
    people = 40
    bills = list(sample_bills(site.size(CHECKED, 100), people, item_count))
    ours = our_side(site, region, bills, people)
    theirs = database.settle(bills)
    for bill, a, b in zip(bills, ours, theirs, strict=True):
        if a != b:
            raise Failed(f"bill {bill['visit']} of {bill['psn_no']} ({bill['med_type']}): copayd "
                         f"{a}, PostgreSQL {b}")
    database.sql("-c", "TRUNCATE settlement, settlement_row, accum, tally")
    return {name: sum(1 for a in ours if a[name] > 0) for name in FIGURES}


def measure(site):
    """Both in turn; kept for the two rows that read it."""
    if site.peer is not None:
        return site.peer
    world = main_world(site)
    region, item_count = make_region(site)
    members = world.members
    database = Database(site, site.work / "postgres", region, members)
    try:
        paid = compare(site, database, region, item_count)
        out = {"paid": paid, "bills": site.size(CHECKED, 100), "64": [], "1": []}
        database.bench(CONNECTIONS, seconds(site), 9, members, item_count)  # warms its cache
        for turn in range(rounds(site)):
            for clients in (CONNECTIONS, 1):
                theirs = database.bench(clients, seconds(site), 100 * (turn + 1) + clients,
                                        members, item_count)
                ours = healthy(world.load(seconds=seconds(site), connections=clients, depth=1))
                out[str(clients)].append((ours["throughput"], *theirs))
        site.peer = out
    finally:
        database.stop()
    return out


def row(name, clients):
    def make(site):
        out = measure(site)
        runs = out[str(clients)]
        ours, theirs = (host.median([r[n] for r in runs]) for n in (0, 1))
        ratio = host.median([r[0] / r[1] for r in runs])
        judged = {"judged": ratio, "at_least": 5, "aim": 8, "target": "5 × / 8 ×"}
        return Row(name, f"over PostgreSQL 15, {clients} × 1", f"{short(ours)}/s",
                   f"PostgreSQL {short(theirs)}/s at "
                   f"{host.median([r[2] for r in runs]):.1f} ms", ratio,
                   **(judged if clients == CONNECTIONS else {}), values={"runs": runs},
                   note=f"one PL/pgSQL function, prepared, {clients} clients of pgbench, unix "
                        "socket, no TLS, no fund books, no clause texts; fsync and "
                        "synchronous_commit on, shared_buffers 2 GB; both agree to the fen on "
                        f"{out['bills']} bills (critical illness paid in {out['paid']['hifmi']}, "
                        f"large amounts in {out['paid']['hifob']}, assistance in "
                        f"{out['paid']['maf']}, account in {out['paid']['acct_pay']})")
    return make


ROWS = {"peer-64": row("peer-64", CONNECTIONS), "peer-1": row("peer-1", 1)}
