"""A fresh gateway for each test."""

from pathlib import Path

import pytest
from gateway_platform import Platform, make_platform


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """Default settings: loopback, no keys."""
    return make_platform(tmp_path)
