"""`kiosk keys`: show, rotate, revoke, and export the public part as a trust list (P2)."""

from pathlib import Path

import click

from kiosk.cli.terminal import Terminal, common, written
from kiosk.config import clock, local
from kiosk.core.faults import Refusal
from kiosk.core.journal import Entry, KeyMade, KeyRevoked

ROOT = click.option("--root-key", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
@common
def keys() -> None:
    """The keys that seal."""


@keys.command()
@common
@click.pass_obj
def show(terminal: Terminal) -> int:
    """Every key of the trust list, and the root that signs it; never a private one."""
    folder = terminal.parts.keys
    trust, zone = folder.trust(), local(terminal.parts.settings.zone)
    rows = [
        (
            key.kid.hex(),
            key.authority,
            f"{key.not_before.astimezone(zone):%Y-%m-%d}",
            f"{key.not_after.astimezone(zone):%Y-%m-%d}",
            key.public.hex(),
        )
        for key in trust.keys
    ]
    if terminal.json:
        names = ("kid", "authority", "not_before", "not_after", "public")
        terminal.show(
            {
                "root": folder.root_public().hex(),
                "serial": trust.serial,
                "keys": [dict(zip(names, row, strict=True)) for row in rows],
            }
        )
        return 0
    terminal.table([terminal.words.say(f"cli.column.{name}") for name in ("key", "authority", "from", "until", "public")], rows)
    terminal.say("cli.keys.root", root=folder.root_public().hex())
    if folder.root_key.exists():
        terminal.say("cli.keys.root-here", path=folder.root_key)
    return 0


@keys.command()
@ROOT
@common
@click.pass_obj
def rotate(terminal: Terminal, root_key: Path | None) -> int:
    """New keys; what the old ones sealed stays genuine."""
    folder, now = terminal.parts.keys, clock()
    newest = terminal.parts.journal.newest()
    if newest is not None and now < newest:  # a key retired in the past would take sheets with it that it sealed since
        raise Refusal("clock-behind", expected=newest.isoformat(), got=now.isoformat())
    retired = folder.trust().keys[-1].kid.hex()
    made = folder.rotate(clock, terminal.parts.owner(), root_key or folder.root_key)
    fact = KeyMade(made.kid.hex(), made.public.hex(), retired)
    terminal.parts.journal.append([Entry("keys", clock(), terminal.parts.settings.station, fact)])
    terminal.show({"kid": made.kid.hex(), "retired": retired}) if terminal.json else terminal.say(
        "cli.keys.rotated", kid=made.kid.hex(), retired=retired
    )
    return 0


@keys.command()
@click.argument("kid")
@ROOT
@common
@click.pass_obj
def revoke(terminal: Terminal, kid: str, root_key: Path | None) -> int:
    """Trust a key no longer, whatever it sealed and when: it was stolen, or may have been."""
    folder = terminal.parts.keys
    try:
        wanted = bytes.fromhex(kid)
    except ValueError:
        raise Refusal("unknown-key", got=kid) from None
    trust = folder.revoke(clock(), wanted, root_key or folder.root_key)
    terminal.parts.journal.append([Entry("keys", clock(), terminal.parts.settings.station, KeyRevoked(kid))])
    terminal.show({"revoked": kid, "serial": trust.serial}) if terminal.json else terminal.say("cli.keys.revoked", kid=kid)
    return 0


@keys.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path())
@common
@click.pass_obj
def export(terminal: Terminal, out: Path) -> int:
    """What a verifier needs: the trust list, and the root's public key to pin."""
    folder = terminal.parts.keys
    folder.trust()  # checked against the root before it leaves
    trust = written(out / "trust.list", (folder.home / "trust" / "trust.list").read_bytes())
    root = written(out / "root.pub", (folder.home / "trust" / "root.pub").read_bytes())
    terminal.show({"trust": str(trust), "root": str(root)}) if terminal.json else terminal.say(
        "cli.keys.exported", trust=trust, root=root
    )
    return 0
