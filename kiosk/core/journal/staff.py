"""What happened to those who work here, and at the door."""

from dataclasses import dataclass

from kiosk.core.journal.fact import Fact


@dataclass(frozen=True, slots=True)
class UserAdded(Fact):
    """Somebody may work here from now on, or again; `role` is one of `kiosk.core.user.Role`."""

    badge: str
    name: str
    role: str
    sub_location: str = ""
    """The warehouse of an operator, 4 digits."""


@dataclass(frozen=True, slots=True)
class UserChanged(Fact):
    """A user has another name, role or warehouse now."""

    badge: str
    name: str
    role: str
    sub_location: str = ""
    """The warehouse of an operator, 4 digits."""


@dataclass(frozen=True, slots=True)
class PinSet(Fact):
    """A user has a new PIN. `document` is the digest of its argon2 hash, kept in the same transaction; never the PIN."""

    badge: str
    document: str


@dataclass(frozen=True, slots=True)
class UserDismissed(Fact):
    """A user works here no longer."""

    badge: str


@dataclass(frozen=True, slots=True)
class LoggedIn(Fact):
    """A badge and its PIN were right; `session` is no secret: what the browser holds is signed."""

    session: str
    station: str


@dataclass(frozen=True, slots=True)
class LoggedOut(Fact):
    """A session is over: `why` is one of asked, idle, shift, replaced."""

    session: str
    why: str


@dataclass(frozen=True, slots=True)
class LogInFailed(Fact):
    """A log-in was tried at a station, and badge or PIN was wrong: `why` is one of unknown-badge, no-pin, dismissed, wrong-pin."""

    why: str
    station: str


@dataclass(frozen=True, slots=True)
class DelayLifted(Fact):
    """What failed before delays the next log-in of this badge no longer."""
