"""A sheet given to a real IPP printer; floor: a bare HTTP POST of the same bytes to the same printer."""

import hashlib
import http.client
import tempfile
import time
from pathlib import Path

from bench import stores
from bench.measure import Report
from kiosk.adapters.ipp import IppPrinter
from kiosk.adapters.ipp.codec import encode
from kiosk.adapters.sql import SqlJournal
from kiosk.config import clock
from kiosk.core.printing import Paper, to_print
from kiosk.desks.dispatch import Dispatch
from tests.printers import ipp_service

ROUNDS, BYTES = 40, 120_000
"""A sheet of 40 rows, signed, has 120 kB."""
PDF = b"%PDF-1.7\n" + bytes(BYTES)


def run(report: Report) -> None:
    report.title(f"a document of {BYTES // 1000} kB given to a printer over IPP, until it says that it has it")
    with tempfile.TemporaryDirectory(dir=stores.folder()) as folder, ipp_service(Path(folder)) as service:
        printer = IppPrinter(Path(folder), service.uri)
        journal = SqlJournal(f"sqlite:///{folder}/record.sqlite3")
        dispatch = Dispatch(journal, printer, clock, "K7QD")
        work = {
            "post": lambda n: posted(printer, service.port, f"post {n}"),
            "submit": lambda n: timed(lambda: printer.submit(PDF, f"submit {n}")),
            "dispatch": lambda n: dispatched(dispatch, n),
        }
        took = {name: [] for name in work}
        for n in range(ROUNDS + 1):
            for name in sorted(work, reverse=n % 2 == 1):
                idle(printer)
                seconds = work[name](n)
                if n:
                    took[name].append(seconds)
        report.line("a bare POST of the same bytes", took["post"])
        report.line("submitted", took["submit"], took["post"], 2)
        report.line("and on record before and after it", took["dispatch"], took["post"])
        asked = [timed(printer.condition) for _ in range(ROUNDS)]
        report.line("asked how it is", asked)
        report.line("asked whether it knows a job of a name", [timed(lambda: printer.find("submit 1")) for _ in range(ROUNDS)])
        journal.close()


def idle(printer) -> None:
    """The printer has nothing more to do: a job that waits for another measures the other."""
    while printer.condition().busy:
        time.sleep(0.002)
    time.sleep(0.01)


def timed(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def posted(printer, port: int, name: str) -> float:
    body = encode(printer._printing(name)) + PDF
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/ipp/print", body, {"Content-Type": "application/ipp"})
    answer = connection.getresponse().read()
    connection.close()
    assert answer[2:4] in (b"\0\0", b"\0\1"), f"expected that it was taken, got {answer[:8]!r}"
    return time.perf_counter() - start


def dispatched(dispatch, n: int) -> float:
    """From the record to the printer and back: PrintTried and PrintSent are written durably."""
    pdf = PDF + str(n).encode()
    digest = hashlib.sha256(pdf).hexdigest()
    sheet = f"K7QD.{n:06}"
    asked = to_print(sheet, (), Paper(digest), "K7QD", (clock(), "B1001"))
    dispatch.journal.append([asked], {digest: pdf})
    job = dispatch.find(asked.subject)
    return timed(lambda: dispatch.send(job))
