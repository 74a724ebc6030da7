"""The rig boots a machine for minutes: `make rig` asks for it, `make test` does not."""

import os

import pytest

collect_ignore = [] if os.environ.get("RIG") else ["test_devices_rig.py"]


def pytest_configure(config: pytest.Config) -> None:
    """The marker of what needs the guest."""
    config.addinivalue_line("markers", "devices: runs in a guest machine with real kernel devices (make rig)")
