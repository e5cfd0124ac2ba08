"""A knowledge base from a Wikidata dump: a small hand-written dump in the real layout, whole, interrupted, damaged."""

import bz2
import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.main import app
from services.entity_linking.knowledge.command import encoder
from services.entity_linking.knowledge.dump import Progress, build_from_dump
from services.entity_linking.knowledge.store import KnowledgeBase
from services.entity_linking.linker import MentionLinker
from shared.errors import InputError
from shared.settings import Settings

Json = dict[str, object]


def value(content: object, rank: str = "normal") -> Json:
    return {"mainsnak": {"snaktype": "value", "datavalue": {"value": content}}, "rank": rank, "type": "statement"}


def item(ident: str, label: str, of: str, description: str = "", sites: int = 3, **claims: list[Json]) -> Json:
    """An item as a line of the dump has it."""
    return {
        "type": "item",
        "id": ident,
        "labels": {"en": {"language": "en", "value": label}, "ru": {"language": "ru", "value": f"{label}-ру"}},
        "descriptions": {"en": {"language": "en", "value": description}} if description else {},
        "aliases": {"en": [{"language": "en", "value": f"{label} alias"}]},
        "claims": {"P31": [value({"entity-type": "item", "id": of})], **claims},
        "sitelinks": {f"w{n}": {"site": f"w{n}", "title": label} for n in range(sites)},
    }


ITEMS = [
    item("Q900001", "Blorphistan", "Q6256", "made-up country", 80, P297=[value("BX")]),
    item("Q900002", "Zorgville", "Q515", "capital of nowhere", 20, P17=[value({"id": "Q142"})],
         P625=[value({"latitude": 48.5, "longitude": 2.25})],
         P1082=[value({"amount": "+1200"}), value({"amount": "+99", }, "deprecated"), value({"amount": "+5300"})]),
    item("Q900003", "Ada Quux", "Q5", "explorer of caves"),
    item("Q900004", "Blue", "Q1075", "a colour, which is no entity"),
    item("Q900005", "Quux Industries", "Q4830453", "maker of pumps"),
    {"type": "item", "id": "Q900006", "labels": {"fi": {"language": "fi", "value": "Nimi"}},
     "claims": {"P31": [value({"id": "Q5"})]}},
    {"type": "item", "id": "Q900007", "labels": [], "descriptions": [], "aliases": [], "claims": [], "sitelinks": []},
]  # fmt: skip


def dump_text(items: list[Json] = ITEMS) -> str:
    return "[\n" + ",\n".join(json.dumps(row) for row in items) + "\n]\n"


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "wikidata.json.gz"
    path.write_bytes(gzip.compress(dump_text().encode()))
    return path


def test_a_dump_becomes_records_with_names_types_and_places(dump: Path, tmp_path: Path) -> None:
    done = build_from_dump(dump, tmp_path / "kb.sqlite", languages=("en", "ru"))
    assert done == Progress(lines=9, records=4, bad=0)
    kb = KnowledgeBase(tmp_path / "kb.sqlite")
    assert {k: v for k, v in kb.counts().items() if k != "aliases"} == {"GPE": 2, "PER": 1, "ORG": 1, "vectors": 0}
    town = kb.record("wikidata:Q900002")
    assert town is not None
    assert (town.kind, town.country, town.population, town.latitude, town.longitude) == ("town", "FR", 5300, 48.5, 2.25)
    assert [c.record.id for c in kb.candidates("Zorgville-ру")] == ["wikidata:Q900002"]
    assert [c.kind for c in kb.candidates("Quux Industries alias")] == ["alias"]
    country = kb.country("BX")
    assert country is not None
    assert country.prior > town.prior
    assert not kb.known("wikidata:Q900004")
    assert not kb.known("wikidata:Q900006")
    assert "Wikidata (CC0)" in kb.facts()["sources"]


def test_bz2_and_plain_dumps_give_the_same(dump: Path, tmp_path: Path) -> None:
    (tmp_path / "d.json.bz2").write_bytes(bz2.compress(dump_text().encode()))
    (tmp_path / "d.json").write_text(dump_text())
    counts = []
    for name in ("d.json.bz2", "d.json"):
        build_from_dump(tmp_path / name, tmp_path / f"{name}.sqlite")
        counts.append(KnowledgeBase(tmp_path / f"{name}.sqlite").counts())
    assert counts[0] == counts[1]


