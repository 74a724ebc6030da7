"""Start-up time and resident memory, beside an interpreter that does nothing."""

import os
import subprocess
import sys
import tempfile

from bench.measure import Report, interleaved

PEAK = (
    "import sys; from kiosk.cli import main\n"
    "try: main({0})\n"
    "except SystemExit: pass\n"
    "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
    "print(peak.split()[1], file=sys.stderr)"
)
"""A process tells its own peak: what the system tells of a child begins with what its parent had."""


def run(report: Report) -> None:
    report.title("start-up (a whole process; floor: python -c pass) and memory")
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "KIOSK_HOME": home}
        subprocess.run([sys.executable, "-m", "acros_stub", "load", "--demo"], env=env, check=True, capture_output=True)

        def process(*arguments: str):
            return lambda: subprocess.run([sys.executable, *arguments], env=env, check=False, capture_output=True)

        taken = interleaved(
            {
                "floor": process("-c", "pass"),
                "help": process("-m", "kiosk", "--help"),
                "query": process("-m", "kiosk", "query", "99999001495785"),
                "sqlalchemy": process("-c", "import sqlalchemy, flask"),
            },
            rounds=9,
        )
        report.line("python -c pass", taken["floor"])
        report.line("kiosk --help", taken["help"], taken["floor"])
        report.value("kiosk --help, median", sorted(taken["help"])[4], "s", 0.3)
        report.line("kiosk query NUMBER (floor: importing sqlalchemy and flask)", taken["query"], taken["sqlalchemy"])
        for name, arguments in (("--help", ["--help"]), ("query NUMBER", ["query", "99999001495785"])):
            done = subprocess.run(
                [sys.executable, "-c", PEAK.format(arguments)], env=env, capture_output=True, text=True, check=False
            )
            report.value(f"kiosk {name}: peak resident memory", int(done.stderr.split()[-1]) / 1024, "MB")
