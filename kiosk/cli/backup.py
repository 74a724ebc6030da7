"""`kiosk backup` and `kiosk restore`: the record in another place, verified on its way back."""

from pathlib import Path

import click

from kiosk.cli.journal import checkpoint_of
from kiosk.cli.terminal import Progress, Terminal, common, written
from kiosk.config import clock
from kiosk.core.faults import Unavailable


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@common
@click.pass_obj
def backup(terminal: Terminal, folder: Path) -> int:
    """A consistent copy, while others write."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable("folder", "gone", f"{folder}: {error.strerror}") from error
    progress = Progress(terminal, "cli.copying")
    path, head = terminal.parts.journal.backup(folder, clock(), terminal.parts.settings.station, progress)
    written(path.with_suffix(".checkpoint"), terminal.parts.note(head).encode())
    if terminal.json:
        terminal.show({"backup": str(path), "checkpoint": head.short})
    else:
        terminal.say("cli.backup.done", path=path, checkpoint=head.short)
    return 0


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--against", metavar="CHECKPOINT", required=True)
@common
@click.pass_obj
def restore(terminal: Terminal, file: Path, against: str) -> int:
    """The record from a copy; refused if the copy is not sound, or the record here holds what the copy does not."""
    from kiosk.adapters.sql import restore as restored  # noqa: PLC0415 - start-up

    against = checkpoint_of(terminal, against)
    head = restored(file, terminal.parts.journal_url, against, Progress(terminal, "cli.copying"))
    if terminal.json:
        terminal.show({"restored": str(file), "checkpoint": head.short})
    else:
        terminal.say("cli.restore.done", path=file, checkpoint=head.short)
    return 0
