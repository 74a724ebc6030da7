"""`kiosk web`: the counter for browsers. Whatever forbids a start is said in words, before anything listens."""

import errno
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from kiosk.cli.terminal import Terminal, common
from kiosk.config import Parts, clock
from kiosk.core.faults import Refusal
from kiosk.settings import Settings, Web

if TYPE_CHECKING:
    from flask import Flask

BACKLOG = 1024
"""Connections that may wait to be let in: one that finds no room there tries again only a second later."""
_REFUSED = {errno.EADDRINUSE: "port-taken", errno.EACCES: "port-privileged"}


@click.command()
@click.option("--host", metavar="ADDRESS")
@click.option("--port", type=click.IntRange(0, 65_535))
@click.option("--open", "opened", is_flag=True)
@common
@click.pass_obj
def web(terminal: Terminal, /, host: str | None, port: int | None, *, opened: bool) -> int:
    """Until it is ended; a sheet that was open then is open at the next start."""
    return served(terminal, asked_for(terminal.parts.settings, host, port), opened=opened)


def served(terminal: Terminal, settings: Settings, *, opened: bool = False) -> int:
    """Serve what is set until it is ended; the exit code."""
    from kiosk.cli.server import Start, serve  # noqa: PLC0415 - start-up
    from kiosk.cli.users import first_administrator  # noqa: PLC0415 - start-up

    tls = context(settings)
    with bound(settings.web.host, settings.web.port) as listener:
        first_administrator(terminal)
        terminal.parts.journal.close()  # nothing that is open here may be carried over into another process
        address = address_of(settings.web, listener)
        certificate = settings.home / settings.web.certificate if tls else None
        make = partial(serving, Parts(settings))  # parts are made when they are asked for: in the process that serves
        return serve(terminal, Start(make, listener, certificate, tls, settings.web.threads, address, opened))


def asked_for(settings: Settings, host: str | None, port: int | None) -> Settings:
    """The settings, with what was asked for at the command line before them."""
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    changed = replace(settings.web, **given)  # type: ignore[arg-type]  # a str for the host, an int for the port
    changed.check()
    return replace(settings, web=changed)


def context(settings: Settings) -> ssl.SSLContext | None:
    """TLS as it is set, its files named from the home; None for plain HTTP."""
    if not settings.web.certificate:
        return None
    from kiosk.adapters.tls import server_context  # noqa: PLC0415 - start-up

    return server_context(settings.home / settings.web.certificate, settings.home / settings.web.key, clock())


def bound(host: str, port: int) -> socket.socket:
    """A socket of this machine at which nothing else listens; `Refusal` says why there is none."""
    got = f"{host}:{port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise Refusal("no-such-address", got=got) from error
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise Refusal(_REFUSED.get(error.errno or 0, "no-such-address"), got=got) from error
    return listener


def address_of(settings: Web, listener: socket.socket) -> str:
    """What a browser is to be given."""
    name = next(iter(settings.names), settings.host)
    port = listener.getsockname()[1]
    return f"{'https' if settings.certificate else 'http'}://{f'[{name}]' if ':' in name else name}:{port}/"


@contextmanager
def serving(parts: Parts) -> Iterator["Flask"]:
    """The application with every part of it at work, in the process that serves it; at the end all of them are ended."""
    from kiosk.premises import at_work  # noqa: PLC0415 - start-up
    from kiosk.web import create_app  # noqa: PLC0415 - start-up
    from kiosk.web.events import hub  # noqa: PLC0415 - start-up
    from kiosk.web.security import behind_proxy  # noqa: PLC0415 - start-up

    with at_work(parts) as kiosk:
        app = create_app(kiosk)
        if parts.settings.web.proxy:
            behind_proxy(app)
        try:
            yield app
        finally:
            hub(app).stop()
