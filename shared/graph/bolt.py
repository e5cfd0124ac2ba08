"""The graph store over Bolt, through the official neo4j driver: ArcadeDB (embedded) and Neo4j 5 (cluster)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TypeVar

from neo4j import Driver, GraphDatabase, ManagedTransaction, NotificationMinimumSeverity
from neo4j.exceptions import AuthError, ClientError, ConstraintError, DriverError, TransientError
from neo4j.exceptions import ConfigurationError as DriverConfigurationError
from neo4j.exceptions import ServiceUnavailable as BoltUnavailable

from shared.errors import ConfigurationError, InputError, ServiceUnavailable
from shared.graph import bolt_read, bolt_write
from shared.graph.bolt_read import EventFilter
from shared.graph.check import check_subgraph, receipt
from shared.graph.indexes import statements
from shared.schemas.graph import EventView, GraphCounts, GraphReceipt, Node, Subgraph

T = TypeVar("T")
_RETRY_SECONDS = 10.0
_TRIES = 5
_ENDING = "not expected"  # ArcadeDB, while it shuts down: "BEGIN not expected"


class BoltGraph:
    """A GraphStore on a Bolt server; each write is one transaction, tried again for up to 10 s after deadlocks and conflicts."""

    def __init__(self, url: str, user: str, password: str, database: str | None = None) -> None:
        self._url, self._user, self._database = url, user, database
        with self._explained():
            self._driver: Driver = GraphDatabase.driver(
                url,
                auth=(user, password),
                connection_timeout=5.0,
                max_transaction_retry_time=_RETRY_SECONDS,
                notifications_min_severity=NotificationMinimumSeverity.OFF,
            )
        self._connected = False  # making a driver asks the server nothing

    def prepare(self) -> None:
        with self._explained():
            agent = self._driver.get_server_info().agent
            for statement in statements(agent):
                self._driver.execute_query(statement, database_=self._database)

    def replace_article(self, article_id: str, subgraph: Subgraph) -> GraphReceipt:
        check_subgraph(article_id, subgraph)
        self._write(lambda tx: bolt_write.replace(tx, article_id, subgraph))
        return receipt(article_id, subgraph)

    def delete_article(self, article_id: str) -> bool:
        return self._write(lambda tx: bolt_write.replace(tx, article_id, None))

    def article_graph(self, article_id: str) -> Subgraph | None:
        return self._read(lambda tx: bolt_read.article_graph(tx, article_id))

    def search_entities(self, query: str = "", type: str | None = None, limit: int = 50, offset: int = 0) -> list[Node]:
        return self._read(lambda tx: bolt_read.search_entities(tx, query, type, limit, offset))

    def entity(self, entity_id: str) -> Subgraph | None:
        return self._read(lambda tx: bolt_read.entity(tx, entity_id))

    def events(
        self,
        type: str | None = None,
        entity: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[EventView]:
        wanted = EventFilter(type, entity, start, end, limit, offset)
        return self._read(lambda tx: bolt_read.events(tx, wanted))

    def counts(self) -> GraphCounts:
        return self._read(bolt_read.counts)

    def ping(self) -> None:
        with self._explained(), self._driver.session(database=self._database) as session:
            session.run("RETURN 1").consume()

    def close(self) -> None:
        self._driver.close()

    def _read(self, work: Callable[[ManagedTransaction], T]) -> T:
        with self._explained(), self._driver.session(database=self._database) as session:
            return session.execute_read(work)

    def _write(self, work: Callable[[ManagedTransaction], T]) -> T:
        """A ConstraintError means that another writer made the same node just now: on the next try it is found."""
        with self._explained(), self._driver.session(database=self._database) as session:
            for _ in range(_TRIES - 1):
                with suppress(ConstraintError):
                    return session.execute_write(work)
            return session.execute_write(work)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn the driver's errors into ours; what remains is a bug and passes through."""
        try:
            yield
            self._connected = True
        except AuthError as error:
            if self._connected:  # a server that shuts down refuses users whom it knew before
                raise ServiceUnavailable(f"the graph at {self._url} is restarting ({_first_line(error)})") from error
            hint = "set NEWSGRAPH_GRAPH_USER and NEWSGRAPH_GRAPH_PASSWORD"
            raise ConfigurationError(f"the graph at {self._url} refuses user {self._user!r}; {hint}") from error
        except DriverConfigurationError as error:
            raise ConfigurationError(f"NEWSGRAPH_GRAPH_URL={self._url}: {error}") from error
        except (BoltUnavailable, TransientError, DriverError) as error:
            raise ServiceUnavailable(
                f"the graph at {self._url} does not answer ({_first_line(error)}); is it running?"
            ) from error
        except ClientError as error:
            if _ENDING in str(error):
                raise ServiceUnavailable(f"the graph at {self._url} is shutting down ({_first_line(error)})") from error
            if "DatabaseNotFound" not in (error.code or ""):
                raise
            raise ConfigurationError(
                f"the graph at {self._url} has no database {self._database!r} (NEWSGRAPH_GRAPH_DATABASE)"
            ) from error
        except OverflowError as error:
            raise InputError("a number of more than 64 bits does not fit into the graph") from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
