"""Whatever is not a well-formed answer for exactly what was asked is no answer at all (Q6), whichever way it came."""

import json
from datetime import timedelta
from time import monotonic

import pytest

from kiosk.adapters.acros.reply import MAX_REPLY, Reply, question, understood
from kiosk.core.answer import Reason, Status
from kiosk.core.faults import Unavailable
from tests.kiosk.adapters.acros_samples import (
    ASKED,
    AUTHORITY,
    BOTH,
    FIRST,
    NOW,
    STATUSES,
    TOLERANCE,
    application,
    body,
    filed,
    good,
    http,
    in_process,
    iso,
    over_http,
    replied,
    saying,
    statuses,
)

HELD = ["exam", "detain-destination", "awaiting-arrival", "csa-deliver", "accepted", "in-process", "no-decision"]
HELD += ["unknown-indicator", "part-released", "not-on-file"]
NUMBER = b'"99999001495785"'


def changed(row, **wrong):
    """The good reply with some members of one answer changed; the others are right."""
    document = good()
    document["answers"][row] |= wrong
    return document


def requested(row, request, **wrong):
    """The good reply with some members of one request of one answer changed."""
    document = good()
    document["answers"][row]["transactions"][request] |= wrong
    return document


def with_request(row, request):
    document = good()
    document["answers"][row]["transactions"].append(request)
    return document


def rows(*order):
    return good() | {"answers": [good()["answers"][row] for row in order]}


def without(name, row=None):
    document = good()
    del (document if row is None else document["answers"][row])[name]
    return document


def raw(old, new):
    """The good reply's bytes with some of them replaced."""
    assert old in body(good())
    return body(good()).replace(old, new, 1)


