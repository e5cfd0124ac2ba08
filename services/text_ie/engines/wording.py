"""The ontology's wording for models: names in plain English, definitions without notes on sources."""

import re

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOTE = re.compile(r"\s*\((?:AIDA|ACE)\b[^)]*\)|; AIDA\b[^.]*")


def plain(name: str) -> str:
    """``TransportPerson`` as ``transport person``."""
    return _CAMEL.sub(" ", name).lower()


def meaning(definition: str) -> str:
    """The definition without remarks on other ontologies in brackets."""
    return _NOTE.sub("", definition)