def test_an_interrupted_build_goes_on_where_it_was(dump: Path, tmp_path: Path) -> None:
    out = tmp_path / "kb.sqlite"
    seen: list[int] = []

    def interrupt(progress: Progress) -> None:
        seen.append(progress.lines)
        if progress.lines >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_from_dump(dump, out, report=interrupt, every=2)
    assert not out.exists()
    again: list[int] = []
    done = build_from_dump(dump, out, report=lambda p: again.append(p.lines), every=2)
    assert (seen, again) == ([2, 4], [6, 8, 9])
    assert done == Progress(lines=9, records=4, bad=0)
    whole = build_from_dump(dump, tmp_path / "whole.sqlite")
    assert whole.records == done.records
    assert KnowledgeBase(out).counts() == KnowledgeBase(tmp_path / "whole.sqlite").counts()


def test_a_build_is_not_continued_from_another_dump(dump: Path, tmp_path: Path) -> None:
    out = tmp_path / "kb.sqlite"

    def stop(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_from_dump(dump, out, report=stop, every=2)
    other = tmp_path / "other.json"
    other.write_text(dump_text())
    with pytest.raises(InputError, match=r"was begun from wikidata\.json\.gz"):
        build_from_dump(other, out)


def test_a_dump_that_ends_early_says_so_and_can_be_completed(dump: Path, tmp_path: Path) -> None:
    whole = dump.read_bytes()
    dump.write_bytes(whole[: len(whole) - 20])
    with pytest.raises(InputError, match="ends early"):
        build_from_dump(dump, tmp_path / "kb.sqlite", every=1)
    dump.write_bytes(whole)
    assert build_from_dump(dump, tmp_path / "kb.sqlite", every=1).records == 4


def test_lines_that_are_no_json_are_counted_and_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text(dump_text().replace("[\n", '[\n{"type": "item", "id\n', 1))
    assert build_from_dump(path, tmp_path / "kb.sqlite") == Progress(lines=10, records=4, bad=1)


def test_an_unfinished_file_is_refused(dump: Path, tmp_path: Path) -> None:
    from shared.errors import ConfigurationError

    def stop(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_from_dump(dump, tmp_path / "kb.sqlite", report=stop, every=2)
    with pytest.raises(ConfigurationError, match="unfinished"):
        KnowledgeBase(tmp_path / "kb.sqlite.part")


def test_vectors_of_descriptions_find_records_by_meaning_and_serve_the_linker(dump: Path, tmp_path: Path) -> None:
    minilm = encoder(Settings())
    build_from_dump(dump, tmp_path / "kb.sqlite", encoder=minilm)
    kb = KnowledgeBase(tmp_path / "kb.sqlite")
    assert kb.counts()["vectors"] == 4
    nearest = kb.nearest(minilm.encode(["a company that makes water pumps"])[0], 2)
    assert nearest[0][1].id == "wikidata:Q900005"
    assert nearest[0][0] > nearest[1][0]
    assert MentionLinker(kb, minilm).link("Ada Quux went to Blorphistan.", [(0, 8), (17, 28)]) == [
        "wikidata:Q900003",
        "wikidata:Q900001",
    ]


def test_the_command_builds_describes_and_searches(dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runner, out = CliRunner(), tmp_path / "own.sqlite"
    built = runner.invoke(app, ["kb", "build", "--from", "wikidata-dump", str(dump), "--out", str(out), "--json"])
    assert built.exit_code == 0, built.output
    assert json.loads(built.stdout) == {"path": str(out), "records": 4, "lines": 9, "bad_lines": 0}
    monkeypatch.setenv("NEWSGRAPH_KB", str(out))
    info = runner.invoke(app, ["kb", "info", "--json"])
    assert json.loads(info.stdout)["GPE"] == 2
    found = runner.invoke(app, ["kb", "find", "Zorgvile", "--json"])
    assert json.loads(found.stdout)[0]["id"] == "wikidata:Q900002"
    assert "Zorgville" in runner.invoke(app, ["kb", "find", "Zorgville"]).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["kb", "build", "--from", "wikidata-dump"], "name the dump"),
        (["kb", "build", "--from", "elsewhere"], "--from is wikidata-dump"),
        (["kb", "build", "--from", "wikidata-dump", "none.json"], "no such dump"),
    ],
)
def test_a_wrong_command_says_what_to_change(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == 1
    assert message in json.loads(result.stdout)["error"]
