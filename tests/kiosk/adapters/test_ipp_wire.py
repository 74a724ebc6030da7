"""The wire to a printer: what was surely not sent, what may have been, and whom it is sent to (P7, T18)."""

import hashlib
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.adapters.ipp import IppPrinter
from kiosk.adapters.ipp.codec import Group, Message, Tag, decode, encode, number, text
from kiosk.adapters.ipp.wire import Wire
from kiosk.core.condition import Lamp
from kiosk.core.faults import Unavailable
from kiosk.core.printing import AnswerLost, State

OK = 0
IPP = "application/ipp"


class Printer(ThreadingHTTPServer):
    """Something that answers as a test says: a status, a media type, a body made of the question."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = lambda asked: (200, IPP, encode(Message(OK, asked.request, (Group(Tag.JOB, {"job-id": (number(7),)}),))))
        self.asked = []
        self.scheme = "ipp"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def uri(self):
        return f"{self.scheme}://127.0.0.1:{self.server_port}/ipp/print"

    def says(self, code, *groups):
        self.answer = lambda asked: (200, IPP, encode(Message(code, asked.request, groups)))

    def handle_error(self, *_):
        """A client that does not trust it hangs up."""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        asked = decode(body)
        self.server.asked.append((asked, body))
        status, media, answer = self.server.answer(asked)
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        """Not to the terminal."""


@pytest.fixture
def printer():
    with Printer() as server:
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def identity(tmp_path_factory):
    """A printer's own certificate, as printers make them for themselves."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "printer")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "printer.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = folder / "printer.key"
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return pem, secret, hashlib.sha256(made.public_bytes(serialization.Encoding.DER)).hexdigest()


@pytest.fixture
def guarded(printer, identity):
    """The printer behind TLS."""
    pem, secret, _ = identity
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    printer.socket = context.wrap_socket(printer.socket, server_side=True)
    printer.scheme = "ipps"
    return printer


def at(printer, **more):
    return IppPrinter(Path("/nowhere"), printer.uri, **more)


def test_a_document_goes_out_as_it_is_with_its_name_and_in_its_own_size(printer):
    """P7: no scaling, for a seal that is made to fit is one that no scanner reads."""
    assert at(printer, media="na_letter_8.5x11in").submit(b"%PDF-1.7 ...", "K7QD.000001 copy 1 (1, d27b73ed)") == "7"

    asked, body = printer.asked[0]
    assert body.endswith(b"\x03%PDF-1.7 ...")
    operation, job = asked.groups
    assert list(operation.attributes)[:3] == ["attributes-charset", "attributes-natural-language", "printer-uri"]
    assert operation.text("job-name") == "K7QD.000001 copy 1 (1, d27b73ed)"
    assert (operation.text("document-format"), operation.text("printer-uri")) == ("application/pdf", printer.uri)
    assert {name: job.text(name) for name in job.attributes} == {
        "print-scaling": "none",
        "sides": "one-sided",
        "media": "na_letter_8.5x11in",
    }


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda _: (500, "text/html", b"<h1>Error</h1>"), "garbled"),
        (lambda _: (200, "text/html", b"<h1>Login</h1>"), "garbled"),
        (lambda _: (200, IPP, b"\x01\x01\x00\x00"), "garbled"),
        (lambda asked: (200, IPP, encode(Message(OK, asked.request + 1))), "garbled"),
        (lambda asked: (200, IPP, encode(Message(OK, asked.request))), "garbled"),
        (
            lambda asked: (200, IPP, encode(Message(OK, asked.request, (Group(Tag.JOB, {"job-id": (text(Tag.NAME, "x"),)}),)))),
            "garbled",
        ),
        (lambda asked: (200, IPP, encode(Message(0x0500, asked.request))), "device-error"),
        (lambda asked: (200, IPP, encode(Message(0x0504, asked.request))), "device-error"),
    ],
    ids=["http-500", "html", "cut", "another's", "no-job", "job-no-number", "internal-error", "device-error"],
)
def test_whatever_is_no_answer_leaves_it_open_whether_the_printer_has_it(printer, answer, code):
    """T18: nobody sends it again by himself."""
    printer.answer = answer

    with pytest.raises(AnswerLost) as no:
        at(printer).submit(b"%PDF", "x")
    assert (no.value.part, no.value.code) == ("printer", code)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (0x0403, "not-allowed"),
        (0x040A, "no-pdf"),
        (0x0506, "not-accepting"),
        (0x0507, "busy"),
        (0x040B, "refused"),
        (0x0401, "not-allowed"),
    ],
)
def test_a_printer_s_no_is_one_for_sure_and_says_why(printer, status, code):
    """P7: the number stays free."""
    printer.says(status, Group(Tag.OPERATION, {"status-message": (text(Tag.TEXT, "because"),)}))

    with pytest.raises(Unavailable, match="because") as no:
        at(printer).submit(b"%PDF", "x")
    assert (no.value.code, isinstance(no.value, AnswerLost)) == (code, False)


@pytest.mark.parametrize("status", [401, 403, 404, 426])
def test_a_no_of_the_web_server_before_it_is_one_for_sure(printer, status):
    printer.answer = lambda _: (status, "text/html", b"")

    with pytest.raises(Unavailable) as no:
        at(printer).submit(b"%PDF", "x")
    assert not isinstance(no.value, AnswerLost)
    assert no.value.code in {"not-allowed", "no-such-printer"}


