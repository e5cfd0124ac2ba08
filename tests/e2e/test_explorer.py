"""The explorer page in headless Chromium: submit an article, watch the stages, click through to the evidence."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
TEXT = (
    "President Barack Obama met Canadian Prime Minister Justin Trudeau in Ottawa on Wednesday.\n\n"
    "Protesters marched through the city while the two leaders talked."
)

MIDDLE_OF_ATTACKER_EDGE = """() => {
    const cy = window.newsgraphView.cy;
    const middle = cy.edges().filter((edge) => edge.data('label') === 'attacker')[0].renderedMidpoint();
    const frame = cy.container().getBoundingClientRect();
    return {x: frame.x + middle.x, y: frame.y + middle.y};
}"""


WIDTHS = (390, 1024, 1600)
GO = """hash => new Promise((done) => {
    if (location.hash === hash) return done();
    addEventListener('hashchange', () => done(), {once: true});
    location.hash = hash;
})"""
TOO_WIDE = """() => {
    const wide = document.documentElement;
    if (wide.scrollWidth <= wide.clientWidth) return [];
    const beyond = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > wide.clientWidth + 1);
    return [`${wide.scrollWidth} > ${wide.clientWidth}`, ...beyond.slice(0, 5).map((e) => e.outerHTML.slice(0, 120))];
}"""
OPEN_DRAWER = (
    "() => { const view = window.newsgraphView; view.select(view.model.facts().find((n) => n.labels[0] === 'Entity')); }"
)


@pytest.fixture
def page(chromium: Any, platform: Any) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1500, "height": 950})
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda message: page.problems.append(message.text) if message.type == "error" else None)
    page.goto(platform.url + "/")
    yield page
    context.close()


def shoot(page: Page, name: str) -> None:
    folder = Path("test-artifacts")
    folder.mkdir(exist_ok=True)
    page.screenshot(path=str(folder / f"{name}.png"))


def test_a_reader_submits_an_article_and_clicks_through_to_the_evidence(page: Page) -> None:
    page.get_by_label("Title").fill("Obama and Trudeau meet")
    page.get_by_label("Text").fill(TEXT)
    page.get_by_label("Pictures").set_input_files(str(FIXTURES / "articles" / "images" / "obama.jpg"))
    page.get_by_label("Caption of obama.jpg").fill("Barack Obama in Washington.")
    page.get_by_role("button", name="Read this article").click()
    expect(page.locator(".stages li")).to_have_count(7)
    expect(page.locator("#graph canvas").first).to_be_visible(timeout=90_000)
    expect(page.locator(".stages.done")).to_be_visible()

    page.locator(".prose .mention", has_text="Barack Obama").first.click()
    drawer = page.locator("#evidence")
    expect(drawer.locator("h2")).to_have_text("Barack Obama")
    expect(drawer.locator("mark", has_text="Barack Obama").first).to_be_visible()
    expect(drawer.locator("canvas.crop").first).to_be_visible()
    shoot(page, "explorer-entity")

    page.locator(".prose .mention.trigger", has_text="met").click()
    expect(drawer.locator(".kind")).to_contain_text("Event")
    drawer.locator("button.role").first.click()
    expect(drawer.locator(".kind")).to_contain_text("Role in")
    expect(drawer.locator(".proof").first).to_be_visible()
    shoot(page, "explorer-role")
    assert page.problems == []


def test_a_click_on_an_edge_of_the_graph_shows_its_evidence(page: Page, articles: dict[str, Any]) -> None:
    page.goto(page.url.split("#")[0] + f"#/article/{articles['01-ankara']['article_id']}")
    expect(page.locator("#graph canvas").first).to_be_visible(timeout=30_000)
    edge = page.evaluate(MIDDLE_OF_ATTACKER_EDGE)
    page.mouse.click(edge["x"], edge["y"])
    expect(page.locator("#evidence h2")).to_have_text("Attacker")
    expect(page.locator("#evidence mark").first).to_contain_text("forces")
    shoot(page, "explorer-edge")
    assert page.problems == []


def test_a_refusal_is_told_in_words(page: Page) -> None:
    page.get_by_label("Text").fill("   ")
    page.get_by_role("button", name="Read this article").click()
    expect(page.locator(".toast.error")).to_contain_text("text")


def test_entities_events_and_people_have_pages(page: Page, articles: dict[str, Any]) -> None:
    base = page.url.split("#")[0]
    page.goto(base + "#/entities")
    page.get_by_label("Search entities").fill("tiller")
    page.get_by_role("link", name="Rex Tillerson").first.click()
    expect(page.locator("h1")).to_contain_text("Rex Tillerson")
    expect(page.locator(".results a").first).to_be_visible()
    page.goto(base + "#/events")
    page.get_by_label("Event type").fill("Conflict")
    expect(page.locator("tbody tr").first).to_contain_text("Attack")
    shoot(page, "explorer-events")
    page.goto(base + "#/people")
    expect(page.locator(".person").first).to_contain_text("Barack Obama")
    assert page.problems == []


def test_the_picture_page_tells_boxes_names_and_the_engine_that_said_so(page: Page, articles: dict[str, Any]) -> None:
    page.goto(page.url.split("#")[0] + f"#/article/{articles['02-collins']['article_id']}")
    page.get_by_role("link", name="Everything seen in this picture").first.click()
    told = page.locator(".told")
    expect(told.locator("h3").first).to_have_text("Situations")
    expect(told).to_contain_text("Eileen Collins")
    expect(told).to_contain_text("ssd-mobilenet-v2-coco")
    boxes = page.locator(".picture-side .box")
    assert boxes.count() >= 2
    told.locator("section", has_text="Faces").locator("button").first.click()
    expect(page.locator(".picture-side .box.lit")).to_have_count(1)
    shoot(page, "explorer-picture")
    assert page.problems == []


def test_words_find_pictures(page: Page, articles: dict[str, Any]) -> None:
    page.goto(page.url.split("#")[0] + "#/pictures")
    page.get_by_label("Search pictures").fill("a man in a dark suit and tie")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".found figure").first).to_be_visible(timeout=30_000)
    page.locator(".found a").first.click()
    expect(page.locator(".told")).to_contain_text("tie")
    assert page.problems == []


def go(page: Page, hash: str) -> None:
    """Open a page of the explorer and wait until it has drawn itself."""
    page.evaluate(GO, hash)
    expect(page.locator("#page")).to_have_attribute("aria-busy", "false", timeout=60_000)


def links(page: Page) -> list[str]:
    """The addresses of all links, as they are written."""
    found: list[str] = page.evaluate("() => [...document.querySelectorAll('a')].map((a) => a.getAttribute('href') ?? '')")
    return list(dict.fromkeys(found))


def fits(page: Page, what: str) -> None:
    """Nothing sticks out to the right at any width."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        too_wide = page.evaluate(TOO_WIDE)
        assert too_wide == [], f"{what} scrolls sideways at {width} px: {too_wide}"


