"""A document of the record that was altered is given to nobody."""

from hashlib import sha256

import pytest

from kiosk.core.faults import Unavailable
from tests.kiosk.adapters.sql_samples import scanned
from tests.kiosk.adapters.test_sql_audit import tamper


def test_an_altered_document_is_given_to_nobody(journal, record_url):
    """P2: it may be a proof that is printed, or the hash of a supervisor's PIN."""
    digest = sha256(b"a proof").hexdigest()
    journal.append([scanned(1)], {digest: b"a proof"})
    assert journal.document(digest) == b"a proof"

    tamper(record_url, "UPDATE documents SET bytes = :bytes", bytes=b"another")

    with pytest.raises(Unavailable, match="corrupt"):
        journal.document(digest)
