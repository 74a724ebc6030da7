"""The command line. Each command is loaded when it is called, so that help and a single scan start at once.

Exit codes: 0 done; 1 something was refused, not read, or not genuine; 2 the command was misused; 3 something could not be asked
or written, and nothing is known; 130 interrupted.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any

import click

from kiosk.cli.terminal import Speaking, Terminal, common, localised
from kiosk.core.faults import Refusal, Unavailable

COMMANDS = {
    "read": "kiosk.cli.read:read",
    "grade": "kiosk.cli.grade:grade",
    "query": "kiosk.cli.query:query",
    "prove": "kiosk.cli.prove:prove",
    "return": "kiosk.cli.prove:give_back",
    "verify": "kiosk.cli.verify:verify",
    "register": "kiosk.cli.register:register",
    "form": "kiosk.cli.form:form",
    "journal": "kiosk.cli.journal:journal",
    "holds": "kiosk.cli.holds:holds",
    "keys": "kiosk.cli.keys:keys",
    "users": "kiosk.cli.users:users",
    "backup": "kiosk.cli.backup:backup",
    "restore": "kiosk.cli.backup:restore",
    "web": "kiosk.cli.web:web",
    "station": "kiosk.cli.station:station",
    "devices": "kiosk.cli.devices:devices",
    "printer": "kiosk.cli.printer:printer",
    "check": "kiosk.cli.check:check",
    "demo": "kiosk.cli.demo:demo",
}
REFUSED, MISUSED, UNKNOWN, INTERRUPTED = 1, 2, 3, 130


class Kiosk(click.Group):
    """The commands by name; a command's module is imported when it is needed."""

    context_class = Speaking

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, speaking the language asked for."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return localised(command, ctx.ensure_object(Terminal).words, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without loading one."""
        words = ctx.ensure_object(Terminal).words
        with formatter.section("Commands"):
            formatter.write_dl([(name, words.say(f"cli.{name}.help").splitlines()[0]) for name in COMMANDS])

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the program is, in the language asked for."""
        formatter.write_paragraph()
        formatter.write_text(ctx.ensure_object(Terminal).words.say("cli.kiosk.help"))
        formatter.write_paragraph()
        formatter.write_text(ctx.ensure_object(Terminal).words.say("cli.exit-codes"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, in the language asked for."""
        localised(self, ctx.ensure_object(Terminal).words, "kiosk")
        super().format_options(ctx, formatter)


@click.group(cls=Kiosk, name="kiosk", invoke_without_command=False, no_args_is_help=True)
@common
def kiosk() -> None:
    """The words stand in templates/words."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; every no is said in words, and has its exit code."""
    said = list(sys.argv[1:] if arguments is None else arguments)
    terminal = Terminal(lang=_language(said))
    try:
        code = kiosk.main(args=arguments, prog_name="kiosk", standalone_mode=False, obj=terminal)
    except click.UsageError as error:
        code = terminal.misused(error)
    except Refusal as no:
        code = terminal.refused(no)
    except Unavailable as no:
        code = terminal.unavailable(no)
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BrokenPipeError:  # whoever read our output has left; Python would complain once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = REFUSED
    sys.exit(_code(code))


def _language(said: list[str]) -> str | None:
    """The language asked for, wherever it stands: a misuse before it is told in it too."""
    after = [right for left, right in pairwise(said) if left == "--lang"] + [one[7:] for one in said if one.startswith("--lang=")]
    return after[-1] if after else None


def _code(code: Any) -> int:  # noqa: ANN401 - what click hands back
    return code if isinstance(code, int) else 0
