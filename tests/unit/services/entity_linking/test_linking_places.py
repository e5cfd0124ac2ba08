"""Names of places are resolved by the words around them and by the other places of the article."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from services.entity_linking.catalogue import ENGINES, LINKER
from services.entity_linking.knowledge.store import KnowledgeBase
from services.entity_linking.linker import Choice, MentionLinker
from services.entity_linking.links import link_entities
from services.entity_linking.queries import Place, Query
from shared.engines import EngineRegistry
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import Entity, Language, TextExtraction, TextMention
from shared.settings import Settings
from tests.corpora import DATA

ELEVANT = DATA / "elevant_el"


@pytest.fixture(scope="module")
def linker() -> MentionLinker:
    return EngineRegistry(ENGINES, Settings()).one(LINKER)


def choices(linker: MentionLinker, text: str, names: Sequence[tuple[str, str | None]]) -> dict[str, Choice | None]:
    """Choice by name; a name stands where it first occurs."""
    starts = [text.index(name) for name, _ in names]
    queries = [
        Query((name,), (Place("text", start, start + len(name)),), type_)
        for (name, type_), start in zip(names, starts, strict=True)
    ]
    return dict(zip((name for name, _ in names), linker.choose({"text": text}, queries), strict=True))


def what(choice: Choice | None) -> str:
    return f"{choice.record.name}, {choice.record.description}" if choice else "NIL"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A fire broke out in Paris, Texas.", {"Paris": "Paris, town in Texas, United States"}),
        ("He left Paris for Lyon.", {"Paris": "Paris, capital of France", "Lyon": "Lyon, town in France"}),
        ("A storm hit Atlanta, Georgia.", {"Atlanta": "Atlanta, town in Georgia, United States", "Georgia": "Georgia, state"}),
        ("Georgia and Russia met in Tbilisi.", {"Georgia": "Georgia, country", "Tbilisi": "Tbilisi, capital of Georgia"}),
        ("Police in Springfield, Illinois, said so.", {"Springfield": "Springfield, town in Illinois, United States"}),
        ("Police in Springfield, Massachusetts, said so.", {"Springfield": "Springfield, town in Massachusetts, United States"}),
        ("A crash near London, Ontario.", {"London": "London, town in Ontario, Canada"}),
        ("A crash in London on Monday.", {"London": "London, capital of United Kingdom"}),
        ("The march in Birmingham, Alabama.", {"Birmingham": "Birmingham, town in Alabama, United States"}),
        ("Factories in Birmingham and Manchester.", {"Birmingham": "Birmingham, town in England, United Kingdom"}),
        ("The U.S. and the UK agreed.", {"U.S.": "United States, country", "UK": "United Kingdom, country"}),
        ("Fighting near Manbij and Raqqa in Syria.", {"Manbij": "Manbij, town in Syria", "Raqqa": "Ar Raqqah, town in Syria"}),
        ("A rally in Springfield, MO, on Friday.", {"Springfield": "Springfield, town in Missouri, United States"}),
        ("A #Denver street.", {"#Denver": "Denver, town in Colorado, United States"}),
        ("A London-based bank.", {"London-based": "London, capital of United Kingdom"}),
        ("The State of Iowa sued.", {"State of Iowa": "Iowa, state or province of United States"}),
        ("Barges on the Danube.", {"Danube": "Danube, river"}),
    ],
)
def test_a_place_is_resolved_by_its_context(linker: MentionLinker, text: str, expected: dict[str, str]) -> None:
    context = [
        n for n in ("Russia", "Manchester", "Syria", "Texas", "Illinois", "Massachusetts", "Ontario", "Alabama") if n in text
    ]
    names = dict.fromkeys([*expected, *context])
    found = choices(linker, text, [(name, "GPE") for name in names])
    for name, record in expected.items():
        assert what(found[name]).startswith(record), text


@pytest.mark.parametrize("name", ["Xqzzyville", "Qworblington", "Blorphistan", "the river", "its"])
def test_an_unknown_name_is_nil(linker: MentionLinker, name: str) -> None:
    assert choices(linker, f"They met in {name}.", [(name, "GPE")])[name] is None


def test_a_small_misspelling_of_a_place_is_read(linker: MentionLinker) -> None:
    assert (
        what(choices(linker, "They met in Bucharesst.", [("Bucharesst", "GPE")])["Bucharesst"]) == "Bucharest, capital of Romania"
    )


def test_a_demonym_means_the_country_only_where_a_gpe_is_meant(linker: MentionLinker) -> None:
    text = "German forces left."
    assert what(choices(linker, text, [("German", "GPE")])["German"]) == "Germany, country"
    assert choices(linker, text, [("German", "PER")])["German"] is None


def test_a_river_is_linked_where_a_place_is_meant_and_not_where_a_person_is(linker: MentionLinker) -> None:
    text = "Amazon rose."
    river = choices(linker, text, [("Amazon", "LOC")])["Amazon"]
    assert river is not None
    assert river.record.kind == "river"
    assert choices(linker, text, [("Amazon", "PER")])["Amazon"] is None


def test_a_person_is_linked_by_the_full_name_and_not_by_the_surname(linker: MentionLinker) -> None:
    found = choices(linker, "Angela Merkel spoke; Merkel left.", [("Angela Merkel", "PER")])["Angela Merkel"]
    assert found is not None
    assert found.record.id == "wikidata:Q567"
    assert choices(linker, "Merkel left.", [("Merkel", "PER")])["Merkel"] is None


def test_a_surname_is_linked_where_its_entity_has_the_full_name_too(linker: MentionLinker) -> None:
    query = Query(("Merkel", "Angela Merkel"), (), "PER")
    found = linker.choose({}, [query])[0]
    assert found is not None
    assert found.record.name == "Angela Merkel"


def test_countries_are_found_in_other_scripts(linker: MentionLinker) -> None:
    names = {"Германия": "wikidata:Q183", "乌克兰": "wikidata:Q212", "سوريا": "wikidata:Q858", "Україна": "wikidata:Q212"}
    for name, ident in names.items():
        found = choices(linker, name, [(name, "GPE")])[name]
        assert found is not None, name
        assert found.record.id == ident


def test_spans_without_types_give_ids_and_nil_in_order(linker: MentionLinker) -> None:
    text = "Paris, Texas, is not in France, nor is Xqzzyville."
    spans = [(text.index(name), text.index(name) + len(name)) for name in ("Paris", "Texas", "France", "Xqzzyville")]
    assert linker.link(text, spans) == ["wikidata:Q830149", "wikidata:Q1439", "wikidata:Q142", None]
    assert linker.link(text, [(0, len("Paris, Texas"))]) == ["wikidata:Q830149"]
    assert linker.known("wikidata:Q142")
    assert not linker.known("wikidata:Q0")


def test_the_linker_gives_the_same_without_the_encoder_where_nothing_is_in_doubt(linker: MentionLinker) -> None:
    bare = MentionLinker(linker.kb)
    text = "Kyiv and Moscow."
    assert bare.link(text, [(0, 4), (9, 15)]) == linker.link(text, [(0, 4), (9, 15)]) == ["wikidata:Q1899", "wikidata:Q649"]


def test_links_of_an_article_say_their_reasons_and_skip_nominal_entities(linker: MentionLinker) -> None:
    text = "A fire in Paris, Texas. The town burned."
    span = TextSpan(field="text", start=10, end=15)
    other = TextSpan(field="text", start=24, end=32)
    mentions = (
        TextMention(id="m0", span=span, head=span, text="Paris", kind="name", type="GPE", confidence=1, model="given"),
        TextMention(id="m1", span=other, head=other, text="The town", kind="nominal", type="GPE", confidence=1, model="given"),
    )
    entities = (
        Entity(id="e0", type="GPE", name="Paris", mention_ids=("m0",), confidence=1, model="given"),
        Entity(id="e1", type="GPE", name="The town", mention_ids=("m1",), confidence=1, model="given"),
    )
    extraction = TextExtraction(
        article_id="a", language=Language(code="en", confidence=1, model="given"), mentions=mentions, entities=entities
    )
    links = link_entities(Article(article_id="a", text=text), extraction, linker, "rules:kb-link")
    assert [(link.subject_id, link.record.id, link.model) for link in links] == [("e0", "wikidata:Q830149", "rules:kb-link")]
    assert "the words after it name the larger place" in links[0].reason
    assert 0.5 < links[0].confidence <= 0.98


def test_a_missing_knowledge_base_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    from shared.errors import ConfigurationError

    with pytest.raises(ConfigurationError, match="newsgraph kb build"):
        KnowledgeBase(tmp_path / "none.sqlite")
    (tmp_path / "text.sqlite").write_text("no database " * 100)
    with pytest.raises(ConfigurationError, match="no knowledge base"):
        KnowledgeBase(tmp_path / "text.sqlite")


@pytest.mark.skipif(not ELEVANT.is_dir(), reason=f"no labelled documents at {ELEVANT}; set NEWSGRAPH_DATA")
def test_places_of_the_knowledge_base_are_linked_rightly_in_labelled_documents(linker: MentionLinker) -> None:
    bare, right, wrong = MentionLinker(linker.kb), 0, 0
    for path in sorted(ELEVANT.glob("*.benchmark.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            labels = [label for label in row["labels"] if not label.get("optional")]
            found = bare.link(row["text"], [(label["span"][0], label["span"][1]) for label in labels])
            for label, ident in zip(labels, found, strict=True):
                gold = f"wikidata:{label['entity_id']}"
                if "Q27096213" in label["type"].split("|") and bare.known(gold):
                    right, wrong = right + (ident == gold), wrong + (ident != gold)
    assert right + wrong > 1000
    assert right / (right + wrong) > 0.92
