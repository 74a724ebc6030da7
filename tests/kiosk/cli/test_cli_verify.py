"""`kiosk verify`: genuine or not, from a PDF, a picture or the text of a seal, with public keys alone."""

import json
import shutil

import pypdfium2
import pytest

from kiosk.settings import load
from tests.kiosk.adapters.test_peer_http import answering, http

HEAD = ("--office", "453", "--badge", "12345")


@pytest.fixture
def proof(kiosk, tmp_path):
    """A proof of one released and one held row."""
    return kiosk("prove", "--json", "99999001495785", "99999001495786", *HEAD, "--out", tmp_path / "out").json["proof"]


def picture(proof, path, scale=200 / 72, page=0):
    pypdfium2.PdfDocument(proof)[page].render(scale=scale).to_pil().convert("L").save(path)
    return path


def seal_of(kiosk, home):
    entries = kiosk("journal", "export").out.splitlines()
    return next(json.loads(line)["is"]["seals"][0] for line in entries if '"Stamped"' in line)


def test_a_scan_of_the_paper_is_as_good_as_the_file(kiosk, proof, tmp_path):
    """P1, P2: a proof may be on paper or digital; the seal is what counts."""
    done = kiosk("verify", "--json", picture(proof, tmp_path / "scan.png"))

    assert done.code == 0
    assert done.json["released"] == ["99999001495785"]
    assert done.json["signature"] is None


def test_the_text_of_a_seal_is_enough(kiosk, home, proof):
    """P2: as a scanner types it, in lower case too."""
    seal = seal_of(kiosk, home)

    assert kiosk("verify", "--json", seal).json["released"] == ["99999001495785"]
    assert kiosk("verify", "--json", seal.lower()).json["genuine"]


def test_a_verifier_needs_the_trust_list_and_the_root_alone(kiosk, home, proof, tmp_path, monkeypatch):
    """P2: no private key, no record, no network."""
    kiosk("keys", "export", "--out", tmp_path / "public")
    monkeypatch.setenv("KIOSK_HOME", str(tmp_path / "warehouse"))

    done = kiosk(
        "verify", "--json", proof, "--trust", tmp_path / "public" / "trust.list", "--root", tmp_path / "public" / "root.pub"
    )

    assert done.code == 0
    assert done.json["released"] == ["99999001495785"]
    assert not (tmp_path / "warehouse" / "keys").exists()


def test_one_public_key_is_enough(kiosk, proof, tmp_path, monkeypatch):
    """P2."""
    public = kiosk("keys", "show", "--json").json["keys"][0]["public"]
    monkeypatch.setenv("KIOSK_HOME", str(tmp_path / "warehouse"))

    assert kiosk("verify", "--json", proof, "--key", public).json["genuine"]


def test_a_proof_of_another_kiosk_is_not_genuine_here(kiosk, proof, tmp_path, monkeypatch):
    """P2: an unknown key."""
    monkeypatch.setenv("KIOSK_HOME", str(tmp_path / "other"))

    done = kiosk("verify", "--json", proof)

    assert (done.code, done.json["genuine"], done.json["code"]) == (1, False, "unknown-key")


def test_a_sheets_number_is_enough_where_its_record_is_or_its_office_can_be_asked(kiosk, home, proof, tmp_path, monkeypatch):
    """P2, Q6: its seals are judged here; what could not be asked ends with 3, and is called neither unknown nor forged."""
    sheet, seal = proof.rpartition("/")[2].removesuffix(".pdf"), seal_of(kiosk, home)
    at_office = kiosk("verify", "--json", sheet.lower())
    assert (at_office.code, at_office.json["seals_from"], at_office.json["released"]) == (0, "record", ["99999001495785"])
    assert kiosk("verify", "--json", "K7QD.999999").json["code"] == "sheet-unknown"
    assert kiosk("verify", "K7QD.999999").out.startswith("NO PROOF.")
    warehouse, root = tmp_path / "warehouse", (home / "trust" / "root.pub").read_text().strip()
    load(warehouse)
    (warehouse / "peer").mkdir()
    shutil.copy(home / "trust" / "trust.list", warehouse / "peer" / "trust.list")  # all that it has of the office
    settings = (warehouse / "kiosk.toml").read_text()
    monkeypatch.setenv("KIOSK_HOME", str(warehouse))

    def verified(office, *more):
        table = f'[gate]\noffice = "{office}"\nroot = "{root}"\n'
        (warehouse / "kiosk.toml").write_text(settings.replace("[gate]", table, 1))
        return kiosk("verify", sheet, *more)

    with answering(http(200, json.dumps({"sheet": sheet, "seals": [seal], "withdrawn": None}).encode())) as office:
        done = verified(office, "--json").json
    assert (done["seals_from"], done["specimen"], done["released"]) == ("office", True, ["99999001495785"])
    with answering(http(200, json.dumps({"sheet": sheet, "seals": [seal], "withdrawn": "twice"}).encode())) as office:
        assert verified(office, "--json").json["code"] == "withdrawn"
    lost = verified("http://127.0.0.1:1", "--json")
    assert (lost.code, lost.json["error"]["part"], lost.json["error"]["code"]) == (3, "office", "gone")
    assert "Scan the square code" in verified("http://127.0.0.1:1").err


