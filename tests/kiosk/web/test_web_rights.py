"""Least privilege, route by route (issue 6, 8): who gets through to what, of the screens and of the API, in one table."""

import pytest

from drivers.pages import Reader
from kiosk.core.user import Role
from kiosk.web.ticket import Ticket, token_of
from tests.fakes import FakeClock, FakeSigner, FakeStore
from tests.kiosk.web.api_samples import ROLES, Kiosk
from tests.kiosk.web.staff_samples import PIN, Browser, address

WHO = {"n": None, "c": Role.CLIENT, "w": Role.WAREHOUSE, "b": Role.BSO, "s": Role.SUPERVISOR, "a": Role.ADMINISTRATOR}
"""Nobody who is logged in, and the roles, as the table names them."""
ENDS = ("POST /logout", "POST /client/open", "DELETE /api/v1/session")
TABLE = """
GET    /events                                                      bs
GET    /metrics                                                     ncwbsa
GET    /health                                                      ncwbsa
GET    /login                                                       ncwbsa
POST   /login                                                       ncwbsa
POST   /logout                                                      cwbsa
GET    /pin                                                         cwbsa
POST   /pin                                                         cwbsa
GET    /session                                                     cwbsa
POST   /session/stay                                                cwbsa
POST   /look                                                        ncwbsa
GET    /                                                            cwbsa
POST   /sheets                                                      bs
GET    /clients                                                     bs
GET    /sheets/<number>                                             bs
GET    /one                                                         bs
GET    /one/<number>                                                bs
GET    /sheets/<number>/rows                                        bs
POST   /sheets/<number>/scans                                       bs
POST   /sheets/<number>/ask                                         bs
POST   /sheets/<number>/rows/<int:row>/remove                       bs
POST   /sheets/<number>/stamp                                       bs
POST   /sheets/<number>/return                                      bs
POST   /sheets/<number>/print                                       bs
POST   /sheets/<number>/void                                        s
GET    /documents/<digest>.pdf                                      bs
GET    /client                                                      cbs
POST   /client/start                                                c
GET    /client/rows                                                 c
POST   /client/scans                                                c
POST   /client/rows/<int:row>/remove                                c
POST   /client/slip                                                 c
POST   /client/stamp                                                c
POST   /client/stay                                                 c
POST   /client/done                                                 c
POST   /client/open                                                 bs
POST   /client/close                                                bs
POST   /client/take                                                 bs
GET    /printing                                                    bs
GET    /printing/state                                              bs
POST   /printing/settle                                             bs
POST   /sheets/<number>/forms                                       bs
GET    /sheets/<number>/forms                                       bs
POST   /sheets/<number>/forms/<document>/again                      bs
POST   /sheets/<number>/forms/<document>/give-up                    bs
GET    /sheets/<number>/forms/<document>/<int:page>.png             bs
GET    /sheets/<number>/forms/<document>/<int:page>/cutouts/<int:row>.png bs
GET    /documents/<digest>/<int:page>.png                           bs
POST   /sheets/<number>/endorsements                                bs
POST   /sheets/<number>/endorsements/<digest>/print                 bs
GET    /sheets/<number>/overprint/<int:row>                         bs
POST   /sheets/<number>/overprint/<int:row>                         bs
POST   /sheets/<number>/notices/<int:row>                           bs
GET    /gate                                                        wbs
POST   /gate                                                        wbs
GET    /gate/<int:number>                                           wbs
GET    /gate/board                                                  wbs
GET    /gate/events                                                 wbs
POST   /gate/take                                                   wbs
POST   /gate/leave                                                  wbs
GET    /gate/paper                                                  wbs
POST   /gate/paper                                                  wbs
GET    /gate/paper/<int:number>                                     wbs
GET    /gate/paper/<int:number>.png                                 wbs
GET    /find                                                        bs
GET    /numbers/<path:number>                                       bs
GET    /days                                                        bs
GET    /days/<day>                                                  bs
GET    /days/<day>.csv                                              bs
GET    /days/<day>.pdf                                              bs
GET    /record                                                      sa
GET    /record/verification                                         sa
POST   /record/verification                                         sa
GET    /register                                                    ws
GET    /register/find                                               ws
GET    /register/lots/<sub_location>/<path:number>                  ws
POST   /register/lots/<sub_location>/<path:number>/correct          ws
GET    /register/differences                                        ws
POST   /register/lots/<sub_location>/<path:number>/settle           ws
GET    /register/in                                                 ws
POST   /register/in                                                 ws
GET    /register/out                                                ws
POST   /register/out                                                ws
GET    /holds                                                       bs
POST   /holds                                                       bs
GET    /holds/<name>                                                bs
POST   /holds/<name>/lift                                           bs
GET    /register/books                                              ws
GET    /register/books/<period>.pdf                                 ws
GET    /register/books/<period>.csv                                 ws
GET    /register/books/<period>.xlsx                                ws
GET    /scanners                                                    bsa
GET    /scanners/board                                              bsa
POST   /scanners/take                                               bs
POST   /scanners/leave                                              bs
POST   /scanners/test                                               bsa
POST   /scanners/place                                              bs
POST   /scanners/aside                                              bs
POST   /scanners/dismiss                                            bs
GET    /users                                                       sa
POST   /users                                                       a
GET    /users/<badge>                                               sa
POST   /users/<badge>/role                                          a
POST   /users/<badge>/pin                                           a
POST   /users/<badge>/dismiss                                       a
POST   /users/<badge>/lift                                          sa
GET    /api/v1/openapi.json                                         ncwbsa
POST   /api/v1/session                                              ncwbsa
GET    /api/v1/session                                              cwbsa
POST   /api/v1/session/stay                                         cwbsa
PUT    /api/v1/session/pin                                          cwbsa
DELETE /api/v1/session                                              cwbsa
GET    /api/v1/sheets                                               bs
POST   /api/v1/sheets                                               bs
GET    /api/v1/clients                                              bs
GET    /api/v1/sheets/<number>                                      bs
POST   /api/v1/sheets/<number>/scans                                bs
POST   /api/v1/sheets/<number>/unread                               bs
POST   /api/v1/sheets/<number>/ask                                  bs
POST   /api/v1/sheets/<number>/rows/<row>/remove                    bs
POST   /api/v1/sheets/<number>/stamp                                bs
GET    /api/v1/sheets/<number>/proof                                bs
POST   /api/v1/sheets/<number>/take-over                            bs
GET    /api/v1/storms                                               s
POST   /api/v1/sheets/<number>/void                                 s
POST   /api/v1/sheets/<number>/return                               bs
POST   /api/v1/sheets/<number>/print                                bs
GET    /api/v1/sheets/<number>/prints                               bs
POST   /api/v1/sheets/<number>/prints/<n>/settle                    bs
GET    /api/v1/prints                                               bs
GET    /api/v1/documents/<digest>                                   bs
GET    /api/v1/documents/<digest>/pages/<page>                      bs
POST   /api/v1/sheets/<number>/forms                                bs
GET    /api/v1/sheets/<number>/forms                                bs
POST   /api/v1/sheets/<number>/forms/<document>/again               bs
POST   /api/v1/sheets/<number>/forms/<document>/give-up             bs
GET    /api/v1/sheets/<number>/forms/<document>/pages/<page>        bs
GET    /api/v1/sheets/<number>/forms/<document>/pages/<page>/cutouts/<row> bs
GET    /api/v1/scanners                                             bsa
PUT    /api/v1/scanners/claim                                       bs
DELETE /api/v1/scanners/claim                                       bs
GET    /api/v1/scanners/kept                                        bs
POST   /api/v1/scanners/kept/place                                  bs
POST   /api/v1/scanners/kept/set-aside                              bs
POST   /api/v1/scanners/kept/dismiss                                bs
POST   /api/v1/scanners/test                                        bsa
GET    /api/v1/scanners/test                                        bsa
POST   /api/v1/gate/presentations                                   wbs
POST   /api/v1/gate/files                                           wbs
GET    /api/v1/gate/presentations/<presentation>                    wbs
GET    /api/v1/gate/alarms                                          wbs
POST   /api/v1/sheets/<number>/endorsements                         bs
POST   /api/v1/sheets/<number>/notices                              bs
POST   /api/v1/sheets/<number>/overprints                           bs
POST   /api/v1/gate/papers                                          wbs
GET    /api/v1/gate/papers/<paper>                                  wbs
GET    /api/v1/gate/papers/<paper>/picture                          wbs
POST   /api/v1/register/entries                                     ncwbsa
POST   /api/v1/register/in                                          ws
POST   /api/v1/register/out                                         ws
GET    /api/v1/register/lots                                        ws
GET    /api/v1/register/books/<period>/paper                        ws
GET    /api/v1/register/books/<period>/table                        ws
GET    /api/v1/register/books/<period>/workbook                     ws
GET    /api/v1/register/differences                                 ws
GET    /api/v1/register/lots/<sub_location>/<number>                ws
POST   /api/v1/register/lots/<sub_location>/<number>/correct        ws
POST   /api/v1/register/lots/<sub_location>/<number>/settle         ws
GET    /api/v1/find                                                 bs
GET    /api/v1/numbers/<number>                                     bs
GET    /api/v1/days/<day>                                           bs
GET    /api/v1/days/<day>/paper                                     bs
GET    /api/v1/days/<day>/table                                     bs
GET    /api/v1/record/entries                                       s
GET    /api/v1/record/checkpoint                                    sa
GET    /api/v1/record/verification                                  sa
POST   /api/v1/record/verification                                  sa
GET    /api/v1/trust                                                ncwbsa
GET    /api/v1/holds                                                ncwbsa
POST   /api/v1/holds                                                ncwbsa
GET    /api/v1/standing                                             ncwbsa
GET    /api/v1/seals                                                ncwbsa
GET    /api/v1/held                                                 bs
POST   /api/v1/held                                                 bs
GET    /api/v1/held/<hold>                                          bs
POST   /api/v1/held/<hold>/lift                                     bs
GET    /api/v1/users                                                sa
POST   /api/v1/users                                                a
GET    /api/v1/users/<badge>                                        sa
PATCH  /api/v1/users/<badge>                                        a
PUT    /api/v1/users/<badge>/pin                                    a
POST   /api/v1/users/<badge>/dismiss                                a
POST   /api/v1/users/<badge>/lift                                   sa
GET    /api/v1/health                                               ncwbsa
GET    /verify                                                      ncwbsa
GET    /verify/page                                                 ncwbsa
GET    /verify/lists                                                ncwbsa
"""


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory):
    """A kiosk in which there is nothing."""
    clock = FakeClock()
    with Reader() as reader:
        made = Kiosk(tmp_path_factory.mktemp("rights"), reader, FakeStore(clock), FakeSigner(), clock)
        yield made
        made.close()