def test_every_link_of_every_page_leads_somewhere_and_no_page_scrolls_sideways(page: Page, articles: dict[str, Any]) -> None:
    waiting, seen, others = ["#/", "#/entities", "#/events", "#/pictures", "#/people"], set[str](), set[str]()
    while waiting:
        here = waiting.pop(0)
        if here in seen:
            continue
        seen.add(here)
        go(page, here)
        assert page.get_by_role("heading", name="That did not work").count() == 0, f"{here} is a dead link"
        fits(page, here)
        found = links(page)
        if here.startswith("#/article/") and page.locator("#graph").count():
            page.evaluate(OPEN_DRAWER)
            expect(page.locator("#evidence")).to_be_visible()
            fits(page, f"{here} with evidence")
            found += links(page)
        assert not [link for link in found if not link or "undefined" in link or "null" in link], here
        waiting += [link for link in found if link.startswith("#")]
        others |= {link for link in found if not link.startswith("#")}
    kinds = {name.split("/")[1] for name in seen}
    assert {"article", "entity", "picture", "events"} <= kinds
    assert {f"#/article/{answer['article_id']}" for answer in articles.values()} <= seen
    for link in others:
        if link.startswith("https://"):
            assert link.startswith(("https://www.wikidata.org/wiki/Q", "https://www.geonames.org/")), link
        else:
            assert page.request.get(page.url.split("#")[0] + link).ok, link
    assert page.problems == []


def test_each_event_links_to_the_articles_that_tell_of_it(page: Page, articles: dict[str, Any]) -> None:
    go(page, "#/events")
    page.get_by_label("Event type").fill("Conflict.Attack")
    expect(page.locator("tbody tr").first).to_contain_text("Attack")
    sources = page.locator("tbody tr td:last-child a")
    assert sources.count() >= page.locator("tbody tr").count()
    assert page.locator(f'tbody a[href="#/article/{articles["01-ankara"]["article_id"]}"]').count()
    sources.first.click()
    expect(page.locator(".prose .mention").first).to_be_visible()


def test_a_type_that_is_not_known_is_told_beside_the_field(page: Page, articles: dict[str, Any]) -> None:
    go(page, "#/events")
    page.get_by_label("Event type").fill("Conflict.Atack")
    expect(page.locator("tbody")).to_contain_text("did you mean `Conflict.Attack`?")
    assert page.locator("#event-types option[value='Conflict.Attack']").count() == 1


def test_escape_gives_the_whole_graph_back(page: Page, articles: dict[str, Any]) -> None:
    go(page, f"#/article/{articles['01-ankara']['article_id']}")
    dimmed = "() => window.newsgraphView.cy.elements('.dim, .lit').length"
    page.locator(".prose .mention").first.click()
    expect(page.locator("#evidence")).to_be_visible()
    assert page.evaluate(dimmed) > 0
    page.keyboard.press("Escape")
    expect(page.locator("#evidence")).to_be_hidden()
    assert page.evaluate(dimmed) == 0
    assert page.locator(".prose .lit").count() == 0
    assert page.problems == []


def test_an_address_that_names_no_page_says_so(page: Page) -> None:
    go(page, "#/nowhere")
    expect(page.locator("h1")).to_have_text("That did not work")
