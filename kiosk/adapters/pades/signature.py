"""The signature of a PDF as a file: PAdES B-B with a P-256 certificate, which every PDF reader checks (pyHanko).

The proof itself is the seal on the paper; this signature says that the file is the one that was handed out.
"""

import asyncio
import hashlib
import re
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from itertools import chain, count
from typing import Any, Final, Literal

from asn1crypto import cms, keys, pem, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from kiosk.adapters.pades.opening import reader_of, writer_of
from kiosk.core.endorsement import Draft
from kiosk.core.faults import Refusal

FIELD: Final = "KioskSignature"
_ROOM: Final = 8192
"""Hexadecimal digits for a signature; ours have fewer than 4000."""
_RANGE: Final = re.compile(rb"/ByteRange *\[([0-9 ]*)\]")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
"""How a letter of a name may be written."""


class PdfSigner:
    """The `Signer` of PDFs: signs with a private key (PKCS #8, PEM) and its certificate (PEM)."""

    def __init__(self, key_pem: bytes, certificate_pem: bytes) -> None:
        self._signer = signers.SimpleSigner(
            signing_cert=x509.Certificate.load(_der(certificate_pem)),
            signing_key=keys.PrivateKeyInfo.load(_der(key_pem)),
            cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
        )

    def sign(self, pdf: bytes, at: datetime) -> bytes:
        """The signed PDF: the given bytes are an exact prefix of it. Any change after it breaks the signature."""
        return self.fill(prepared(pdf, at), pdf, at)

    def fill(self, draft: Draft, original: bytes, at: datetime) -> bytes:
        """The draft with the signature in its place. It may come from hostile hands: it is not opened, only measured.

        `Refusal` for one that does not begin with the original's bytes, or has a place for more than the signature.
        """
        check_draft(draft, original)
        before, after = draft.pdf[: draft.start], draft.pdf[draft.end :]
        digest = hashlib.sha256(before + after).digest()
        when = PdfCMSSignedAttributes(signing_time=at)
        made = asyncio.run(self._signer.async_sign(digest, "sha256", use_pades=True, signed_attr_settings=when))
        text: bytes = made.dump().hex().upper().encode().ljust(draft.end - draft.start - 2, b"0")
        return before + b"<" + text + b">" + after


