"""The office gives seals to the machines of its warehouses, to nobody else, and not for the asking of every number (P2)."""

import pytest

from kiosk.core.storm import WAREHOUSE
from kiosk.web.api.seals import AT_ONCE
from tests.kiosk.web.api_samples import ROLES, Program
from tests.kiosk.web.register_samples import BSO, CCN, HERE, RELEASE, SUPERVISOR, TOKEN, RegisterKiosk


@pytest.fixture
def kiosk(tmp_path):
    kiosk = RegisterKiosk(tmp_path)
    yield kiosk
    kiosk.close()


def asked(kiosk, sheet, token=TOKEN):
    return Program(kiosk.app, token).get("/seals", sheet=sheet)


def test_a_machine_gets_the_seals_of_what_was_stamped_and_of_nothing_else(kiosk):
    """P2: an open sheet proves nothing, and who asks for it learns no more than of one that is not there."""
    sheet, opened = kiosk.stamped(CCN, RELEASE), kiosk.counter.open(kiosk.counter.find(kiosk.stamped(CCN)).header, BSO).number

    assert asked(kiosk, sheet).json == {"sheet": sheet, "seals": list(kiosk.counter.stamping(sheet).seals), "withdrawn": None}
    for none in (opened, "ABCD.000001"):
        assert asked(kiosk, none).json == {"sheet": none, "seals": [], "withdrawn": None}
    kiosk.counter.void(kiosk.counter.find(sheet), "wrong client", SUPERVISOR)
    assert asked(kiosk, sheet).json["withdrawn"] == "wrong client"


def test_nobody_gets_seals_without_the_token_of_a_machine_and_with_it_nothing_more(kiosk):
    """Least privilege: no role is a machine, and a machine has no role."""
    sheet = kiosk.stamped(CCN)
    tokens = ["", TOKEN[:-1], TOKEN + "0", *(kiosk.program(badge).token for badge in ROLES)]

    assert {asked(kiosk, sheet, token).status_code for token in tokens} == {401}
    machine = Program(kiosk.app, TOKEN)
    others = ("/sheets", f"/sheets/{sheet}", f"/sheets/{sheet}/proof", "/find?q=x", f"/numbers/{CCN}", "/register/lots", "/held")
    assert {machine.ask("GET", path).status_code for path in others} == {401}
    assert asked(kiosk, "K7QD.1").status_code == 400


def test_a_storm_of_numbers_that_were_never_stamped_is_slowed_and_on_record_once(kiosk):
    """Issue 6, 8: by the warehouse whose machine it is."""
    sheet = kiosk.stamped(CCN)
    for miss in range(WAREHOUSE.storm + 1):
        assert asked(kiosk, f"K7QD.{900_000 + miss}").json["seals"] == []
        kiosk.clock.let_pass(seconds=30 if miss >= WAREHOUSE.free else 0)
    assert asked(kiosk, sheet).json["seals"], "who has waited gets what is there"
    assert asked(kiosk, "K7QD.999999").status_code == 200
    late = asked(kiosk, "K7QD.999999")

    assert (late.status_code, late.json["code"], late.headers["Retry-After"]) == (429, "too-many-unknown", "30")
    assert [(fact.source, fact.amount) for fact in kiosk.facts("StormSeen")] == [(f"warehouse {HERE}", WAREHOUSE.storm)]


def test_who_guesses_tokens_is_slowed_and_a_machine_beside_him_is_not(kiosk):
    sheet = kiosk.stamped(CCN)
    tried = [asked(kiosk, sheet, f"token-{n:011}").status_code for n in range(AT_ONCE + 2)]

    assert (set(tried[:AT_ONCE]), tried[-1]) == ({401}, 429)
    assert asked(kiosk, sheet).status_code == 200
