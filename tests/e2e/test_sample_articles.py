"""The four sample articles through the real platform: POST, wait, and check the facts over HTTP and Bolt."""

from typing import Any

import httpx
import neo4j
import pytest

from tests.e2e.facts import Facts

Json = dict[str, Any]


@pytest.fixture(scope="module")
def facts(articles: dict[str, Json], api: httpx.Client) -> dict[str, Facts]:
    return {
        name: Facts(api.get(f"/articles/{view['article_id']}/graph").raise_for_status().json()) for name, view in articles.items()
    }


def test_every_job_went_through_all_stages(articles: dict[str, Json], api: httpx.Client) -> None:
    for view in articles.values():
        job = api.get(f"/jobs/{view['job_id']}").json()
        assert job["state"] == "done", job
        assert [s["stage"] for s in job["stages"] if s["state"] in {"done", "reused"} and s["finished_at"]] == [
            s["stage"] for s in job["stages"]
        ]
        assert len(job["stages"]) == 7


def test_every_mention_quotes_its_article_exactly(articles: dict[str, Json], facts: dict[str, Facts], api: httpx.Client) -> None:
    for name, graph in facts.items():
        article = api.get(f"/articles/{articles[name]['article_id']}").json()["article"]
        fields = {"text": article["text"], "title": article["title"]}
        fields |= {f"caption:{i['image_id']}": i["caption"] for i in article["images"]}
        mentions = [n["properties"] for n in graph.family("Mention") if "TextMention" in n["labels"]]
        assert [fields[m["field"]][m["start"] : m["end"]] for m in mentions] == [m["text"] for m in mentions]


def test_article_1_names_people_places_and_organisations(facts: dict[str, Facts]) -> None:
    graph = facts["01-ankara"]
    types = {
        "Rex Tillerson": "PER",
        "Recep Tayyip Erdoğan": "PER",
        "Ankara": "GPE",
        "Turkey": "GPE",
        "Raqqa": "GPE",
        "Manbij": "GPE",
        "SDF": "ORG",
    }
    assert {name: graph.entity(name)["properties"]["type"] for name in types} == types
    states = next(n for n in graph.family("Entity") if "the United States" in graph.words(n) or "United States" in graph.words(n))
    assert states["properties"]["type"] == "GPE"
    party = next(n for n in graph.family("Entity") if "PYD" in graph.words(n))
    assert "Kurdish Democratic Union Party" in " ".join(graph.words(party))
    assert len(graph.mentions(graph.entity("Raqqa"))) == 3


def test_article_1_tells_the_visit(facts: dict[str, Facts]) -> None:
    graph = facts["01-ankara"]
    visit = graph.event("visited")
    assert visit["properties"]["ace_type"] in {"Contact:Meet", "Movement:Transport"}
    fillers = set().union(*graph.roles(visit).values())
    assert {"Rex Tillerson", "Ankara"} <= fillers


def test_article_1_tells_the_attack_with_its_roles(facts: dict[str, Facts]) -> None:
    graph = facts["01-ankara"]
    attack = graph.event("attacked")
    roles = graph.roles(attack)
    assert attack["properties"]["ace_type"] == "Conflict:Attack"
    assert "Turkish forces" in roles["Attacker"]
    assert "SDF forces" in roles["Target"]
    assert "Manbij" in roles["Place"]


def test_article_1_tells_the_deployment_with_its_roles(facts: dict[str, Facts]) -> None:
    graph = facts["01-ankara"]
    deploy = graph.event("deploy")
    roles = graph.roles(deploy)
    assert deploy["properties"]["ace_type"] == "Movement:Transport"
    assert any("United States" in words for words in roles["Agent"])
    assert any("dozens of soldiers" in words for words in roles["Artifact"])
    assert any("the outskirts" in words for words in roles["Destination"])


def test_article_2_links_person_face_and_flag_to_the_text(facts: dict[str, Facts]) -> None:
    graph = facts["02-collins"]
    kinds = {r["properties"]["kind"] for r in graph.family("Mention") if "Region" in r["labels"]}
    assert {"object", "face", "flag"} <= kinds
    collins = graph.regions(graph.entity("Eileen Collins"))
    assert {"face", "object"} <= {r["properties"]["kind"] for r in collins}
    assert "person" in {r["properties"]["label"] for r in collins}
    states = next(
        n
        for n in graph.family("Entity")
        if any("United States" in w for w in graph.words(n)) and n["properties"]["type"] == "GPE"
    )
    assert "flag" in {r["properties"]["kind"] for r in graph.regions(states)}


