"""The screens: Flask, one blueprint for each desk. `create_app` is given its house, and knows no concrete class of it."""

from flask import Flask

from kiosk.web import (
    admin,
    api,
    board,
    bond,
    books,
    client,
    clients,
    counter,
    endorse,
    errors,
    events,
    forms,
    gate,
    goods,
    health,
    holds,
    login,
    logs,
    look,
    metrics,
    printing,
    record,
    register,
    scanners,
    screen,
    security,
    session,
    verifier,
)
from kiosk.web.house import House, settle
from kiosk.web.sheets import Sheets


def create_app(house: House) -> Flask:
    """The application of one kiosk, for any WSGI server with threads."""
    app = Flask("kiosk.web", static_folder="static", static_url_path="/static")
    settle(app.extensions, house)
    app.extensions[counter.SHEETS] = Sheets()
    screen.furnish(app)
    logs.install(app, house.station)
    errors.install(app)
    events.install(app, house)
    board.install(app, house)
    bond.install(app)
    metrics.install(app, house)
    health.install(app, house)
    security.install(app, house.rules)
    session.install(app)
    printing.install(app)
    for desk in (
        login.login,
        look.look,
        counter.counter,
        client.client,
        clients.clients,
        printing.printing,
        forms.forms,
        endorse.endorse,
        gate.gate,
        record.record,
        register.register,
        goods.goods,
        holds.holds,
        books.books,
        scanners.scanners,
        admin.admin,
        api.api,
        verifier.verifier,
    ):
        app.register_blueprint(desk)
    return app
