"""The certificate that the counter is served with: read, and found fit, before anybody connects."""

import ssl
from datetime import datetime
from pathlib import Path

from cryptography import x509

from kiosk.core.faults import Refusal


def server_context(certificate: Path, key: Path, now: datetime) -> ssl.SSLContext:
    """TLS 1.2 or newer with a certificate (PEM, its chain after it) and its key.

    `Refusal` for one that can't be read, whose key is another's, or that is not valid now.
    """
    _check_dates(certificate, now)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise Refusal("certificate-mismatch", got=certificate, key=key) from error
        raise _unreadable(key, error.reason or str(error)) from error
    except (OSError, ValueError) as error:
        raise _unreadable(key, error) from error
    return context


def _check_dates(path: Path, now: datetime) -> None:
    try:
        leaf = x509.load_pem_x509_certificates(path.read_bytes())[0]
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if now > leaf.not_valid_after_utc:
        raise Refusal("certificate-expired", expected=leaf.not_valid_after_utc.isoformat(), got=path)
    if now < leaf.not_valid_before_utc:
        raise Refusal("certificate-early", expected=leaf.not_valid_before_utc.isoformat(), got=path)


def _unreadable(path: Path, why: object) -> Refusal:
    reason = why.strerror or str(why) if isinstance(why, OSError) else str(why)
    return Refusal("certificate-unreadable", got=f"{path}: {reason}")


def _no_password() -> str:
    """A key with a password would ask the terminal for it, and a service has none."""
    raise ValueError("the key has a password")
