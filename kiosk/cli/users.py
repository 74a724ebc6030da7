"""`kiosk users`: who may work here. A PIN is asked for without echo, or comes by standard input; it never stands in a command."""

import sys
from dataclasses import asdict
from typing import Any

import click

from kiosk.adapters.pins import ArgonPins
from kiosk.cli.terminal import Terminal, common
from kiosk.config import clock
from kiosk.core.faults import Refusal
from kiosk.core.user import Role, User
from kiosk.desks.staff import Staff

PIN_STDIN = click.option("--pin-stdin", is_flag=True)
ROLES = click.Choice([role.value for role in Role])
SUB_LOCATION = click.option("--sub-location", default="", metavar="NNNN")


@click.group()
@common
def users() -> None:
    """Who may work here."""


@users.command("list")
@common
@click.pass_obj
def show(terminal: Terminal) -> int:
    """Everybody, by badge."""
    staff = staff_of(terminal)
    everybody = staff.all()
    if terminal.json:
        terminal.show({"users": [_document(staff, user) for user in everybody]})
    elif not everybody:
        terminal.say("cli.users.none")
    else:
        head = [terminal.words.say(f"cli.column.{name}") for name in ("badge", "name", "role", "state")]
        terminal.table(head, [(user.badge, user.name, _role(terminal, user), _state(terminal, staff, user)) for user in everybody])
    return 0


@users.command()
@click.argument("badge")
@click.option("--name", "user_name", required=True)
@click.option("--role", type=ROLES, default=Role.BSO.value)
@SUB_LOCATION
@PIN_STDIN
@common
@click.pass_obj
def add(terminal: Terminal, /, badge: str, user_name: str, role: str, *, sub_location: str, pin_stdin: bool) -> int:
    """Somebody new."""
    staff = staff_of(terminal)
    pin = asked_pin(terminal, pin_stdin=pin_stdin)
    user = staff.add(badge, user_name, Role(role), pin, staff.door.station, sub_location)
    return _done(terminal, "cli.users.added", staff, user)


@users.command("role")
@click.argument("badge")
@click.argument("role", type=ROLES)
@SUB_LOCATION
@common
@click.pass_obj
def change_role(terminal: Terminal, badge: str, role: str, sub_location: str) -> int:
    """Another role, or another warehouse."""
    staff = staff_of(terminal)
    user = staff.change(badge, staff.door.station, role=Role(role), sub_location=sub_location or None)
    return _done(terminal, "cli.users.changed", staff, user)


@users.command("pin")
@click.argument("badge")
@PIN_STDIN
@common
@click.pass_obj
def set_pin(terminal: Terminal, /, badge: str, *, pin_stdin: bool) -> int:
    """A new PIN."""
    staff = staff_of(terminal)
    staff.find(badge)  # nobody types a PIN twice for a badge that is not there
    user = staff.set_pin(badge, asked_pin(terminal, pin_stdin=pin_stdin), staff.door.station)
    return _done(terminal, "cli.users.pin-set", staff, user)


@users.command()
@click.argument("badge")
@common
@click.pass_obj
def dismiss(terminal: Terminal, badge: str) -> int:
    """He works here no longer."""
    staff = staff_of(terminal)
    return _done(terminal, "cli.users.dismissed", staff, staff.dismiss(badge, staff.door.station))


@users.command()
@click.argument("badge")
@common
@click.pass_obj
def lift(terminal: Terminal, badge: str) -> int:
    """No delay any more."""
    staff = staff_of(terminal)
    return _done(terminal, "cli.users.lifted", staff, staff.lift(badge, staff.door.station))


def staff_of(terminal: Terminal) -> Staff:
    """The staff of the terminal's kiosk."""
    parts = terminal.parts
    return Staff.of(parts.journal, ArgonPins(), clock, parts.settings.station, parts.settings.badge)


def first_administrator(terminal: Terminal) -> None:
    """Make the first administrator at the terminal, where there is none; `Refusal` no-user where nobody can be asked."""
    staff = staff_of(terminal)
    if staff.roll.administrators():
        return
    if not sys.stdin.isatty():
        raise Refusal("no-user")
    terminal.note("cli.users.first")
    while not staff.roll.administrators():
        try:
            badge = staff.badge(click.prompt(terminal.words.say("cli.users.ask-badge"), err=True))
            name = click.prompt(terminal.words.say("cli.users.ask-name"), err=True)
            user = staff.add(badge, name, Role.ADMINISTRATOR, asked_pin(terminal, pin_stdin=False), badge)
        except Refusal as no:
            terminal.refused(no)
        else:
            terminal.note("cli.users.added", badge=user.badge, name=user.name, role=_role(terminal, user))


def asked_pin(terminal: Terminal, *, pin_stdin: bool) -> str:
    """A PIN: one line of standard input, or typed twice at a terminal, without echo."""
    if pin_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Refusal("no-terminal")
    said = [
        click.prompt(terminal.words.say(key), hide_input=True, err=True, default="", show_default=False)
        for key in ("cli.users.ask-pin", "cli.users.ask-again")
    ]
    if said[0] != said[1]:
        raise Refusal("pins-differ")
    return str(said[0])


def _done(terminal: Terminal, key: str, staff: Staff, user: User) -> int:
    fields = {"badge": user.badge, "name": user.name, "role": _role(terminal, user)}
    terminal.show(_document(staff, user)) if terminal.json else terminal.say(key, **fields)
    return 0


def _role(terminal: Terminal, user: User) -> str:
    said = terminal.words.say(f"role.{user.role}")
    return f"{said} {user.sub_location}" if user.sub_location else said


def _state(terminal: Terminal, staff: Staff, user: User) -> str:
    state = terminal.words.say(f"cli.users.state.{user.state}")
    seconds = staff.delay(user.badge)
    return f"{state}, {terminal.words.say('cli.users.state.waits', seconds=seconds)}" if seconds else state


def _document(staff: Staff, user: User) -> dict[str, Any]:
    """A user as JSON: nothing of his PIN but whether he has one, and whose choice it was."""
    whole = {name: value for name, value in asdict(user).items() if name in ("badge", "name", "role", "sub_location", "active")}
    return {**whole, "state": user.state, "wait": staff.delay(user.badge)}
