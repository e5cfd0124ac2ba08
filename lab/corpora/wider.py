"""What WIDER's 60 classes of photographs show, as event types: ``labels/wider.yaml``."""

from functools import cache

import yaml

from lab.corpora.event_labels import FOLDER
from shared.errors import ConfigurationError
from shared.ontology import load_ontology

NONE = "none"


@cache
def wider_types() -> dict[str, str]:
    """Class name without number (``Soldier_Firing``) -> id of an event type or ``none``; raises ConfigurationError."""
    table = yaml.safe_load((FOLDER / "wider.yaml").read_text(encoding="utf-8"))
    unknown = set(table["events"].values()) - load_ontology().event_types.keys()
    if unknown:
        raise ConfigurationError(f"labels/wider.yaml names types that the ontology lacks: {', '.join(sorted(unknown))}")
    return {str(name): str(kind) for name, kind in table["events"].items()} | {str(name): NONE for name in table["none"]}