def routes(app):
    """Every method and address that the kiosk answers at."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            yield from (f"{method} {rule.rule}" for method in sorted(rule.methods - {"HEAD", "OPTIONS"}))


def token(kiosk, badge):
    """The token of a session of a badge."""
    session, user = kiosk.staff.log_in(badge, PIN)
    began = int(kiosk.clock().timestamp())
    with kiosk.app.test_request_context():
        return token_of(Ticket(session, user.badge, user.edition, began, began, "c"))


def gets_through(kiosk, shown, route):
    """Whether a program with this token is neither sent to log in nor told that its role may not."""
    method, rule = route.split()
    browser = Browser(kiosk.app)
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {shown}"} if shown else {})
    if not shown and method != "GET":  # nobody is stopped for want of a page's token alone
        browser.get("/login")
        headers["X-CSRF-Token"] = browser.csrf
    answer = browser.client.open(address(rule), method=method, headers=headers)
    return answer.status_code not in (401, 403) or answer.json["code"] not in ("logged-out", "not-allowed")


def found(kiosk):
    """Who gets through to each route, by the letters of the table."""
    badges = {role: badge for badge, role in ROLES.items()}
    ways = dict.fromkeys(routes(kiosk.app), "")
    for letter, role in WHO.items():
        shown = token(kiosk, badges[role]) if role else ""
        for route in ways:
            ways[route] += letter if gets_through(kiosk, shown, route) else ""
            if role and route in ENDS:
                shown = token(kiosk, badges[role])
    return ways


def test_every_role_gets_through_to_its_own_and_to_nothing_else(kiosk):
    """A route that the table does not name fails here: whoever makes one says whose it is."""
    expected = {f"{method} {rule}": who for method, rule, who in (line.split() for line in TABLE.strip().splitlines())}

    assert found(kiosk) == expected
