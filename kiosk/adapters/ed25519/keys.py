"""The keys of a kiosk, in a folder of its own.

keys/seal.key, pdf.key    private, mode 0600, read by one process at a time
keys/pdf.crt              the certificate of the PDF signature
root/root.key             private: signs the trust list; to be moved to a place apart
trust/root.pub            the root's public key, which verifiers pin
trust/trust.list          the trust list, signed by the root
trust/hold.list           the newest hold list, signed by the sealing key
"""

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.adapters.ed25519.cose import SigningKey, kid_of
from kiosk.adapters.ed25519.trust import read_list, sign_list
from kiosk.core.faults import Forged, Refusal, Unavailable
from kiosk.core.trust import TrustedKey, TrustList

VALID = timedelta(days=400)
PATIENCE = 5.0
"""Seconds that another process is waited for that holds the keys."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose keys are made. `identity` makes a PDF signer's private key and certificate, both PEM."""

    authority: str
    station: str
    identity: Callable[[], tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """The keys below one folder."""

    home: Path

    @property
    def root_key(self) -> Path:
        """Where the root's private key is made; it should not stay there."""
        return self.home / "root" / "root.key"

    @property
    def made(self) -> bool:
        """Whether the keys have been made."""
        return (self.home / "trust" / "trust.list").exists()

    def root_public(self) -> bytes:
        """The pinned root key, 32 bytes."""
        text = _read(self.home / "trust" / "root.pub")
        try:
            return bytes.fromhex(text.decode("ascii").strip())
        except ValueError as error:
            raise Forged("malformed", got="trust/root.pub") from error

    def trust(self) -> TrustList:
        """The trust list, checked against the pinned root key."""
        return read_list(_read(self.home / "trust" / "trust.list"), self.root_public())

    def trust_text(self) -> bytes:
        """The trust list as it is given to verifiers; checked before it leaves."""
        text = _read(self.home / "trust" / "trust.list")
        read_list(text, self.root_public())
        return text

    def publish_holds(self, text: bytes) -> None:
        """Put the newest hold list where whoever asks for it finds it."""
        _write(self.home / "trust" / "hold.list", text + b"\n", mode=0o644)

    def published_holds(self) -> bytes | None:
        """The newest hold list; None where none was made yet."""
        path = self.home / "trust" / "hold.list"
        return _read(path).strip() if path.exists() else None

    def make(self, now: datetime, owner: Owner) -> TrustedKey | None:
        """The first keys: a root, a sealing key, a PDF identity, and the list that names them; None if there are keys already."""
        with self._changing():
            if self.made:
                return None
            root = SigningKey(Ed25519PrivateKey.generate())
            _write(self.root_key, _pem(root))
            _write(self.home / "trust" / "root.pub", root.public.hex().encode() + b"\n", mode=0o644)
            return self._enlist(root, TrustList(0, now, ()), now, owner)

    def rotate(self, clock: Callable[[], datetime], owner: Owner, root_key: Path) -> TrustedKey:
        """New sealing keys; the old one stays on the list for the sheets that it sealed, until now.

        `Unavailable` while another process holds the old one. Only when it has let go is the clock asked: what it sealed in the
        meantime would be genuine and look expired.
        """
        with self._changing(), self._holding():
            now, root, trust = clock(), self._root(root_key), self.trust()
            if now < trust.issued_at:
                raise Refusal("clock-behind", expected=f"{trust.issued_at.isoformat()} or later", got=now.isoformat())
            retired = tuple(replace(key, not_after=min(key.not_after, now)) for key in trust.keys)
            return self._enlist(root, replace(trust, keys=retired), now, owner)

    def revoke(self, now: datetime, kid: bytes, root_key: Path) -> TrustList:
        """The list with one key no longer trusted, whatever it sealed and when."""
        with self._changing():
            root, trust = self._root(root_key), self.trust()
            trust.key(kid)
            keys = tuple(replace(key, revoked_at=now) if key.kid == kid else key for key in trust.keys)
            return self._publish(root, TrustList(trust.serial + 1, now, keys))

    @contextmanager
    def held(self) -> Iterator[tuple[SigningKey, bytes, bytes]]:
        """The sealing key, the PDF key and certificate (PEM) in use, for this process alone."""
        with self._holding():
            folder, name = self.home / "keys", self.trust().keys[-1].kid.hex()
            for private in (folder / f"{name}.seal", folder / f"{name}.pdf"):
                _check_private(private)
            yield _load(folder / f"{name}.seal"), _read(folder / f"{name}.pdf"), _read(folder / f"{name}.crt")

    def _holding(self) -> AbstractContextManager[None]:
        """The sealing keys, for one process at a time."""
        return _alone(self.home / "keys" / "lock", fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _changing(self) -> AbstractContextManager[None]:
        """The trust list, for one change at a time; the next one waits."""
        return _alone(self.home / "trust" / "lock", fcntl.LOCK_EX)

    def _root(self, path: Path) -> SigningKey:
        """The root key, if it is the one that is pinned: a list signed by another would be a list no more."""
        root = _load(path)
        if root.public != self.root_public():
            raise Refusal("wrong-root-key", got=str(path))
        return root

    def _enlist(self, root: SigningKey, trust: TrustList, now: datetime, owner: Owner) -> TrustedKey:
        key, (pdf_key, pdf_certificate) = SigningKey(Ed25519PrivateKey.generate()), owner.identity()
        certificate = x509.load_pem_x509_certificate(pdf_certificate).public_bytes(serialization.Encoding.DER)
        made = TrustedKey(kid_of(key.public), key.public, owner.authority, owner.station, now, now + VALID, None, certificate)
        folder = self.home / "keys"
        for ending, content in (("seal", _pem(key)), ("pdf", pdf_key), ("crt", pdf_certificate)):
            _write(folder / f"{made.kid.hex()}.{ending}", content)
        self._publish(root, TrustList(trust.serial + 1, now, (*trust.keys, made)))
        for old in folder.iterdir():
            if not old.name.startswith((made.kid.hex(), "lock")):
                old.unlink()
        return made

    def _publish(self, root: SigningKey, trust: TrustList) -> TrustList:
        _write(self.home / "trust" / "trust.list", sign_list(root, trust) + b"\n", mode=0o644)
        return trust


@contextmanager
def _alone(path: Path, how: int) -> Iterator[None]:
    with _told(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "rb")
    with lock:
        _lock(lock, path, how, time.monotonic() + PATIENCE)
        yield


def _lock(file: BinaryIO, path: Path, how: int, until: float) -> None:
    """The lock, waited for: another officer's stamp takes a second or two."""
    while True:
        try:
            return fcntl.flock(file, how)
        except BlockingIOError:
            if time.monotonic() > until:
                raise Unavailable("keys", "held", f"{path}: another process has it") from None
            time.sleep(0.02)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the file system refuses, in our words."""
    try:
        yield
    except OSError as error:
        code = {errno.EROFS: "read-only", errno.ENOSPC: "disk-full", errno.EDQUOT: "disk-full"}.get(error.errno or 0, "gone")
        raise Unavailable("keys", code, f"{path}: {error.strerror}") from error


def _check_private(path: Path) -> None:
    """Refuse a private key that others may read: whose it is now, nobody knows."""
    with _told(path):
        mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise Refusal("keys-open-to-others", expected="mode 0600", got=f"{mode:04o}")


def _pem(key: SigningKey) -> bytes:
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private.private_bytes(*form)


def _load(path: Path) -> SigningKey:
    try:
        key = serialization.load_pem_private_key(_read(path), password=None)
    except ValueError as error:
        raise Refusal("not-a-key", expected="an Ed25519 private key (PEM)", got=str(path)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Refusal("not-a-key", expected="an Ed25519 private key (PEM)", got=str(path))
    return SigningKey(key)


def _read(path: Path) -> bytes:
    with _told(path):
        return path.read_bytes()


def _write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """The file whole or not at all, never readable by others for an instant; on the disk before anything names it."""
    new = path.with_name(f".{path.name}.new")
    with _told(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
