"""A terminal: which kiosk it is at, in which language it speaks, and how it says things."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from kiosk.config import Parts
from kiosk.core.faults import Refusal, Unavailable
from kiosk.settings import home_folder
from kiosk.wording import could_not, printable, why
from kiosk.words import LANGUAGES, Language, Words, words

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
REFUSED, MISUSED, UNKNOWN = 1, 2, 3


@dataclass
class Terminal:
    """One run of the command line."""

    home: str | None = None
    lang: str | None = None
    json: bool = False
    _parts: list[Parts] = field(default_factory=list)

    @property
    def words(self) -> Words:
        """The words of its language."""
        return words(self.language)

    @property
    def language(self) -> Language:
        """As asked for, or the environment's, or the kiosk's own."""
        for said in (
            self.lang,
            os.environ.get("KIOSK_LANG"),
            self._set_language(),
            os.environ.get("LC_ALL"),
            os.environ.get("LANG"),
        ):
            for language in LANGUAGES:
                if said and said.lower().startswith(language):
                    return language
        return "en"

    def _set_language(self) -> str:
        """The language of kiosk.toml, without making a home for it."""
        if self._parts:
            return self._parts[0].settings.language
        try:
            lines = (home_folder(self.home) / "kiosk.toml").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:  # not there, or somebody else's: what needs it will say so
            return ""
        return next((line.partition("=")[2].strip(' "') for line in lines if line.startswith("language")), "")

    @property
    def parts(self) -> Parts:
        """The kiosk's parts; its home is made at first use."""
        if not self._parts:
            self._parts.append(Parts.of(self.home))
        return self._parts[0]

    def say(self, key: str, **fields: object) -> None:
        """A sentence, to people."""
        click.echo(self.words.say(key, **fields))

    def note(self, key: str, **fields: object) -> None:
        """A sentence beside the work: progress, advice. Never mixed with what was asked for."""
        click.echo(self.words.say(key, **fields), err=True)

    def show(self, document: object) -> None:
        """A JSON document."""
        click.echo(as_json(document, None if not sys.stdout.isatty() else 2))

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Rows under their heads, as wide as they need."""
        lines = [list(head), *(list(map(printable, row)) for row in rows)]
        widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
        for line in lines:
            click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())

    def why(self, no: Refusal) -> str:
        """The sentence of a refusal; its code and fields where it has none of its own."""
        return why(self.words, no)

    def refused(self, no: Refusal) -> int:
        """Say a refusal; its exit code."""
        if self.json:
            self.show({"error": {"code": no.code, "message": self.why(no), **no.fields}})
        click.echo(self.words.say("cli.refused", why=self.why(no)), err=True)
        return REFUSED

    def unavailable(self, no: Unavailable) -> int:
        """Say what could not be asked or written; its exit code."""
        if self.json:
            self.show({"error": could_not(self.words, no)})
        click.echo(could_not(self.words, no)["message"], err=True)
        if no.detail:
            click.echo(f"  ({no.detail})", err=True)
        return UNKNOWN

    def misused(self, error: click.UsageError) -> int:
        """Say how a command was misused; its exit code."""
        if isinstance(error, click.exceptions.NoArgsIsHelpError):
            click.echo(error.ctx.get_help(), err=True)
            return MISUSED
        path = error.ctx.command_path if error.ctx else "kiosk"
        click.echo(self.words.say("cli.misused", what=self._misuse(error), path=path), err=True)
        return MISUSED

    def _misuse(self, error: click.UsageError) -> str:
        match error:
            case click.exceptions.NoSuchOption():
                return self.words.say("cli.no-such-option", name=error.option_name)
            case click.MissingParameter():
                name = error.param.opts[0] if error.param and error.param.param_type_name == "option" else _metavar(error.param)
                return self.words.say("cli.missing", name=name)
            case click.BadParameter():
                name = error.param.opts[0] if error.param else ""
                return self.words.say("cli.bad-value", name=name, expected=self._expected(error.param))
            case click.exceptions.NoSuchCommand():
                return self.words.say("cli.no-such-command", name=error.command_name)
            case _ if error.message == "Missing command.":
                return self.words.say("cli.no-command")
            case _:
                return error.message

    def _expected(self, param: click.Parameter | None) -> str:
        """What a parameter takes, in words."""
        match param.type if param else None:
            case click.Choice() as kind:
                return ", ".join(map(str, kind.choices))
            case click.IntRange() as kind:
                return self.words.say("cli.expected.number", least=kind.min, most=kind.max if kind.max is not None else "…")
            case click.Path() as kind:
                return self.words.say("cli.expected.folder" if kind.dir_okay else "cli.expected.file")
            case _:
                return self.words.say("cli.expected.other")


def _metavar(param: click.Parameter | None) -> str:
    return (param.name or "").upper() if param else ""


def common(function: Decorated) -> Decorated:
    """The options that every command has."""

    def keep(ctx: click.Context, param: click.Parameter, value: object) -> None:
        if value and param.name:
            setattr(ctx.ensure_object(Terminal), param.name, value)

    for option in (
        click.help_option("--help"),
        click.option("--json", is_flag=True, expose_value=False, is_eager=True, callback=keep),
        click.option("--lang", type=click.Choice(LANGUAGES), expose_value=False, is_eager=True, callback=keep),
        click.option("--home", type=click.Path(), expose_value=False, is_eager=True, callback=keep),
    ):
        function = option(function)
    return function


class Formatter(click.HelpFormatter):
    """click's help with its own three words in the language asked for."""

    said: Words

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How the command is called."""
        super().write_usage(prog, args, prefix or self.said.say("cli.usage"))

    def write_heading(self, heading: str) -> None:
        """The head of a section."""
        key = f"cli.{heading.lower()}"
        super().write_heading(self.said.say(key) if key in self.said else heading)


class Speaking(click.Context):
    """A context whose help speaks the language asked for."""

    def make_formatter(self) -> click.HelpFormatter:
        """A formatter with the words of the terminal."""
        formatter = Formatter(width=self.terminal_width, max_width=self.max_content_width)
        formatter.said = self.ensure_object(Terminal).words
        return formatter


def localised(command: click.Command, said: Words, name: str) -> click.Command:
    """The command with its help in one language: `cli.<name>.help`, and `cli.option.<option>` for each of its options."""
    command.context_class = Speaking
    command.help = said.say(f"cli.{name}.help")
    command.options_metavar = said.say("cli.options-metavar")
    for param in command.params:
        if isinstance(param, click.Option) and param.name:
            own = f"cli.{name}.{param.name}"
            shared = f"cli.option.{param.name}"
            param.help = said.say(own if own in said and param.name != "help" else shared)
    if isinstance(command, click.Group):
        for below in command.commands:
            localised(command.commands[below], said, f"{name}.{below}")
    return command


class Progress:
    """Says how far a long work is: nothing in its first two seconds, then at most once in two."""

    def __init__(self, terminal: Terminal, key: str) -> None:
        self._terminal, self._key, self._next = terminal, key, time.monotonic() + 2

    def __call__(self, done: int, total: int | None = None) -> None:
        """So much is done."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + 2
            self._terminal.note(self._key, done=done, total=total if total is not None else "?")


def as_json(document: object, indent: int | None = None) -> str:
    """A JSON document as text; one that holds half a surrogate pair, which a keyboard can yield, in escapes throughout."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    return text if text.encode("utf-8", "ignore").decode() == text else json.dumps(document, indent=indent)


def named_file(given: str) -> Path | None:
    """The file that an argument names; None where it names none, however long or odd it is."""
    try:
        return Path(given) if Path(given).is_file() else None
    except (OSError, ValueError):
        return None


def written(path: Path, content: bytes) -> Path:
    """A file, whole or not at all; `Unavailable` where the disk does not take it."""
    new = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        code = {28: "disk-full", 30: "read-only", 13: "read-only"}.get(error.errno or 0, "gone")
        raise Unavailable("folder", code, f"{path}: {error.strerror}") from error
    return path
