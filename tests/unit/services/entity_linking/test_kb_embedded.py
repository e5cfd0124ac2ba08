"""The embedded knowledge base: what it holds, and that its committed facts hang together."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.entity_linking.knowledge import facts
from services.entity_linking.knowledge.command import kb_path, open_kb
from services.entity_linking.knowledge.embedded import build_embedded, embedded_kb
from services.entity_linking.knowledge.lists import read_lists
from services.entity_linking.knowledge.normalisation import normalise
from services.entity_linking.knowledge.record import Alias, Record
from services.entity_linking.knowledge.store import KnowledgeBase
from shared.errors import InputError
from shared.settings import Settings


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return open_kb(Settings())


def test_every_committed_entry_is_in_the_knowledge_base_and_towns_have_coordinates(kb: KnowledgeBase) -> None:
    rows = [*facts.entries("wikidata_places.yaml"), *facts.entries("wikidata_names.yaml")]
    assert [entry.name for _, _, entry in rows if not kb.known(entry.kb_id)] == []
    towns = [kb.record(entry.kb_id) for section, _, entry in rows if section == "towns"]
    assert [town.name for town in towns if town and (town.latitude is None or town.population < 5000)] == []


def test_no_id_is_given_twice() -> None:
    entries = [e for file in ("wikidata_places.yaml", "wikidata_names.yaml") for _, _, e in facts.entries(file)]
    idents = [entry.kb_id for entry in entries]
    assert sorted({ident for ident in idents if idents.count(ident) > 1}) == []
    assert all(re.fullmatch(r"wikidata:Q[1-9]\d*|newsgraph:[\w-]+", ident) for ident in idents)


def test_an_entry_without_a_confirmed_wikidata_id_has_an_id_of_newsgraphs_own(kb: KnowledgeBase) -> None:
    assert facts.Entry("Q84", "", "London", ()).kb_id == "wikidata:Q84"
    assert facts.Entry(facts.NO_ID, "", "Polish–Lithuanian Commonwealth", ()).kb_id == "newsgraph:polish-lithuanian-commonwealth"
    unconfirmed = [e for _, _, e in facts.entries("wikidata_places.yaml") if e.wikidata == facts.NO_ID]
    assert unconfirmed
    assert all(kb.candidates(e.name)[0].record.id.startswith(("newsgraph:", "wikidata:", "geonames:")) for e in unconfirmed)
    assert not any(section == "towns" and e.wikidata == facts.NO_ID for section, _, e in facts.entries("wikidata_places.yaml"))


def test_every_wikidata_id_has_a_source_that_confirms_it_for_that_name() -> None:
    lines = (facts.DATA / "confirmed.tsv").read_text(encoding="utf-8").splitlines()[1:]
    confirmed = {(ident, name) for ident, name, sources in (line.split("\t") for line in lines) if sources}
    entries = [e for file in ("wikidata_places.yaml", "wikidata_names.yaml") for _, _, e in facts.entries(file)]
    assert {(e.wikidata, e.name) for e in entries if e.wikidata != facts.NO_ID} == confirmed


def test_states_and_provinces_carry_the_ids_of_the_licensed_list(kb: KnowledgeBase) -> None:
    listed = {(row.code.partition("-")[0].upper(), normalise(row.name)): row for row in facts.divisions()}
    assert len(listed) == len(facts.divisions()) > 200
    for section, country, entry in facts.entries("wikidata_places.yaml"):
        row = listed.get((country, normalise(entry.name)))
        if section == "divisions" and row:
            assert entry.wikidata == row.wikidata, entry.name
    assert [row.name for row in facts.divisions() if not kb.known(f"wikidata:{row.wikidata}")] == []
    kursk = kb.candidates("Kursk Oblast")[0].record
    assert (kursk.id, kursk.kind, kursk.country) == ("wikidata:Q3178", "division", "RU")


def test_a_town_comes_before_the_division_of_its_name(kb: KnowledgeBase) -> None:
    found = [(c.record.id, c.record.kind) for c in kb.candidates("Bremen")][:2]
    assert found == [("wikidata:Q24879", "town"), ("wikidata:Q1209", "division")]


def test_countries_have_one_record_for_each_code_and_demonyms_belong_to_records(kb: KnowledgeBase) -> None:
    codes = [row["code"] for row in facts.countries() if row["code"]]
    assert len(codes) == len(set(codes)) > 230
    assert kb.country_name("FR") == "France"
    assert kb.country_name("XX") == "XX"
    for key in facts.demonyms():
        assert key in codes or kb.known(key if ":" in key else f"wikidata:{key}"), key


def test_a_new_build_removes_the_older_ones_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    folder.mkdir()
    older, other = folder / "embedded-000000000000.sqlite", folder / "own.sqlite"
    older.touch()
    other.touch()
    built = embedded_kb(tmp_path)
    assert sorted(folder.iterdir()) == sorted([built, other])
    assert embedded_kb(tmp_path) == built


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def broken() -> Iterator[tuple[Record, list[Alias]]]:
        yield Record("own:1", "One", "GPE", "town"), []
        raise InputError("no second record")

    with pytest.raises(InputError, match="second"):
        build_embedded(tmp_path / "kb.sqlite", broken())
    assert list(tmp_path.iterdir()) == []


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


def test_lists_of_leaders_become_people_with_their_offices_and_wikidata_ids(tmp_path: Path) -> None:
    head = "countryid,country,position,positionLabel,officeholder,officeholderLabel,start_year,end_year\n"
    rows = "Q142,France,Q1,Mayor of Blorp,Q900001,Ada Zorg,2001,2004\nQ142,France,Q2,Queen of Blorp,Q900001,Ada Zorg,2004,2010\n"
    known, single = "Q30,United States,Q3,President,Q76,Barack Obama,2009,2017\n", "Q142,France,Q4,King,Q900002,Zorg,1999,2000\n"
    (tmp_path / "world_leaders_2030_wikidata.csv").write_text(head + rows + known + single, encoding="utf-8")
    found = [(r.id, r.name, r.type, r.country, r.description) for r, _ in read_lists(tmp_path)]
    assert found == [("wikidata:Q900001", "Ada Zorg", "PER", "FR", "Mayor of Blorp; Queen of Blorp (2001-2010)")]
    (tmp_path / "world_leaders_2030_wikidata.csv").write_text("officeholder\nQ1\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column 'officeholderLabel'"):
        list(read_lists(tmp_path))
