"""The embedded knowledge base: what it holds, and that its committed facts hang together."""

import re
from pathlib import Path

import pytest

from services.entity_linking.knowledge import facts
from services.entity_linking.knowledge.command import kb_path, open_kb
from services.entity_linking.knowledge.lists import read_lists
from services.entity_linking.knowledge.names import normalise
from services.entity_linking.knowledge.store import KnowledgeBase
from shared.errors import InputError
from shared.settings import Settings


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return open_kb(Settings())


def test_every_committed_entry_is_in_the_knowledge_base_and_towns_have_coordinates(kb: KnowledgeBase) -> None:
    rows = [*facts.entries("wikidata_places.yaml"), *facts.entries("wikidata_names.yaml")]
    assert [entry.name for _, _, entry in rows if not kb.known(f"wikidata:{entry.wikidata}")] == []
    towns = [kb.record(f"wikidata:{entry.wikidata}") for section, _, entry in rows if section == "towns"]
    assert [town.name for town in towns if town and (town.latitude is None or town.population < 5000)] == []


def test_no_wikidata_id_is_given_twice() -> None:
    idents = [e.wikidata for file in ("wikidata_places.yaml", "wikidata_names.yaml") for _, _, e in facts.entries(file)]
    assert sorted({ident for ident in idents if idents.count(ident) > 1}) == []
    assert all(re.fullmatch(r"Q[1-9]\d*", ident) for ident in idents)


def test_countries_have_one_record_for_each_code_and_demonyms_belong_to_records(kb: KnowledgeBase) -> None:
    codes = [row["code"] for row in facts.countries() if row["code"]]
    assert len(codes) == len(set(codes)) > 230
    assert kb.country_name("FR") == "France"
    assert kb.country_name("XX") == "XX"
    for key in facts.demonyms():
        assert key in codes or kb.known(f"wikidata:{key}"), key


def test_leaders_carry_their_offices(kb: KnowledgeBase) -> None:
    found = [c.record for c in kb.candidates("Volodymyr Zelenskyy") if c.record.type == "PER"]
    assert [record.country for record in found] == ["UA"]
    assert "President" in found[0].description


def test_it_is_built_once_for_a_data_folder(kb: KnowledgeBase) -> None:
    path = kb_path(Settings())
    assert path == kb.path
    assert kb.counts()["aliases"] > 300_000
    assert "GeoNames" in kb.facts()["sources"]


def test_find_gives_exact_names_first_and_then_similar_ones(kb: KnowledgeBase) -> None:
    assert kb.find("Marseille", 3)[0].record.id == "wikidata:Q23482"
    assert kb.find("Saint Petersburg", 2)[0].record.id == "wikidata:Q656"
    assert "wikidata:Q23482" in [c.record.id for c in kb.find("Marseile", 10)]
    assert kb.find("", 3) == []


@pytest.mark.parametrize(
    ("left", "right"), [("The U.S.", "us"), ("Saint-Étienne", "saint etienne"), ("Kyiv’s", "kyiv"), ("The", "the")]
)
def test_names_meet_in_their_normal_form(left: str, right: str) -> None:
    assert normalise(left) == right


def test_name_lists_become_records_of_the_type_in_the_file_name(tmp_path: Path) -> None:
    (tmp_path / "WEA.MissileSystem.Missile_wiki.txt").write_text("Blorp 7\nZorg (missile)\nBlorp 7\n", encoding="utf-8")
    found = [(record.id, record.name, record.type, record.description) for record, _ in read_lists(tmp_path)]
    assert found == [
        ("list:WEA.MissileSystem.Missile:blorp 7", "Blorp 7", "WEA", "missile"),
        ("list:WEA.MissileSystem.Missile:zorg (missile)", "Zorg", "WEA", "missile"),
    ]
    with pytest.raises(InputError, match="no list files"):
        list(read_lists(tmp_path / "elsewhere"))
