"""The signature of the file: whole or not, and whose."""

import io
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from kiosk.adapters.pades import PdfSigner, Verdict, certificate_der, check, make_identity
from kiosk.adapters.pades.signature import check_draft, prepared
from kiosk.core.endorsement import Draft
from kiosk.core.faults import Refusal
from kiosk.core.sheet import Header
from tests.kiosk.adapters import pdf_samples as samples

PDF = samples.PAPER.form(Header("0453"), [], "code128", 3)
KEY, CERTIFICATE = make_identity("Release kiosk A1B2", "0453", samples.AT, 400)
OTHERS = make_identity("Release kiosk A1B2", "0453", samples.AT, 400)
TRUSTED = [certificate_der(CERTIFICATE)]
SIGNED = PdfSigner(KEY, CERTIFICATE).sign(PDF, samples.AT)


def test_what_is_signed_is_an_exact_prefix_of_the_signed_file():  # P1
    assert SIGNED.startswith(PDF)
    assert len(SIGNED) > len(PDF)


def test_a_signed_file_is_good_and_says_whose_and_when():  # P2
    assert check(SIGNED, TRUSTED) == Verdict("good", "Release kiosk A1B2", TRUSTED[0], samples.AT)
    assert check(SIGNED, TRUSTED).genuine


def test_a_proof_outlives_its_certificate():  # Q10: it is judged at the time of signing, and no clock is asked
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    key, certificate = make_identity("Old kiosk", "0453", long_ago, 1)
    signed = PdfSigner(key, certificate).sign(PDF, long_ago + timedelta(hours=1))

    assert check(signed, [certificate_der(certificate)]).code == "good"


def test_a_signature_outside_of_its_certificates_days_is_not_trusted():
    late = PdfSigner(KEY, CERTIFICATE).sign(PDF, samples.AT + timedelta(days=401))

    assert check(late, TRUSTED).code == "unknown-signer"


def test_an_unsigned_file_has_no_signature():
    assert check(PDF, TRUSTED) == Verdict("no-signature")


@pytest.mark.parametrize("trusted", [[], [certificate_der(OTHERS[1])]])
def test_a_signer_that_nobody_trusts_is_named_as_unknown_even_under_our_name(trusted, caplog):  # P2
    with caplog.at_level(logging.DEBUG):
        verdict = check(SIGNED, trusted)

    assert (verdict.code, verdict.signer, verdict.genuine) == ("unknown-signer", "Release kiosk A1B2", False)
    assert "Traceback" not in caplog.text


def test_one_of_many_trusted_certificates_is_enough():
    assert check(SIGNED, [certificate_der(OTHERS[1]), *TRUSTED]).code == "good"


