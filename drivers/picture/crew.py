"""A few limited processes at work for all who ask: each question goes to one that is free.

Who has the fewest processes at work for him goes first, of these who had no turn just now, and of these who asked first: a
single page waits for no document of fifty. The first process stays; another is started when a question has to wait, gets its
first one when it is warm, and ends when it had none for a while. Each has a thread here, which asks it and waits for it.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field

from drivers.picture import Dial, Fault, Limits, Problem, Unopened
from drivers.picture.intake import Document
from drivers.picture.warden import ChildDied, Warden
from drivers.picture.wire import Message, fault_of

Answer = tuple[Message, bytes]

IDLE = 60.0
"""Seconds after which a process that had nothing to do ends; the first one never does."""
_GRACE = 1.0
"""Seconds that a question under way still has when the crew is sent home."""
_START = 20.0
"""Seconds for a process to load its libraries, however busy the machine is."""


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A question about a document; without one, how many pages it has. The answer may be `Unopened`."""

    asker: object
    """For whom: the same for all pages of one reading."""
    document: Document
    question: Message | None
    answer: "Future[Answer]" = field(default_factory=Future)


class Hand:
    """One limited process, and the document that it has open."""

    def __init__(self, warden: Warden, seconds: float) -> None:
        self.warden = warden
        self._seconds = seconds
        self._open: tuple[int, Document, int] | None = None
        self.task: Task | None = None
        self.ready = False
        self.dismissed = False

    @property
    def free(self) -> bool:
        """Whether it can be given a task."""
        return self.ready and not self.dismissed and self.task is None

    def has(self, document: Document) -> bool:
        """Whether it has the document open."""
        return self._open is not None and self._open[:2] == (self.warden.generation, document)

    def warm(self) -> None:
        """Starts its process where there is none, and waits until it is there; one that fails is started by the next question."""
        if not self.warden.running:
            with suppress(ChildDied):
                self.warden.ask({"do": "ping"}, seconds=_START)

    def do(self, task: Task) -> None:
        """Answers the task, whatever happens."""
        try:
            task.answer.set_result(self._answered(task))
        except Unopened as no:
            task.answer.set_exception(no)
        except Exception as no:  # noqa: BLE001 - the process may be in the hands of a hostile picture and say anything
            self.warden.close()
            task.answer.set_exception(Unopened(Fault(Problem.ENGINE_CRASHED, "an answer", repr(no)[:200])))

    def _answered(self, task: Task) -> Answer:
        pages = self._opened(task.document)
        return ({"pages": pages}, b"") if task.question is None else self._asked(task.question)

    def _opened(self, document: Document) -> int:
        """How many pages the document has, which is opened first where the process does not have it. Raises `Unopened`."""
        if self._open is None or not self.warden.running or not self.has(document):
            self._open = None
            answer, _ = self._asked({"do": "open"}, document.data)
            self._open = (self.warden.generation, document, int(answer["pages"]))
        return self._open[2]

    def _asked(self, question: Message, raw: bytes = b"") -> Answer:
        try:
            answer, back = self.warden.ask(question, raw, seconds=self._seconds)
        except ChildDied as died:
            raise Unopened(died.fault) from died
        if "fault" in answer:
            raise Unopened(fault_of(answer["fault"]))
        return answer, back


class Crew:
    """Up to `most` limited processes. May be shared by threads."""

    def __init__(
        self, limits: Limits, dial: Dial, most: int, idle: float = IDLE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits, self._dial, self.most = limits, dial, most
        self._idle, self._clock = idle, clock
        self._hands: list[Hand] = []
        self._threads: dict[Hand, threading.Thread] = {}
        self._tasks: list[Task] = []
        self._last: object = None
        self._news = threading.Condition()

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that run now, the one that stays first."""
        with self._news:
            return tuple(pid for hand in self._hands if (pid := hand.warden.pid) is not None)

    def start(self) -> None:
        """Starts the first process, if none runs."""
        with self._news:
            if not self._hands:
                self._hire()

    def submit(self, asker: object, document: Document, question: Message | None) -> "Future[Answer]":
        """The answer to come. As long as nobody works on it, it can be cancelled."""
        task = Task(asker, document, question)
        with self._news:
            self._tasks.append(task)
            self._deal()
        return task.answer

    def close(self) -> None:
        """Ends all processes; what nobody works on yet is answered with a fault. Twice is harmless."""
        with self._news:
            threads, self._threads, self._hands = self._threads, {}, []
            tasks, self._tasks = self._tasks, []
            for hand in threads:
                hand.dismissed = True
            self._news.notify_all()
        for task in tasks:
            if task.answer.set_running_or_notify_cancel():
                task.answer.set_exception(Unopened(Fault(Problem.ENGINE_CRASHED, "an answer", "closed")))
        end = self._clock() + _GRACE
        for hand, thread in threads.items():
            thread.join(max(0.0, end - self._clock()) if hand.task else 0.0)
            while thread.is_alive():
                hand.warden.kill()
                thread.join(0.1)

    def _hire(self) -> None:
        hand = Hand(Warden(self._limits, self._dial), self._limits.wall_seconds)
        with suppress(ChildDied):
            hand.warden.start()
        self._hands.append(hand)
        self._threads[hand] = threading.Thread(target=self._work, args=(hand,), name="page-reader", daemon=True)
        self._threads[hand].start()

    def _deal(self) -> None:
        """Gives tasks to free hands as long as there are both; the rest may be worth another hand."""
        self._tasks = [task for task in self._tasks if not task.answer.cancelled()]
        while self._tasks and (free := [hand for hand in self._hands if hand.free]):
            task = min(self._tasks, key=lambda one: (self._at_work(one.asker), one.asker is self._last))
            self._tasks.remove(task)
            if task.answer.set_running_or_notify_cancel():
                self._last = task.asker
                max(free, key=lambda hand: hand.has(task.document)).task = task
        coming = sum(not hand.ready for hand in self._hands)
        while len(self._tasks) > coming and len(self._hands) < self.most:
            self._hire()
            coming += 1
        self._news.notify_all()

    def _at_work(self, asker: object) -> int:
        return sum(hand.task is not None and hand.task.asker is asker for hand in self._hands)

    def _work(self, hand: Hand) -> None:
        try:
            while (task := self._next(hand)) is not None:
                hand.do(task)
        finally:
            with self._news:
                self._hands = [one for one in self._hands if one is not hand]
            hand.warden.close()
            with self._news:
                self._threads.pop(hand, None)

    def _next(self, hand: Hand) -> Task | None:
        """The next task of a hand; None where it was sent home, or had nothing to do for too long."""
        with self._news:
            hand.task, hand.ready = None, False
        hand.warm()
        with self._news:
            hand.ready = True
            self._deal()
            self._wait(hand)
            hand.ready = hand.task is not None
            return hand.task

    def _wait(self, hand: Hand) -> None:
        """Until a hand has a task or goes home: the first one only when sent, others also when they had nothing to do."""
        end = self._clock() + self._idle
        while hand.task is None and not hand.dismissed:
            if hand is self._hands[0]:
                self._news.wait()
            elif (left := end - self._clock()) > 0:
                self._news.wait(left)
            else:
                return