def prepared(pdf: bytes, at: datetime) -> Draft:
    """The file with an empty place for a signature that certifies it; no key is needed for that. At our time, not pyHanko's."""
    writer = writer_of(pdf)
    meta = signers.PdfSignatureMetadata(
        field_name=_unused(writer),
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    nobody = signers.ExternalSigner(None, None)
    session = signers.PdfSigner(meta, nobody).init_signing_session(writer)
    session.system_time = at
    digest, out = session.prepare_tbs_document(None, bytes_reserved=_ROOM).digest_tbs_document(output=BytesIO())
    return Draft(out.getvalue(), digest.reserved_region_start, digest.reserved_region_end)


def check_draft(draft: Draft, original: bytes) -> None:
    """Refuse what is no draft of a document: all of it is to be signed but one place, which is empty and behind the original.

    Another range, however it is written, could come to hold when the place is moved: then the file would be read as another.
    """
    pdf, start, end = draft.pdf, draft.start, draft.end
    added = pdf[len(original) :]
    ranges = [found.split() for found in _RANGE.findall(added)]
    named = _ESCAPED.sub(lambda one: bytes([int(one[1], 16)]), added).count(b"/ByteRange")
    told = [b"%d" % n for n in (0, start, end, len(pdf) - end)]
    empty = pdf[start:end] == b"<" + b"0" * _ROOM + b">"
    if not (pdf.startswith(original) and len(original) < start < end < len(pdf) and empty and named == 1 and ranges == [told]):
        raise Refusal("endorse-broken", why="draft")


def _unused(writer: Any) -> str:  # noqa: ANN401
    """A name for the field of our signature that no field of a client's form has."""
    fields = writer.root.get("/AcroForm", {}).get("/Fields", ())
    taken = {str(field.get_object().get("/T", "")) for field in fields}
    return next(name for name in chain([FIELD], (f"{FIELD}{n}" for n in count(2))) if name not in taken)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a PDF's signature, as a code.

    `good`: a trusted signer signed exactly this file. `no-signature`. `altered`: the file is not what was signed, or something
    was added to it. `unknown-signer`: what was signed is unchanged, but none of the trusted certificates signed it.
    """

    code: Literal["good", "no-signature", "altered", "unknown-signer"]
    signer: str = ""
    certificate: bytes | None = None
    """The signer's certificate, DER."""
    at: datetime | None = None
    """When it was signed, by the signer's own word."""

    @property
    def genuine(self) -> bool:
        """A trusted signer signed exactly this file."""
        return self.code == "good"


def check(pdf: bytes, trusted: Sequence[bytes]) -> Verdict:
    """Whether one of the trusted certificates (DER) signed exactly this file. Asks no clock and no network.

    A certificate is judged at the time of signing, so that a proof outlives it.
    """
    try:
        found = reader_of(pdf).embedded_regular_signatures
    except Exception:  # noqa: BLE001 - whatever a hostile file breaks in the library, it is no document of ours
        return Verdict("altered" if b"/ByteRange" in pdf else "no-signature")
    if not found:
        return Verdict("no-signature")
    verdicts = [_verdict(signature, trusted, pdf) for signature in found]
    return next((verdict for verdict in verdicts if verdict.genuine), verdicts[0])


def rehearse(at: datetime) -> None:
    """Sign and check a blank page with a key that is thrown away: what is loaded at first use is loaded then."""
    key, certificate = make_identity("rehearsal", "", at, 1)
    writer, page = PdfFileWriter(), BytesIO()
    writer.insert_page(PageObject(writer.add_object(generic.StreamObject(stream_data=b"")), (0, 0, 9, 9)))
    writer.write(page)
    found = check(PdfSigner(key, certificate).sign(page.getvalue(), at), [_der(certificate)])
    if not found.genuine:
        raise RuntimeError(f"expected a good signature, got {found.code}")


def make_identity(name: str, office: str, at: datetime, days: int) -> tuple[bytes, bytes]:
    """A new P-256 key and its self-signed certificate for an office, both PEM; valid from `at` for so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = certificates.Name(
        [
            certificates.NameAttribute(NameOID.COMMON_NAME, name),
            certificates.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, office),
        ]
    )
    built = (
        certificates.CertificateBuilder(subject, subject, key.public_key(), certificates.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=days))
        .add_extension(certificates.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(certificates.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private, built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def certificate_der(certificate_pem: bytes) -> bytes:
    """A certificate as `check` trusts it."""
    return _der(certificate_pem)


def _verdict(signature: Any, trusted: Sequence[bytes], pdf: bytes) -> Verdict:  # noqa: ANN401
    try:
        certificate, at = signature.signer_cert, signature.self_reported_timestamp
        roots = [x509.Certificate.load(der) for der in trusted]
        # Roots of our own: else pyHanko asks the system's list through oscrypto, which OpenSSL 3.0.1x breaks.
        context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=at)
        status = _done(async_validate_pdf_signature(signature, context))
    except Exception:  # noqa: BLE001 - as in `check`
        return Verdict("altered")
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    trusts = certificate.dump() in trusted and status.bottom_line and _valid(certificate, at)
    unchanged = status.intact and status.valid and whole and (not trusts or _as_written(signature, pdf))
    signer = (str(certificate.subject.native.get("common_name", "")), certificate.dump(), at)
    if not unchanged:
        return Verdict("altered", *signer)
    return Verdict("good" if trusts else "unknown-signer", *signer)


def _done(work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401
    """What it comes to: nothing is fetched, so it waits for nothing. A loop would open files, which a confined process can't."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    work.close()
    raise RuntimeError("expected a check that waits for nothing")


def _as_written(signature: Any, pdf: bytes) -> bool:  # noqa: ANN401
    """Whether the one place that a signature can't cover, its own, is as we write it: its parts too that it does not cover."""
    try:
        start, length, end, _ = map(int, signature.byte_range)
        message = cms.ContentInfo.load(signature.pkcs7_content)
        text: bytes = message.dump(force=True).hex().upper().encode()
        signed = message["content"]
        versions = [signed["version"].native, *(one["version"].native for one in signed["signer_infos"])]
        digests = [one["algorithm"].native for one in signed["digest_algorithms"]]
    except (ValueError, KeyError, TypeError):
        return False
    framed = pdf[start + length : end] == b"<" + text.ljust(end - start - length - 2, b"0") + b">"
    return framed and (versions, digests) == (["v1", "v1"], ["sha256"])


def _valid(certificate: x509.Certificate, at: datetime | None) -> bool:
    """Whether the certificate was valid at a time: pyHanko does not ask this of a certificate that is itself trusted."""
    return at is not None and bool(certificate.not_valid_before <= at <= certificate.not_valid_after)


def _usage() -> certificates.KeyUsage:
    return certificates.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _der(text: bytes) -> bytes:
    return bytes(pem.unarmor(text)[2])