def test_an_altered_seal_is_not_genuine(kiosk, home, proof):
    """P2: one character."""
    seal = seal_of(kiosk, home)
    altered = seal[:200] + ("A" if seal[200] != "A" else "B") + seal[201:]

    done = kiosk("verify", "--json", altered)

    assert (done.code, done.json["genuine"]) == (1, False)


def test_a_file_changed_after_signing_is_not_genuine(kiosk, proof, tmp_path):
    """P2: the seal still holds, but the file was altered."""
    import pikepdf

    with pikepdf.open(proof) as document:
        document.pages[0].contents_add(b"BT /F1 12 Tf 100 100 Td (R) Tj ET")
        document.save(tmp_path / "altered.pdf")

    done = kiosk("verify", "--json", tmp_path / "altered.pdf")

    assert (done.code, done.json["code"]) == (1, "altered")


def test_what_carries_no_seal_is_not_genuine(kiosk, tmp_path):
    """P1."""
    kiosk("form", "99999001495785", "--office", "453", "--out", tmp_path / "form.pdf")

    done = kiosk("verify", "--json", tmp_path / "form.pdf")

    assert (done.code, done.json["code"]) == (1, "no-seal")


def test_a_page_that_was_not_presented_is_named(kiosk, tmp_path):
    """P2: each page proves its own rows, and says that there are others."""
    many = [f"XXXX{n:08}" for n in range(25)]
    proof = kiosk("prove", "--json", *many, *HEAD, "--out", tmp_path / "out").json["proof"]

    done = kiosk("verify", "--json", picture(proof, tmp_path / "second.png", page=1))

    assert done.json["pages"] == [2]
    assert done.json["missing"] == [1]
    assert [row["row"] for row in done.json["rows"]] == list(range(21, 26))


def test_a_rotated_key_leaves_what_it_sealed_genuine(kiosk, proof):
    """P2."""
    assert kiosk("keys", "rotate").code == 0

    assert kiosk("verify", "--json", proof).json["genuine"]


def test_a_revoked_key_is_trusted_for_nothing(kiosk, proof):
    """P2: a stolen key can write any date."""
    kid = kiosk("keys", "show", "--json").json["keys"][0]["kid"]
    assert kiosk("keys", "revoke", kid).code == 0

    assert kiosk("verify", "--json", proof).json["code"] == "key-revoked"


def test_new_sheets_are_sealed_with_the_new_key(kiosk, proof, tmp_path):
    kiosk("keys", "rotate")
    again = kiosk("prove", "--json", "99999001495785", *HEAD, "--out", tmp_path / "again").json["proof"]

    assert kiosk("verify", "--json", again).json["genuine"]


def test_the_root_key_may_lie_elsewhere(kiosk, home, proof, tmp_path):
    shutil.move(home / "root" / "root.key", tmp_path / "safe.key")

    assert kiosk("keys", "rotate").code == 3
    assert kiosk("keys", "rotate", "--root-key", tmp_path / "safe.key").code == 0


@pytest.mark.parametrize("given", ["missing.pdf", "12345", "RS1X", "RS1XAAAA"])
def test_what_is_no_proof_is_refused_in_words(kiosk, given):
    done = kiosk("verify", given)

    assert done.code == 1
    assert done.out + done.err


def test_the_verdict_is_said_in_words(kiosk, proof):
    """Q9: for people, in both languages."""
    said = kiosk("verify", proof).out
    assert "Only the rows marked R are proven" in said
    assert "has not been told yet what is on hold" in said  # nobody has asked the store for its notices
    assert "Seules les lignes R sont prouvées" in kiosk("--lang", "fr", "verify", proof).out
