"""Keys made from numbers, trust lists over them, statements, and a key folder's owner: all synthetic."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.adapters.ed25519 import Ed25519Seal, KeyFolder, Owner
from kiosk.adapters.ed25519.cose import SigningKey, as_text, encode, from_text, kid_of
from kiosk.core.faults import Forged
from kiosk.core.meaning import SEAL_PREFIX
from kiosk.core.proof import REMOVED, Sealed, Statement
from kiosk.core.stamp import Act, Stamp
from kiosk.core.trust import TrustedKey, TrustList

NOW = datetime(2026, 11, 22, 15, 4, 5, 123456, UTC)
DAY = timedelta(days=1)
AUTHORITY = "acros-stub"


def key(number=1):
    """A private key, always the same for the same number."""
    return SigningKey(Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big")))


def trusted(number=1, **other):
    """A key as it stands on a trust list, valid for the month around now."""
    public = key(number).public
    entry = TrustedKey(kid_of(public), public, AUTHORITY, "K7QD", NOW - 15 * DAY, NOW + 15 * DAY)
    return replace(entry, **other)


def trust(*keys):
    """A trust list."""
    return TrustList(1, NOW, keys)


SEAL = Ed25519Seal(trust(trusted()), key())


def stamp(**other):
    """A stamp of now."""
    return replace(Stamp(Act.RELEASED, AUTHORITY, "0453", "12345", NOW), **other)


def line(place, mark="R", number="99999001495785", kind="transaction", **other):
    """A row of a page, answered ten seconds before the stamp."""
    return replace(Sealed(place, mark, number, kind, NOW - timedelta(seconds=10), "0453"), **other)


def statement(*rows, **other):
    """A page."""
    return replace(Statement("K7QD.000123", 1, 1, "Example Import Ltd", stamp(), "17-0123456789ab", rows), **other)


PAGE = statement(
    line(1),
    line(2, "NR", "8XXX-PARS0000471", "ccn", keyed=True),
    line(3, "N/A", "00000000000001", "ccn", office=None),
    Sealed(4, REMOVED, "no number at all é", None, None, None, False, "damaged"),
    line(5, office="0495", as_of=NOW - timedelta(microseconds=1)),
)


def page_of(count, seed=1):
    """A page of so many CCNs of 25 characters, each answered at a time of its own."""
    random = Random(seed)
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
    numbers = ["".join(random.choices(letters, k=25)) for _ in range(count)]
    ago = [timedelta(microseconds=random.randrange(30_000_000)) for _ in range(count)]
    return statement(*(line(n, "R", number, "ccn", as_of=NOW - ago[n - 1]) for n, number in enumerate(numbers, 1)))


def bytes_of(seal):
    """The message of a seal."""
    return from_text(SEAL_PREFIX, seal)


def text_of(message):
    """A message as the text of a seal."""
    return as_text(SEAL_PREFIX, message)


def sealed_by(signer, payload):
    """A seal over any payload, signed as it should be: what only a holder of the key could make."""
    from kiosk.adapters.ed25519.cose import sign1

    return text_of(sign1(signer, encode(payload)))


@cache
def identity():
    """A PDF identity; one is enough for all tests."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Release kiosk K7QD")])
    builder = x509.CertificateBuilder(name, name, private.public_key(), 7, NOW - DAY, NOW + 400 * DAY)
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return private.private_bytes(*form), builder.sign(private, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


OWNER = Owner(AUTHORITY, "K7QD", identity)


def folder(home):
    """A key folder with its first keys."""
    keys = KeyFolder(home)
    keys.make(NOW, OWNER)
    return keys


TEXT = SEAL.seal(PAGE)
MESSAGE = bytes_of(TEXT)
ELEMENTS = cbor2.loads(MESSAGE).value


def why(seal, trusting=SEAL):
    """Why a seal is forged. Any other exception, or none, fails the test."""
    with pytest.raises(Forged) as no:
        trusting.open(seal)
    return no.value.code


def packed():
    """The values of a page as they are packed."""
    return cbor2.loads(ELEMENTS[2])


def sealed(keys, at=NOW):
    """A seal by the key in use."""
    with keys.held() as (private, _, _):
        return Ed25519Seal(keys.trust(), private).seal(statement(line(1), stamp=stamp(at=at)))


def opens(keys, seal):
    return Ed25519Seal(keys.trust()).open(seal)


def private_files(keys):
    return [path for path in keys.home.rglob("*") if path.is_file() and path.parent.name in {"keys", "root"}]


def copied(path, to):
    to.write_bytes(path.read_bytes())
    return to
