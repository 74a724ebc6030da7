"""The screens: Flask, one blueprint for each desk. `create_app` is given its house, and knows no concrete class of it."""

from flask import Flask

from kiosk.web import (
    admin,
    api,
    board,
    counter,
    errors,
    events,
    forms,
    health,
    login,
    logs,
    look,
    metrics,
    record,
    scanners,
    screen,
    security,
    session,
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
    metrics.install(app, house)
    health.install(app, house)
    security.install(app, house.rules)
    session.install(app)
    for desk in (login.login, look.look, counter.counter, forms.forms, record.record, scanners.scanners, admin.admin, api.api):
        app.register_blueprint(desk)
    return app
