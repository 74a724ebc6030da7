"""The command line as it is built: names, options, words. What the commands do is in `commands`, imported when one runs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from acros_stub.garbled import GARBLED
from acros_stub.words import LANGUAGES

_COMMON = ("home", "database", "as_json")


def build(lang: str) -> click.Group:
    """The command line in this language."""
    words = LANGUAGES[lang]
    said = {"help_option_names": ["-h", "--help"]}
    group = click.Group("acros-stub", help=words["stub"], params=[_language(words)], context_settings=said)
    options = {"serve": _serving(words), "load": _loading(words), "seed": _seeding(words)}
    options |= {"status": [click.Argument(["number"])], "refer": [click.Argument(["number"])], "fault": _faulting(words)}
    for name, params in options.items():
        group.add_command(_command(lang, name, params))
    return group


def _command(lang: str, name: str, params: Sequence[click.Parameter]) -> click.Command:
    """A command with the options that all have."""

    def run(**said: Any) -> None:  # noqa: ANN401  # as click hands them over
        from acros_stub import commands  # noqa: PLC0415  # help must not wait for it

        common = {option: said.pop(option) for option in _COMMON}
        desk = commands.Desk(lang, common["home"], common["database"], common["as_json"])
        getattr(commands, name)(desk, **said)

    words = LANGUAGES[lang]
    return click.Command(name, callback=run, params=[*params, *_common(words)], help=words[name])


def _common(words: Mapping[str, str]) -> list[click.Parameter]:
    return [
        click.Option(["--home"], type=click.Path(path_type=Path), envvar="KIOSK_HOME", help=words["opt-home"]),
        click.Option(["--database"], envvar="ACROS_DATABASE", help=words["opt-database"]),
        _language(words),
        click.Option(["--json", "as_json"], is_flag=True, help=words["opt-json"]),
    ]


def _language(words: Mapping[str, str]) -> click.Option:
    """Taken before the command too; `words.language` has seen it by then."""
    return click.Option(["--lang"], type=click.Choice(sorted(LANGUAGES)), expose_value=False, help=words["opt-lang"])


def _serving(words: Mapping[str, str]) -> list[click.Parameter]:
    days = click.IntRange(min=1)
    return [
        click.Option(["--host"], default="127.0.0.1", show_default=True, help=words["opt-host"]),
        click.Option(["--port"], type=click.IntRange(0, 65535), default=8765, show_default=True, help=words["opt-port"]),
        click.Option(["--reuse-days"], type=days, default=1095, show_default=True, help=words["opt-reuse"]),
        click.Option(["--air-reuse-days"], type=days, default=365, show_default=True, help=words["opt-air-reuse"]),
    ]


def _loading(words: Mapping[str, str]) -> list[click.Parameter]:
    return [
        click.Argument(["file"], type=click.Path(path_type=Path), required=False),
        click.Option(["--demo"], is_flag=True, help=words["opt-demo"]),
    ]


def _seeding(words: Mapping[str, str]) -> list[click.Parameter]:
    return [
        click.Argument(["number"], type=click.IntRange(1, 100_000_000)),
        click.Option(["--seed"], type=int, default=1, show_default=True, help=words["opt-seed"]),
        click.Option(["--day"], help=words["opt-day"]),
    ]


def _faulting(words: Mapping[str, str]) -> list[click.Parameter]:
    hows = ", ".join(GARBLED)
    seconds = click.FloatRange(0, 3600)
    return [
        click.Argument(["kind"], type=click.Choice(["down", "slow", "garbled", "off"])),
        click.Option(
            ["--how"], type=click.Choice(list(GARBLED)), default="html", metavar="NAME", help=words["opt-how"].format(hows=hows)
        ),
        click.Option(["--seconds"], type=seconds, default=5.0, show_default=True, help=words["opt-seconds"]),
    ]
