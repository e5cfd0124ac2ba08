"""Every module of training and conversion finds its packages in this environment."""

from importlib import import_module
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("efficientnet_lite_pytorch", reason="deploy/requirements/training.txt is not installed")

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = {"lab.training.text.card", "lab.training.pictures.card"}  # run in the default environment, as the Makefile does
NAMES = (".".join(p.relative_to(ROOT).with_suffix("").parts) for p in (ROOT / "lab" / "training").rglob("[a-z]*.py"))
MODULES = sorted(set(NAMES) - DEFAULT)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_of_training_imports(name: str) -> None:
    assert import_module(name).__doc__
