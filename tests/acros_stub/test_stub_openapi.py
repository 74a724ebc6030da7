"""The OpenAPI document is true: schemathesis asks everything that it allows, and everything that it does not."""

import json
from importlib.resources import files

import pytest
import schemathesis
import schemathesis.engine
from schemathesis.config import SchemathesisConfig

from acros_stub import database, demo, instant
from acros_stub.status import REASONS, SEVERITY
from acros_stub.web import create_app

BOUNDED = {
    "seed": 7,
    "cache": {"enabled": False},
    "generation": {"max-examples": 8, "database": "none"},
    "phases": {"stateful": {"enabled": False}},  # no operation leads to another
}


@pytest.fixture
def app(tmp_path):
    """The application over the demonstration's store."""
    url = f"sqlite:///{tmp_path / 'acros.sqlite3'}"
    engine = database.create(url)
    demo.load_demo(engine, instant.now())
    engine.dispose()
    return create_app(url)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # schemathesis' own connections
def test_schemathesis_finds_nothing(app):
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app, config=SchemathesisConfig.from_dict(BOUNDED))
    failures, errors, asked = [], [], 0
    for event in schemathesis.engine.from_schema(schema).execute():
        if hasattr(event, "recorder"):
            asked += len(event.recorder.interactions)
            checks = [check for each in event.recorder.checks.values() for check in each]
            failures += [str(check.failure_info.failure) for check in checks if check.failure_info]
        errors += [str(getattr(event, "value", None) or event.exception) for _ in [0] if type(event).__name__.endswith("Error")]

    assert (failures, errors) == ([], [])
    assert asked > 60


def test_the_document_names_exactly_the_reasons_that_the_table_knows():
    document = json.loads((files("acros_stub") / "openapi.json").read_text())

    assert set(document["components"]["schemas"]["Reason"]["enum"]) == {*SEVERITY, "part-released", "not-on-file"}
    assert set(REASONS.values()) < set(SEVERITY)
