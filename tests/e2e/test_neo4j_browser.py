"""Neo4j Browser, served by a real Neo4j, draws our graph with our style sheet and keeps our saved queries."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from neo4j import GraphDatabase
from playwright.sync_api import Browser, Page, expect

from shared.graph.bolt import BoltGraph
from shared.schemas.graph import Subgraph
from shared.settings import REPOSITORY
from tests.integration.graph.samples import every_type
from tests.servers import Neo4jProcess, Server, running_arcadedb

FIRST_QUERY = "MATCH (e:Event)-[role]->(x:Entity) RETURN e, role, x LIMIT 50"
ARTIFACTS = REPOSITORY / "test-artifacts"
_PATIENCE = 60_000  # milliseconds
_DROP = """([name, text]) => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([text], name, {type: 'text/plain'}))
    for (const type of ['dragenter', 'dragover', 'drop'])
        document.querySelector('[data-testid=main]')
            .dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: transfer}))
}"""


@pytest.fixture(scope="module")
def graphs(projected: dict[str, Subgraph]) -> dict[str, Subgraph]:
    """What the Browser shall show, by article id: the four sample articles."""
    return projected


@pytest.fixture(scope="module", params=["neo4j", "arcadedb"])
def store(request: pytest.FixtureRequest, neo4j_process: Neo4jProcess, graphs: dict[str, Subgraph]) -> Iterator[Server]:
    """A server that holds the graphs and nothing else: Neo4j itself, or the ArcadeDB of the embedded platform."""
    with ExitStack() as stack:
        folder: Path = request.getfixturevalue("tmp_path_factory").mktemp("browsed")
        server = neo4j_process.server if request.param == "neo4j" else stack.enter_context(running_arcadedb(folder))
        _fill(server, graphs)
        yield server


@pytest.fixture
def page(neo4j_process: Neo4jProcess, store: Server, chromium: Browser) -> Iterator[Page]:
    """The Browser that Neo4j serves, logged in to the store."""
    page = chromium.new_page(viewport={"width": 1500, "height": 950})
    page.set_default_timeout(_PATIENCE)
    _log_in(page, neo4j_process.browser_url, store)
    yield page
    page.close()


def test_the_first_query_of_the_readme_is_drawn_in_our_colours(page: Page, graphs: dict[str, Subgraph]) -> None:
    _drop(page, REPOSITORY / "deploy" / "neo4j" / "style.grass")
    _run(page, FIRST_QUERY)
    drawn = page.locator("[data-testid=frame]").first
    expected = _names_of_first_query(graphs)
    expect(drawn.locator("svg g.node")).to_have_count(len(expected), timeout=_PATIENCE)
    expect(drawn.locator("svg g.relationship")).to_have_count(_edges_between(set(expected), graphs), timeout=_PATIENCE)
    drawn.get_by_title("Fullscreen").click()
    drawn.locator("[aria-label=zoom-to-fit]").click()
    page.wait_for_timeout(3000)  # the layout settles
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=str(ARTIFACTS / "neo4j-browser.png"))
    captions = "".join(drawn.locator("svg g.node text").all_text_contents()).replace(" ", "")
    assert all(name.replace(" ", "")[:6] in captions for name in expected.values())
    colours = {circle.get_attribute("fill") for circle in drawn.locator("svg g.node circle.b-outline").all()}
    assert {str(colour).upper() for colour in colours} == {"#C0392B", "#2980B9"}


def test_paths_are_drawn_and_the_browser_does_not_crash(page: Page) -> None:
    crashes: list[str] = []
    page.on("pageerror", lambda error: crashes.append(str(error)))
    _run(page, "MATCH p=(n)-[*1..3]->(m) RETURN p LIMIT 100")
    nodes = page.locator("[data-testid=frame]").first.locator("svg g.node")
    nodes.first.wait_for()
    page.wait_for_timeout(3000)  # the Browser asks for the edges between what it has drawn
    assert crashes == []
    assert nodes.count() > 10


def test_a_saved_query_becomes_a_favourite_with_its_title(page: Page) -> None:
    query = REPOSITORY / "deploy" / "neo4j" / "queries" / "01-events.cypher"
    _drop(page, query)
    page.get_by_text("Save to favorites").click()
    page.click("[data-testid=navigationFavorites]")
    title = query.read_text(encoding="utf-8").splitlines()[0].removeprefix("// ")
    expect(page.get_by_text(title).first).to_be_visible()


def _fill(server: Server, graphs: dict[str, Subgraph]) -> None:
    with GraphDatabase.driver(server.url, auth=server[1:]) as driver:
        driver.execute_query("MATCH (n) DETACH DELETE n")
    store = BoltGraph(*server)
    store.prepare()
    store.replace_article("every-type", every_type("every-type"))  # a graph that has been in use: ids grow with the types seen
    store.delete_article("every-type")
    for article_id, subgraph in graphs.items():
        store.replace_article(article_id, subgraph)
    store.close()


def _log_in(page: Page, browser_url: str, server: Server) -> None:
    page.goto(f"{browser_url}?dbms=bolt://{server.user}@{server.url.removeprefix('bolt://')}")
    page.click("[data-testid=connect]")
    page.fill("[data-testid=password]", server.password)
    page.click("[data-testid=connect]")
    page.get_by_text("You are connected as user").first.wait_for()


def _run(page: Page, query: str) -> None:
    page.locator("[data-testid=activeEditor] .monaco-editor").first.click()
    page.keyboard.type(query)
    page.keyboard.press("Control+Enter")


def _drop(page: Page, file: Path) -> None:
    page.evaluate(_DROP, [file.name, file.read_text(encoding="utf-8")])


def _names_of_first_query(graphs: dict[str, Subgraph]) -> dict[str, str]:
    """Name by node id of all events with a role, and of the entities in the roles."""
    nodes = {node.id: node for graph in graphs.values() for node in graph.nodes}
    ends = [
        (edge.source_id, edge.target_id)
        for graph in graphs.values()
        for edge in graph.edges
        if (nodes[edge.source_id].labels[0], nodes[edge.target_id].labels[0]) == ("Event", "Entity")
    ]
    assert 0 < len(ends) <= 50, "the query's LIMIT would cut"
    return {ident: str(nodes[ident].properties["name"]) for pair in ends for ident in pair}


def _edges_between(idents: set[str], graphs: dict[str, Subgraph]) -> int:
    """The Browser draws all edges between the nodes of a result, asked for by their numeric ids."""
    edges = [edge for graph in graphs.values() for edge in graph.edges]
    return len({edge.id for edge in edges if {edge.source_id, edge.target_id} <= idents})