WRONG = {
    "wrong number echoed": changed(0, number="99999001495784"),
    "number with a hyphen": changed(0, number="99999-001495785"),
    "number as a number": changed(0, number=99999001495785),
    "number in lower case": changed(2, number="8xxxpars0000471"),
    "number with a space": changed(2, number="8XXXPARS0000471 "),
    "kind swapped": changed(0, kind="ccn"),
    "kind missing": without("kind", 0),
    "missing row": rows(0, 1, 2, 3),
    "extra row": rows(0, 1, 2, 3, 4, 4),
    "no rows": rows(),
    "two rows changed places": rows(1, 0, 2, 3, 4),
    "all rows the first": rows(0, 0, 0, 0, 0),
    "rows by name": good() | {"answers": dict(enumerate(good()["answers"]))},
    "rows null": good() | {"answers": None},
    "a row null": good() | {"answers": [*good()["answers"][:4], None]},
    "rows as text": good() | {"answers": "RRRRR"},
    "unknown status": changed(1, status="HELD"),
    "status spelt out": changed(0, status="RELEASED"),
    "status in lower case": changed(0, status="r"),
    "status null": changed(0, status=None),
    "status true": changed(0, status=True),
    "status a list": changed(0, status=["R"]),
    "status missing": without("status", 0),
    "unknown reason": changed(1, reason="perhaps"),
    "reason null": changed(1, reason=None),
    "reason an object": changed(1, reason={}),
    "R for the reason of NR": changed(1, status="R"),
    "R, and a time, for the reason of NR": changed(1, status="R", released_at=iso(9)),
    "NR for the reason of R": changed(0, status="NR"),
    "N/A for the reason of R": changed(0, status="N/A", released_at=None),
    "N/A for the reason of NR": changed(1, status="N/A"),
    "R of what is not on file": changed(4, status="R", reason="released", released_at=iso(9)),
    "NR of what has nothing on file": changed(4, status="NR", reason="no-decision"),
    "N/A of what is on file": changed(1, status="N/A", reason="not-on-file"),
    "NR where every request is released": changed(0, status="NR", reason="exam", released_at=None),
    "R without a time of release": changed(0, released_at=None),
    "R with no time of release at all": without("released_at", 0),
    "R released in a minute": changed(0, released_at=iso(-1)),
    "R released next year": changed(0, released_at=iso(-365 * 24 * 60)),
    "R released at a time without offset": changed(0, released_at="2026-11-22T14:04:05.123456"),
    "R released on a day": changed(0, released_at="2026-11-22"),
    "R released at a number": changed(0, released_at=1795359845),
    "NR with a time of release": changed(1, released_at=iso(60)),
    "N/A with a time of release": changed(4, released_at=iso(60)),
    "R from nowhere": changed(0, transactions=[]),
    "R from cancelled requests only": changed(3, transactions=[filed("99999001495796", "CANCELLED", "cancelled")]),
    "R from an old request only": changed(3, transactions=[filed("99999001495796", "4", "too-old")]),
    **{f"R with a request that is {reason}": with_request(3, filed("99999001495797", "5", reason)) for reason in HELD},
    "R with a request whose status is NR": requested(3, 0, status="NR"),
    "R with a request whose indicator is 5": requested(0, 0, indicator="5"),
    "R with a request of no indicator": requested(0, 0, indicator=None),
    "a request's status unknown": requested(1, 0, status="?"),
    "a request's reason unknown": requested(1, 0, reason="?"),
    "R from another transaction": requested(0, 0, number="99999001495786"),
    "R from a transaction without number": requested(0, 0, number=None),
    "a request's number of 13 digits": requested(2, 0, number="9999900149579"),
    "a request's number of other digits": requested(2, 0, number="9999900149579\u0662"),
    "a request's number with a hyphen": requested(2, 0, number="99999-001495792"),
    "a request's office of 3 digits": requested(0, 0, office="453"),
    "a request's service option a list": requested(0, 0, service_option=["911"]),
    "requests null": changed(0, transactions=None),
    "a request null": changed(0, transactions=[None]),
    "requests as text": changed(0, transactions="R"),
    "office of 5 digits": changed(0, office="00453"),
    "office of other digits": changed(0, office="04\u0665\u0663"),
    "office as a number": changed(0, office=453),
    "office missing": without("office", 0),
    "authority of another": good() | {"authority": "acros"},
    "authority in capitals": good() | {"authority": AUTHORITY.upper()},
    "authority null": good() | {"authority": None},
    "authority missing": without("authority"),
    "as of an hour ago": good() | {"as_of": iso(60)},
    "as of 31 seconds ago": good() | {"as_of": iso(31 / 60)},
    "as of in an hour": good() | {"as_of": iso(-60)},
    "as of in 31 seconds": good() | {"as_of": iso(-31 / 60)},
    "as of without offset": good() | {"as_of": "2026-11-22T15:04:05.123456"},
    "as of the same hour elsewhere": good() | {"as_of": "2026-11-22T15:04:05.123456-05:00"},
    "as of the end of time": good() | {"as_of": "9999-12-31T23:59:59.999999-23:59"},
    "as of the beginning of time": good() | {"as_of": "0001-01-01T00:00:00+23:59"},
    "as of null": good() | {"as_of": None},
    "as of missing": without("as_of"),
    "answers missing": without("answers"),
    "a list": good()["answers"],
    "null": None,
    "text": "R",
    "an error": {"type": "about:blank", "status": 200},
}
BYTES = {
    "empty body": b"",
    "truncated JSON": body(good())[:-2],
    "half of the JSON": body(good())[: len(body(good())) // 2],
    "two documents": body(good()) * 2,
    "bytes after the end": body(good()) + b"x",
    "a zero after the end": body(good()) + b"\0",
    "two statuses": raw(b'"status": "NR"', b'"status": "NR", "status": "R"'),
    "two statuses alike": raw(b'"status": "R"', b'"status": "R", "status": "R"'),
    "two lists of answers": raw(b'"answers": [', b'"answers": [], "answers": ['),
    "two status names that are one": raw(b'"status": "R"', b'"status": "R", "st\\u0061tus": "NR"'),
    "NaN": raw(b'"sub_location": "9453"', b'"sub_location": NaN'),
    "Infinity where nobody looks": raw(b'{"authority"', b'{"more": -Infinity, "authority"'),
    "a number of 5000 digits": raw(b'{"authority"', b'{"more": ' + b"9" * 5000 + b', "authority"'),
    "deep nesting": b"[" * 200_000,
    "deep nesting where nobody looks": raw(
        b'{"authority"', b'{"more": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b', "authority"'
    ),
    "not UTF-8": raw(b"acros-stub", b"acros-\xff\xfe"),
    "UTF-16": json.dumps(good()).encode("utf-16"),
    "single quotes": body(good()).replace(b'"', b"'"),
    "a comment": body(good()) + b"// R",
    "HTML": b"<!doctype html><title>Sign in</title>",
    "50 MB of space": body(good()) + b" " * 50_000_000,
    "50 MB of nothing": bytes(50_000_000),
}
STATUS_LINES = ("201 Created", "203 Non-Authoritative", "206 Partial Content", "304 Not Modified", "404 Not Found")
STATUS_LINES += ("422 Unprocessable Content", "429 Too Many Requests", "500 Internal Server Error", "503 Service Unavailable")
HEADERS = {
    "redirect": http(b"", "302 Found", "text/html", "Location: /v1/answers"),
    "redirect with the right answer": http(body(good()), "307 Temporary Redirect", "application/json", "Location: /"),
    "HTML page": http(b"<html><p>R</p></html>", "200 OK", "text/html; charset=utf-8"),
    "the right answer as HTML": http(body(good()), "200 OK", "text/html"),
    "the right answer as text": http(body(good()), "200 OK", "text/plain"),
    "the right answer as a problem": http(body(good()), "200 OK", "application/problem+json"),
    "the right answer as nothing": http(body(good()), "200 OK", None),
    **{f"the right answer with {status}": http(body(good()), status) for status in STATUS_LINES},
    "no content": http(b"", "204 No Content"),
}
BAD = {name: http(body(document)) for name, document in WRONG.items()}
BAD |= {name: http(content) for name, content in BYTES.items()} | HEADERS


@pytest.mark.parametrize("name", BAD)
def test_a_bad_reply_over_http_is_no_answer(name):
    """Q6."""
    with saying(BAD[name]) as server, pytest.raises(Unavailable) as no:
        over_http(server.url).ask(ASKED)

    assert no.value.part == "store"
    assert no.value.code in {"garbled", "stale", "refused", "down"}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_reply_in_process_is_no_answer(name):
    """Q6."""
    with pytest.raises(Unavailable) as no:
        in_process("application", said=BAD[name]).ask(ASKED)

    assert no.value.part == "store"


def test_the_good_reply_is_the_same_answers_both_ways():
    """Q3: so that the table above refuses what is wrong in it, and nothing else."""
    with saying(http(body(good()))) as server:
        over = over_http(server.url).ask(ASKED)
        (asked,) = server.asked
    within = in_process("application", said=http(body(good()))).ask(ASKED)

    assert over == within
    assert tuple(answer.reference for answer in over) == ASKED
    assert tuple(answer.status for answer in over) == STATUSES
    assert {answer.as_of for answer in over} == {NOW}
    assert over[3].released_at == NOW - timedelta(minutes=40)
    assert [request.reason for request in over[3].requests] == [Reason.RELEASED] * 2 + [Reason.CANCELLED, Reason.TOO_OLD]
    assert json.loads(asked) == json.loads(question(ASKED))


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", "application/json;odd"])
def test_how_the_content_type_is_written_does_not_matter(kind):
    with saying(http(body(good()), "200 OK", kind)) as server:
        assert over_http(server.url).ask(ASKED)[0].status is Status.RELEASED


def test_what_is_said_beside_the_answers_does_not_matter():
    """A store may learn to say more."""
    document = changed(0, more={"status": "NR"}) | {"more": None}

    assert understood(replied(document), ASKED, AUTHORITY, NOW, TOLERANCE)[0].status is Status.RELEASED


@pytest.mark.parametrize("seconds", [-30, -29, 0, 29, 30])
def test_the_clocks_may_differ_by_the_tolerance(seconds):
    found = understood(replied(good()), ASKED, AUTHORITY, NOW + timedelta(seconds=seconds), TOLERANCE)

    assert {answer.as_of for answer in found} == {NOW}


def test_a_duplicate_in_the_question_has_its_own_answer():
    document = rows(0, 3, 0)

    assert len(understood(replied(document), (FIRST, BOTH, FIRST), AUTHORITY, NOW, TOLERANCE)) == 3


def test_a_reply_that_is_too_long_is_not_even_looked_at():
    """An officer does not wait until eight million brackets are counted."""
    before = monotonic()

    assert statuses(Reply(200, "application/json", b"[" * (MAX_REPLY + 1))) is None
    assert monotonic() - before < 1


def test_the_question_names_each_reference_in_order():
    """Q8."""
    asked = [{"kind": one.kind, "number": str(one)} for one in ASKED]

    assert json.loads(question(ASKED)) == {"references": asked}


def test_a_wsgi_application_is_given_the_question(monkeypatch):
    """The same message as over HTTP."""
    heard = {}
    wsgi = application(http(body(good())))

    def listening():
        return lambda environ, start: heard.update(environ, said=environ["wsgi.input"].read()) or wsgi(environ, start)

    monkeypatch.setattr("tests.kiosk.adapters.acros_samples.listening", listening, raising=False)
    in_process("listening").ask(ASKED)

    assert heard["said"] == question(ASKED)
    assert (heard["REQUEST_METHOD"], heard["PATH_INFO"], heard["CONTENT_TYPE"]) == ("POST", "/v1/answers", "application/json")
    assert heard["CONTENT_LENGTH"] == str(len(question(ASKED)))
