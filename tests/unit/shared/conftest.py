"""Fixtures of the runtime tests."""

from collections.abc import Iterator

import pytest

from tests.valkey_server import running_valkey


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real Valkey server; tests that need it empty flush it."""
    with running_valkey(tmp_path_factory.mktemp("valkey")) as url:
        yield url
