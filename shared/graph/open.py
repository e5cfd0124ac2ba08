"""Open the graph store that the settings name."""

from functools import cache
from urllib.parse import urlsplit

from shared.errors import ConfigurationError
from shared.graph.bolt import BoltGraph
from shared.graph.memory import MemoryGraph
from shared.graph.store import GraphStore
from shared.settings import Settings

_BOLT = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


def open_store(settings: Settings) -> GraphStore:
    """A store for ``graph_url``; connects at first use. The same ``memory://name`` is the same store within a process.

    Raises ConfigurationError for any other kind of address.
    """
    scheme = urlsplit(settings.graph_url).scheme
    if scheme == "memory":
        return _memory(settings.graph_url)
    if scheme in _BOLT:
        return BoltGraph(
            settings.graph_url, settings.graph_user, settings.graph_password.get_secret_value(), settings.graph_database
        )
    raise ConfigurationError(f"NEWSGRAPH_GRAPH_URL must begin with bolt://, neo4j:// or memory://, not {settings.graph_url!r}")


@cache
def _memory(url: str) -> MemoryGraph:
    return MemoryGraph()