def overlaid(pdf):
    """An R drawn over the first row by an incremental update, as a forger would."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.add_stream_to_page(0, writer.add_object(StreamObject(stream_data=b"0 g 400 500 60 20 re f")))
    into = io.BytesIO()
    writer.write(into)
    return into.getvalue()


def test_an_r_drawn_over_a_signed_page_is_found():  # P2: valid and intact, and yet altered
    forged = overlaid(SIGNED)

    assert forged.startswith(SIGNED)
    assert check(forged, TRUSTED).code == "altered"


def test_a_forger_who_signs_his_own_change_is_found():
    again = PdfSigner(*OTHERS).sign(overlaid(PDF), samples.AT)

    assert check(again, TRUSTED).code == "unknown-signer"


def test_anything_added_after_the_signature_is_found():
    assert check(SIGNED + b"\n%", TRUSTED).code == "altered"


def test_a_file_saved_anew_does_not_keep_its_signature():
    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(SIGNED)) as opened:
        opened.save(into)

    assert check(into.getvalue(), TRUSTED).code in {"altered", "no-signature"}


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(SIGNED) - 1), other=st.integers(1, 255))
def test_no_file_with_a_changed_byte_is_good_unless_the_byte_is_padding(at, other):  # P2
    changed = bytearray(SIGNED)
    changed[at] ^= other
    verdict = check(bytes(changed), TRUSTED)

    assert not verdict.genuine or _in_padding(at), f"byte {at} was changed"


def _in_padding(at):
    """The signature itself is not under the signature: letter case, and zeros that fill up its space, say nothing."""
    start = SIGNED.rindex(b"/Contents <") + len(b"/Contents <")
    return start <= at < SIGNED.index(b">", start)


@settings(max_examples=60, deadline=None)
@given(length=st.integers(0, len(SIGNED) - 1))
def test_no_piece_of_a_file_is_good(length):
    assert not check(SIGNED[:length], TRUSTED).genuine


@settings(max_examples=60, deadline=None)
@given(junk=st.binary(max_size=400))
def test_junk_is_a_verdict_and_never_a_crash(junk):
    assert check(b"%PDF-1.7\n" + junk, TRUSTED).code in {"no-signature", "altered"}


def test_a_made_identity_is_p_256_and_self_signed_for_its_office():  # stack.md, section B
    certificate = x509.load_pem_x509_certificate(CERTIFICATE)

    assert certificate.public_key().curve.name == "secp256r1"
    assert certificate.subject.rfc4514_string() == "OU=0453,CN=Release kiosk A1B2"
    assert (certificate.not_valid_before_utc, certificate.not_valid_after_utc) == (samples.AT, samples.AT + timedelta(days=400))
    assert KEY.startswith(b"-----BEGIN PRIVATE KEY-----")
    assert OTHERS[0] != KEY


# --- signed without being opened ----------------------------------------------------------------------------------------


def test_a_draft_from_next_door_is_signed_as_if_it_had_been_made_here():  # P1: the key sees bytes, and no document
    signed = PdfSigner(KEY, CERTIFICATE).fill(prepared(PDF, samples.AT), PDF, samples.AT)

    assert signed.startswith(PDF)
    assert check(signed, TRUSTED).genuine


DRAFT = prepared(PDF, samples.AT)
EMPTY = slice(DRAFT.start, DRAFT.end)


def by_hand(more=b""):
    """A draft that nobody's library made: the place, and the range that leaves it out."""
    before, size = PDF + more + b" ", len(DRAFT.pdf[EMPTY])
    start = len(before)
    told = next(one for n in range(99) if len(one := b"/ByteRange [0 %d %d %d]" % (start, start + size, n)) == n)
    return Draft(before + DRAFT.pdf[EMPTY] + told, start, start + size)


@pytest.mark.parametrize(
    ("draft", "original"),
    {
        "of another document": (DRAFT, b"%PDF-1.7 another"),
        "with less of the document": (DRAFT, DRAFT.pdf[: DRAFT.start + 1]),
        "the place is a piece": (replace(DRAFT, end=DRAFT.end - 2), PDF),
        "the place is elsewhere": (replace(DRAFT, start=len(PDF) + 9, end=len(PDF) + 9 + DRAFT.end - DRAFT.start), PDF),
        "the place is before its beginning": (replace(DRAFT, start=-9, end=DRAFT.end), PDF),
        "something is in the place": (replace(DRAFT, pdf=DRAFT.pdf.replace(b"<00", b"<01", 1)), PDF),
        "it covers less": (replace(DRAFT, pdf=DRAFT.pdf.replace(b"/ByteRange [0", b"/ByteRange [9", 1)), PDF),
        "two ranges": (replace(DRAFT, pdf=DRAFT.pdf + b"/ByteRange [0 1 2 3]"), PDF),
        "another range": (by_hand(b"/ByteRange\n[0 1 2 3]"), PDF),
        "another range, written otherwise": (by_hand(b"/Byte#52ange [0 1 2 3]"), PDF),
        "more behind it": (replace(DRAFT, pdf=DRAFT.pdf + b" "), PDF),
        "nothing": (Draft(b"", 0, 0), b""),
    }.values(),
)
def test_what_is_no_draft_of_the_document_is_not_signed(draft, original):  # fault 4: it may come from hostile hands
    assert set(DRAFT.pdf[EMPTY]) == set(b"<0>")
    check_draft(by_hand(), PDF)
    with pytest.raises(Refusal, match="endorse-broken"):
        PdfSigner(KEY, CERTIFICATE).fill(draft, original, samples.AT)