def test_what_was_only_asked_is_never_a_document_that_may_be_on_paper(printer):
    printer.answer = lambda _: (500, "text/html", b"")
    one = at(printer)

    for asks in (one.condition, lambda: one.word("7", "x"), lambda: one.find("x"), lambda: one.cancel("7")):
        with pytest.raises(Unavailable) as no:
            asks()
        assert not isinstance(no.value, AnswerLost)


@pytest.mark.parametrize(
    ("said", "reasons", "lamp"),
    [
        ({}, (), Lamp.GOOD),
        ({"printer-is-accepting-jobs": 0}, ("not-accepting",), Lamp.BAD),
        ({"printer-state": 5}, ("stopped",), Lamp.BAD),
        ({"printer-state": 5, "printer-state-reasons": "media-jam-error"}, ("media-jam",), Lamp.BAD),
        ({"document-format-supported": "image/pwg-raster"}, ("no-pdf",), Lamp.BAD),
        ({"printer-state-reasons": "vendor-thing-report"}, ("vendor-thing",), Lamp.POOR),
    ],
)
def test_how_a_printer_is_is_all_that_it_says_of_itself(printer, said, reasons, lamp):
    values = {name: number(one) if isinstance(one, int) else text(Tag.KEYWORD, one) for name, one in said.items()}
    printer.says(OK, Group(Tag.PRINTER, {name: (value,) for name, value in values.items()}))

    now = at(printer).condition()
    assert (now.reasons, now.lamp) == (reasons, lamp)


@pytest.mark.parametrize(
    ("state", "reasons", "told", "why"),
    [
        (3, ["job-incoming"], State.SENT, ()),
        (4, ["job-hold-until-specified"], State.SENT, ()),
        (5, ["job-printing"], State.PRINTING, ()),
        (6, ["printer-stopped"], State.PRINTING, ()),
        (7, ["job-canceled-at-device"], State.FAILED, ("job-canceled-at-device",)),
        (8, ["aborted-by-system", "document-format-error"], State.FAILED, ("aborted-by-system", "document-format-error")),
        (9, ["job-completed-successfully"], State.DONE, ()),
        (9, ["job-completed-with-errors"], State.FAILED, ("job-completed-with-errors",)),
        (77, [], State.UNKNOWN, ()),
    ],
)
def test_each_state_of_a_job_has_its_word(printer, state, reasons, told, why):
    """P7: done is what the printer calls completed, and nothing else is."""
    job = {"job-state": (number(state),), "job-state-reasons": tuple(text(Tag.KEYWORD, one) for one in reasons or ["none"])}
    printer.says(OK, Group(Tag.JOB, job))

    word = at(printer).word("7", "x")
    assert (word.state, word.reasons) == (told, why)


def test_a_job_of_that_number_by_another_name_is_not_ours(printer):
    """A printer that was switched off counts from 1 again."""
    job = {"job-name": (text(Tag.NAME, "holiday pictures"),), "job-state": (number(9),)}
    printer.says(OK, Group(Tag.JOB, job))

    assert at(printer).word("7", "x").reasons == ("job-gone",)


def test_the_printer_whose_certificate_is_named_is_trusted(guarded, identity):
    pem, _, digest = identity
    for more in ({"ca": str(pem)}, {"pin": digest}, {"pin": ":".join(digest[n : n + 2] for n in range(0, 64, 2)).upper()}):
        assert at(guarded, **more).submit(b"%PDF", "x") == "7"


@pytest.mark.parametrize("more", [{}, {"pin": "00" * 32}], ids=["unknown", "another"])
def test_a_printer_that_shows_another_certificate_gets_nothing(guarded, more):
    """A sheet goes to no stranger: nothing of it is sent."""
    with pytest.raises(Unavailable) as no:
        at(guarded, **more).submit(b"%PDF", "x")

    assert (no.value.code, isinstance(no.value, AnswerLost), guarded.asked) == ("untrusted", False, [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"uri": "http://printer/"},
        {"uri": "ipp:///print"},
        {"uri": "printer"},
        {"uri": "ipp://user:password@printer/"},
        {"uri": "ipp://printer/", "pin": "00" * 32},
        {"uri": "ipp://printer/", "ca": "x.pem"},
        {"uri": "ipps://printer/", "pin": "00"},
        {"uri": "ipps://printer/", "pin": "none"},
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_at_the_start(wrong):
    with pytest.raises(ValueError, match=r"expected|hexadecimal"):
        Wire(**wrong)


def test_a_name_that_leads_nowhere_is_a_no_for_sure():
    with pytest.raises(Unavailable) as no:
        IppPrinter(Path("/nowhere"), "ipp://printer.invalid/ipp/print").submit(b"%PDF", "x")

    assert (no.value.code, isinstance(no.value, AnswerLost)) == ("unreachable", False)


@pytest.mark.parametrize("ca", [b"", b"no certificate", None])
def test_a_printer_whose_certificate_can_not_be_read_is_told_and_stops_nothing(tmp_path, ca):
    """Else the queue would end at it, and nothing be printed any more."""
    if ca is not None:
        (tmp_path / "ca.pem").write_bytes(ca)
    with pytest.raises(Unavailable) as no:
        IppPrinter(tmp_path, "ipps://printer.invalid/ipp/print", ca="ca.pem").condition()

    assert no.value.code == "untrusted"
