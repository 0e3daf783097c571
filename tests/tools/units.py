"""The systemd units of conf/: that they parse, that a timer has its service, and that the commands
they start are understood. systemd-analyze judges them too where it is installed.

usage: units.py SOURCE COPAYCTL
"""
import configparser
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(sys.argv[1])
COPAYCTL = sys.argv[2]
CONF = SOURCE / "conf"
UNITS = sorted([*CONF.glob("*.service"), *CONF.glob("*.timer")])
SECTIONS = {".service": {"Unit", "Service", "Install"}, ".timer": {"Unit", "Timer", "Install"}}


def read(path):
    parser = configparser.ConfigParser(interpolation=None, strict=False, comment_prefixes="#;",
                                       inline_comment_prefixes=None, delimiters="=")
    parser.optionxform = str
    parser.read(path, encoding="utf-8")
    return parser


class Units(unittest.TestCase):
    def test_they_parse(self):
        self.assertEqual([u.name for u in UNITS],
                         ["copayd-backup.service", "copayd-backup.timer", "copayd.service"])
        for unit in UNITS:
            with self.subTest(unit=unit.name):
                parser = read(unit)
                self.assertLessEqual(set(parser.sections()), SECTIONS[unit.suffix])
                self.assertTrue(parser["Unit"]["Description"])

    def test_the_timer_starts_the_backup_daily(self):
        timer = read(CONF / "copayd-backup.timer")
        self.assertRegex(timer["Timer"]["OnCalendar"], r"^\*-\*-\* \d\d:\d\d:\d\d$")
        self.assertEqual(timer["Install"]["WantedBy"], "timers.target")
        self.assertEqual(read(CONF / "copayd-backup.service")["Service"]["Type"], "oneshot")

    def test_the_backup_is_as_confined_as_the_daemon(self):
        daemon = read(CONF / "copayd.service")["Service"]
        backup = read(CONF / "copayd-backup.service")["Service"]
        for key in daemon:
            if key.startswith(("Protect", "Private", "Restrict", "NoNew", "Lock", "Memory",
                               "SystemCall", "UMask", "User", "Group", "LimitCORE")):
                if key.startswith("RestartPrevent"):
                    continue
                self.assertIn(key, backup)

    def test_the_command_is_understood(self):
        words = read(CONF / "copayd-backup.service")["Service"]["ExecStart"].split()
        self.assertEqual(words[0], "/usr/bin/copayctl")
        with tempfile.TemporaryDirectory() as nowhere:
            moved = [nowhere + w if w.startswith("/") else w for w in words[1:]]
            done = subprocess.run([COPAYCTL, *moved], capture_output=True, text=True, timeout=60,
                                  check=False)
        self.assertEqual(done.returncode, 3, done.stderr)  # no such folder, and not 100

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd-analyze")
    def test_systemd_has_nothing_to_say(self):
        with tempfile.TemporaryDirectory() as folder:
            for unit in UNITS:
                text = unit.read_text(encoding="utf-8")
                for program in ("/usr/bin/copayctl", "/usr/sbin/copayd"):
                    text = text.replace(f"ExecStart={program}", "ExecStart=/bin/true")
                (pathlib.Path(folder) / unit.name).write_text(text, encoding="utf-8")
            done = subprocess.run(
                ["systemd-analyze", "verify", "--man=no",
                 *(str(pathlib.Path(folder) / u.name) for u in UNITS)],
                capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


suite = unittest.defaultTestLoader.loadTestsFromTestCase(Units)
result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
bad = len(result.failures) + len(result.errors)
print(f"{max(result.testsRun - bad, 0)} passed, {bad} failed")
sys.exit(1 if bad else 0)
