"""Lessons in words: what an enrolment tells of a scanner after each scan of the sheet."""

from collections.abc import Mapping

from drivers.enrol import Learned, Told
from drivers.scan import ScannerLost
from kiosk.wording import printable
from kiosk.words import Words


def sentence(words: Words, told: Told, learned: Learned | None = None) -> str:
    """What a scan of the sheet came to, in words; of what was learned, all that was."""
    fields = {name: _visible(value) for name, value in told.fields.items()}
    if told.code in {"differs", "prefix-varies"}:
        fields["what"] = words.say(f"enrol.part.{told.fields['what']}")
    if told.code == "no-layout":
        fields["near"] = words.say(f"enrol.layout.{told.fields['near']}")
    if told.code == "named":
        fields["name"] = words.say(f"enrol.name.{told.fields['name']}")
    said = [words.say(f"enrol.said.{told.code}", **fields)]
    if told.code == "learned" and learned is not None:
        said += learnt(words, learned)
    return " ".join(said)


def learnt(words: Words, learned: Learned) -> list[str]:
    """What was learned, a sentence each."""
    frame, said = learned.frame, []
    if learned.layout is not None:
        said.append(words.say("enrol.learned.layout", layout=words.say(f"enrol.layout.{learned.layout}")))
        said.append(words.say("enrol.learned.pace", milliseconds=f"{learned.pace * 1000:.0f}"))
    if learned.alike:
        said.append(words.say("enrol.learned.alike", layouts=", ".join(words.say(f"enrol.layout.{one}") for one in learned.alike)))
    said.append(words.say(f"enrol.ends.{frame.terminator}"))
    around: Mapping[str, str] = {"prefix": frame.prefix, "suffix": frame.suffix}
    said += [words.say(f"enrol.learned.{what}", text=_visible(text)) for what, text in around.items() if text]
    said += [
        words.say(f"enrol.learned.{what}") for what, so in (("swapped", frame.swapped), ("no-code39", not learned.code39)) if so
    ]
    return said


def _visible(text: str) -> str:
    return printable(text) or "–"


def shut(no: OSError | ValueError) -> str:
    """Why a device did not open, as a code with its words."""
    if isinstance(no, ScannerLost):
        return f"shut-{no.why}" if no.why in {"gone", "no-permission", "busy", "not-a-device"} else "shut-failed"
    known = {1: "no-permission", 2: "gone", 6: "gone", 11: "busy", 13: "no-permission", 16: "busy", 19: "gone", 25: "not-a-device"}
    return f"shut-{known.get(getattr(no, 'errno', 0) or 0, 'failed')}"
