"""From keys to codes: what one keyboard scanner typed, code by code."""

from collections.abc import Iterable
from math import inf

from drivers.keymap.board import Board
from drivers.keymap.keys import DOWN, Dropped, Key, Locks
from drivers.keymap.layouts import PLATES
from drivers.manner import TAIL, Manner, Terminator
from drivers.scan import Broken, Heard, Why

ENDS = {
    Terminator.ENTER: frozenset("\r\n"),
    Terminator.TAB: frozenset("\t"),
    Terminator.ANY: frozenset("\r\n\t"),
    Terminator.NONE: frozenset[str](),
}
"""What ends a code. Enter may also come as Ctrl+M or Ctrl+J, Tab as Ctrl+I: they are the same characters."""
_IDENTIFIER = 3


class Typed:
    """One device's decoder: takes its key events and says each code once, whole, or once why there is none.

    A fault is told at once and the rest of that code, up to its end or a silence, is passed over. What may be only the rest of
    a code is none: what begins within a gap of `since` (when the device was grabbed), or within `TAIL` of the silence that
    broke a code off.

    What no decoder can see: that both events of one key, down and up, never came, or came twice (the scanner and USB's
    checksums guard against that, and the kernel tells what it dropped); that a scanner went on with a code after longer than
    that; and, without terminator, prefix or suffix, that it stopped in a code or said two without a pause: there only a
    fixed length (`shortest`, `longest`) tells.
    """

    def __init__(self, manner: Manner, held: Iterable[int] = (), locks: Locks | None = None, since: float = -inf) -> None:
        self._manner = manner
        self._ends = ENDS[manner.terminator]
        self._most = manner.longest + len(manner.prefix) + len(manner.suffix) + _IDENTIFIER
        self._board = Board(PLATES[manner.layout], held, locks)
        self._quiet = since + manner.gap
        self._last = -inf
        self._lost = False
        self._begin(ended=False)

    def _begin(self, *, ended: bool) -> None:
        """Be ready for a code. `ended`: right behind the end of another, so that a further terminator belongs to that."""
        self._text: list[str] = []
        self._void: str | None = None
        self._ended = ended
        self._board.clear()

    @property
    def due(self) -> float | None:
        """When silence ends the code that is half through; None if there is none."""
        half = self._void is None and (self._text or self._board.half)
        return self._last + self._manner.gap if half else None

    def feed(self, event: Key | Dropped) -> list[Heard | Broken]:
        """What an event says: mostly nothing."""
        if isinstance(event, Dropped):
            return self._dropped(event)
        if self._board.deaf_to(event):
            return []
        said = self.silent(event.at)
        self._last = event.at
        return said + self._key(event)

    def silent(self, now: float) -> list[Heard | Broken]:
        """What it says that no event came until `now`."""
        if now < self._last + self._manner.gap:
            return []
        said = self._silence() if self.due is not None else []
        if self._void or any(isinstance(one, Broken) for one in said):
            self._quiet = self._last + self._manner.gap + TAIL
        self._begin(ended=False)
        if self._lost:  # a scanner at rest has left the locks as it found them
            self._board.settle()
            self._lost = False
        return said

    def gone(self) -> list[Heard | Broken]:
        """What it says that the device is gone: a code that was half through is broken off."""
        return [] if self.due is None else self._spoil(Broken(Why.BROKEN_OFF))

    def _silence(self) -> list[Heard | Broken]:
        text = "".join(self._text)
        if self._ends or self._board.half or self._board.shifted:
            return [Broken(Why.BROKEN_OFF)]
        return [self._manner.whole(text, text.encode())]

    def _dropped(self, event: Dropped) -> list[Heard | Broken]:
        told = self._void == Why.KEYS_LOST and event.at < self._last + self._manner.gap
        self._last, self._lost = event.at, True
        self._board.reset(event.held, event.locks)
        said = self._spoil(Broken(Why.KEYS_LOST))
        return [] if told else said

    def _key(self, key: Key) -> list[Heard | Broken]:
        said = self._board.take(key)
        if key.at < self._quiet:
            return self._early(key, said)
        if isinstance(said, Broken):
            self._lost |= said.reason == Why.KEYS_LOST
            return [] if self._void else self._spoil(said)
        if said in self._ends:
            return self._end(said)
        return self._add(said) if said and not self._void else []

    def _early(self, key: Key, said: str | Broken) -> list[Heard | Broken]:
        """Typed so soon that it is perhaps only the rest of something, until that has ended."""
        ended = said in self._ends
        self._quiet = -inf if ended else max(self._quiet, key.at + self._manner.gap)
        told = self._spoil(Broken(Why.BROKEN_OFF)) if key.value == DOWN and not self._void else []
        if ended:
            self._begin(ended=True)
        return told

    def _spoil(self, broken: Broken) -> list[Heard | Broken]:
        """This code is none, and the rest of it neither."""
        self._begin(ended=False)
        self._void = broken.reason
        return [broken]

    def _add(self, char: str) -> list[Heard | Broken]:
        self._text.append(char)
        return self._spoil(Broken(Why.TOO_LONG)) if len(self._text) > self._most else []

    def _end(self, terminator: str) -> list[Heard | Broken]:
        """A terminator: of a code, of one that was void, one more behind one, or of nothing at all."""
        text, told = "".join(self._text), self._void is not None or self._ended
        self._begin(ended=True)
        if not text:
            return [] if told else [Broken(Why.TOO_SHORT)]
        return [self._manner.whole(text, (text + terminator).encode())]