def test_article_2_sees_the_uniform_and_tells_a_transport(facts: dict[str, Facts]) -> None:
    graph = facts["02-collins"]
    seen = " ".join(str(n["properties"]).lower() for n in graph.nodes.values() if n["labels"][0] in {"Image", "Mention"})
    assert "uniform" in seen or "suit" in seen
    assert "Movement:Transport" in {e["properties"]["ace_type"] for e in graph.family("Event")}


@pytest.mark.parametrize("name", ["Barack Obama", "Joe Biden"])
def test_article_3_names_both_faces_and_merges_them_with_the_text(facts: dict[str, Facts], name: str) -> None:
    graph = facts["03-obama-biden"]
    person = graph.entity(name)
    assert "face" in {r["properties"]["kind"] for r in graph.regions(person)}
    assert name in graph.words(person)
    assert len({r["properties"]["image_id"] for r in graph.regions(person)}) == 1


def test_article_3_tells_the_meeting_of_the_two(facts: dict[str, Facts]) -> None:
    graph = facts["03-obama-biden"]
    meeting = graph.event("met")
    assert meeting["properties"]["ace_type"] == "Contact:Meet"
    assert {"Barack Obama", "Joe Biden"} <= set().union(*graph.roles(meeting).values())


def test_article_4_says_what_was_not_attempted_in_spanish(
    articles: dict[str, Json], facts: dict[str, Facts], api: httpx.Client
) -> None:
    job = api.get(f"/jobs/{articles['04-lisboa']['job_id']}").json()
    report = next(s for s in job["stages"] if s["stage"] == "text_ie")
    assert "es" in " ".join(line["reason"] for line in report["not_attempted"])
    assert {"events"} <= {word for line in report["not_attempted"] for word in line["part"].replace(",", " ").split()}
    assert facts["04-lisboa"].family("Event") == []


def test_every_fact_has_evidence_in_the_same_graph(facts: dict[str, Facts], bolt: neo4j.Driver) -> None:
    rows, _, _ = bolt.execute_query("MATCH (m:Mention) RETURN m.id AS id")
    known = {row["id"] for row in rows}
    for graph in facts.values():
        for thing in [*graph.family("Entity"), *graph.family("Event"), *[e for e in graph.edges if "role" in e["properties"]]]:
            evidence = set(thing["properties"]["evidence_ids"])
            assert evidence & set(graph.nodes), thing
            assert evidence <= known, thing


def test_the_same_articles_again_give_the_same_ids_and_the_identical_graph(
    articles: dict[str, Json], post_sample: Any, dump: Any, api: httpx.Client, wait: Any
) -> None:
    before = dump()
    for name, first in articles.items():
        again = post_sample(name)
        assert again.status_code == 200
        assert again.json()["article_id"] == first["article_id"]
        assert again.json()["job_id"] == first["job_id"]
    forced = post_sample("03-obama-biden", force=True)
    assert forced.status_code == 202
    assert wait(forced.json()["job_id"])["state"] == "done"
    assert dump() == before


def test_facts_are_found_by_query(articles: dict[str, Json], api: httpx.Client) -> None:
    assert "Rex Tillerson" in [
        n["properties"]["name"] for n in api.get("/entities", params={"q": "tillerson"}).json()["entities"]
    ]
    attacks = api.get("/events", params={"type": "Conflict:Attack"}).json()["events"]
    assert "attacked" in [e["event"]["properties"]["name"] for e in attacks] or attacks
    obama = api.get("/entities", params={"q": "Barack Obama", "type": "PER"}).json()["entities"][0]
    theirs = api.get("/events", params={"entity": obama["id"]}).json()["events"]
    assert {e["event"]["properties"]["ace_type"] for e in theirs} >= {"Contact:Meet"}


def test_the_readme_queries_work_as_printed_over_bolt(
    articles: dict[str, Json], bolt: neo4j.Driver, readme_queries: list[str]
) -> None:
    assert len(readme_queries) >= 4
    for query in readme_queries:
        records, _, _ = bolt.execute_query(query)
        assert records, query
