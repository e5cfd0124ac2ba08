"""Readers of event corpora, on small hand-written files of each layout and on the published files where there are any."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab.corpora import famus, geneva, m2e2, maven, meantime, rams, voa, wikievents
from lab.corpora.document import GoldDocument, GoldEvent
from lab.corpora.event_labels import ace_type, m2e2_type
from lab.corpora.mapped_events import dropped_roles, unmapped_labels
from shared.errors import InputError
from shared.ontology import load_ontology
from tests.corpora import DATA
from tests.unit.lab.corpora.event_layouts import MEANTIME, RAMS, REBUILT, WIKIEVENTS

Reader = Callable[[Path], Iterator[GoldDocument]]


def _lines(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return path


def _one(reader: Reader, path: Path) -> GoldDocument:
    documents = list(reader(path))
    assert len(documents) == 1
    return documents[0]


def _roles(document: GoldDocument, event: GoldEvent) -> set[tuple[str, str]]:
    texts = {mention.id: document.text[mention.start : mention.end] for mention in document.mentions}
    return {(argument.role, texts[argument.mention_id]) for argument in event.arguments}


def _trigger(document: GoldDocument, event: GoldEvent) -> str:
    return document.text[event.start : event.end]


def test_wikievents_keeps_sentences_apart_and_arguments_across_them(tmp_path: Path) -> None:
    document = _one(wikievents.read, _lines(tmp_path / "dev.jsonl", WIKIEVENTS))
    assert document.text == "Rebels shelled Aldova.\nMayor Ilic fled to Brenna."
    assert [document.text[start:end] for start, end in document.sentences] == [
        "Rebels shelled Aldova.",
        "Mayor Ilic fled to Brenna.",
    ]
    assert [document.text[start:end] for start, end in document.words] == WIKIEVENTS["tokens"]
    attack = document.events[0]
    assert _trigger(document, attack) == "shelled"
    assert _roles(document, attack) == {("Attacker", "Rebels"), ("Place", "Brenna")}
    assert ace_type(attack.types) == "Conflict:Attack"
    assert "coreference" not in document.layers


def test_who_moves_alone_is_the_artifact_and_unknown_roles_are_counted(tmp_path: Path) -> None:
    document = _one(wikievents.read, _lines(tmp_path / "dev.jsonl", WIKIEVENTS))
    fled = document.events[1]
    # a Topic stands beside the mover, so it is not sure that nobody else moves: the role stays Agent
    assert ("Agent", "Ilic") in _roles(document, fled)
    assert dropped_roles([document]) == {"Movement.Transportation.Unspecified/Topic": 1}
    alone = json.loads(json.dumps(WIKIEVENTS))
    del alone["event_mentions"][1]["arguments"][2]
    document = _one(wikievents.read, _lines(tmp_path / "dev.jsonl", alone))
    assert _roles(document, document.events[1]) == {("Artifact", "Ilic"), ("Destination", "Brenna")}


def test_unsure_labels_are_masked_and_foreign_labels_are_true_negatives(tmp_path: Path) -> None:
    document = _one(wikievents.read, _lines(tmp_path / "dev.jsonl", WIKIEVENTS))
    assert [document.text[start:end] for start, end in document.masked] == ["to"]
    assert unmapped_labels([document]) == {"Life.Consume.Unspecified": 1}


def test_mention_kinds_are_guessed_only_where_spelling_tells(tmp_path: Path) -> None:
    document = _one(wikievents.read, _lines(tmp_path / "dev.jsonl", WIKIEVENTS))
    assert {mention.id: mention.kind for mention in document.mentions} == {
        "T1": "",
        "T2": "name",
        "T3": "name",
        "T4": "name",
        "T5": "nominal",
    }
    assert {mention.id: mention.types for mention in document.mentions}["T5"] == ()


def test_clusters_come_from_the_file_beside(tmp_path: Path) -> None:
    _lines(tmp_path / "coref_dev.jsonlines", {"doc_key": "d1", "clusters": [["T1", "T3"]], "informative_mentions": [["T1"]]})
    document = _one(wikievents.read, _lines(tmp_path / "dev.jsonl", WIKIEVENTS))
    clusters = {mention.id: mention.cluster for mention in document.mentions}
    assert clusters["T1"] == clusters["T3"] is not None
    assert clusters["T2"] is None
    assert "coreference" in document.layers


def test_rebuilt_wikievents_masks_guessed_triggers_and_drops_doubtful_arguments(tmp_path: Path) -> None:
    document = _one(wikievents.read, _lines(tmp_path / "rebuilt.jsonl", REBUILT))
    assert [_trigger(document, event) for event in document.events] == ["held"]
    assert [document.text[start:end] for start, end in document.masked] == ["blast", "blast"]
    assert _roles(document, document.events[0]) == {("Agent", "Police"), ("Place", "nine")}
    assert document.layers == {"events", "arguments"}


def test_mentions_without_a_type_may_be_what_their_role_allows(tmp_path: Path) -> None:
    document = _one(wikievents.read, _lines(tmp_path / "rebuilt.jsonl", REBUILT))
    types = {document.text[mention.start : mention.end]: mention.types for mention in document.mentions}
    assert "PER" in types["Police"]
    assert "FAC" not in types["Police"]
    assert set(types["nine"]) == {"FAC", "GPE", "LOC"}


@pytest.mark.parametrize("packed", [False, True])
def test_rams_reads_plain_and_packed_files(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / ("dev.jsonlines.gz" if packed else "dev.jsonlines")
    path.write_bytes(gzip.compress(json.dumps(RAMS).encode()) if packed else json.dumps(RAMS).encode())
    document = _one(rams.read, tmp_path)
    assert document.text == "He left. The minister flew to Oslo."
    assert _roles(document, document.events[0]) == {("Artifact", "The minister"), ("Destination", "Oslo")}
    assert document.layers == {"arguments"}, "only one event of the text is marked"
    assert document.events[0].types == ("Movement.TransportPerson", "Movement.TransportPerson.SelfMotion")


def test_maven_maps_masks_and_keeps_negatives_by_label_and_trigger_word(tmp_path: Path) -> None:
    row = {
        "tokens": ["The", "election", "followed", "a", "hurricane", ",", "a", "crash", "and", "the", "siege", "."],
        "events": [[1, 2, "Choosing"], [2, 3, "Motion"], [4, 5, "Catastrophe"], [7, 8, "Catastrophe"], [10, 11, "Besieging"]],
    }
    document = _one(maven.read, _lines(tmp_path / "maven_part_full.jsonl", row))
    found = {_trigger(document, event): event.types for event in document.events}
    assert ace_type(found["election"]) == "Personnel:Elect"
    assert found["hurricane"] == ()
    assert "Disaster.AccidentCrash" in found["crash"]
    assert ace_type(found["siege"]) == "Conflict:Attack"
    assert [document.text[start:end] for start, end in document.masked] == ["followed"]


def test_maven_files_with_one_class_a_sentence_promise_no_layer(tmp_path: Path) -> None:
    row = {"tokens": ["They", "attacked", "."], "events": [[1, 2, "Attack"]]}
    assert _one(maven.read, _lines(tmp_path / "maven_part_partial_labels.jsonl", row)).layers == frozenset()
    assert _one(maven.read, _lines(tmp_path / "maven_part_full.jsonl", row)).layers == {"events"}


def _caption(number: int, tokens: list[str], in_m2e2: bool = False) -> dict[str, object]:
    argument = {"role": "Person", "text": "She", "entity": ":E1", "span": [0, 1]}
    outside = {"role": "Origin", "text": "Rome", "entity": ":E2"}
    event = {"id": "V1", "type": "Movement.TransportPerson", "trigger": [1, 2], "trigger_text": "walks"}
    arguments = {"arguments": [argument, outside]}
    return {"caption_id": f"c{number}", "tokens": tokens, "events": [event | arguments], "image_urls": [], "in_m2e2": in_m2e2}


def test_voa_leaves_out_m2e2_articles_and_repeats_and_cleans_markup(tmp_path: Path) -> None:
    marked = ["She", "walks", "<span", 'style="color:blue">out</span>', "of", "the", "court", "."]
    other = ["She", "walks", "home", "."]
    path = _lines(
        tmp_path / "voa_captions_silver.jsonl", _caption(1, marked), _caption(2, other, in_m2e2=True), _caption(3, marked)
    )
    document = _one(voa.read, path)
    assert document.text == "She walks out of the court."
    assert _trigger(document, document.events[0]) == "walks out"
    assert _roles(document, document.events[0]) == {("Artifact", "She")}
    assert document.weight == pytest.approx(0.4)


def _m2e2_sentence(number: int, start: int, text: str, words: list[str]) -> dict[str, object]:
    index, at = [], 0
    for word in words:
        at = text.index(word, at)
        index.append([str(start + at), str(start + at + len(word) - 1)])
        at += len(word)
    marks: dict[str, object] = {"golden-entity-mentions": [], "golden-event-mentions": []}
    place = {"sentence_id": f"VOA_1_{number}", "sentence_start": start, "sentence_end": start + len(text) - 1}
    return {**place, "sentence": text[:-1], "words": words, "index": index, "image": [f"VOA_1_{number}.jpg"], **marks}


def test_m2e2_makes_one_document_an_article_with_both_files(tmp_path: Path) -> None:
    first = _m2e2_sentence(0, 0, "Troops met aides.", ["Troops", "met", "aides", "."])
    second = _m2e2_sentence(1, 18, 'They said "go."', ["They", "said", '"', "go", ".", '"'])
    mention = {"entity-type": "PER", "start": 0, "end": 1, "text": "Troops"}
    entity = {"role": "Entity", "start": 0, "end": 1, "text": "Troops"}
    event = {"event_type": "Contact:Meet", "trigger": {"start": 1, "end": 2, "text": "met"}, "arguments": [entity]}
    (tmp_path / "text_only_event.json").write_text(json.dumps([second, first]), encoding="utf-8")
    both = [first | {"golden-entity-mentions": [mention], "golden-event-mentions": [event]}]
    (tmp_path / "text_multimedia_event.json").write_text(json.dumps(both), encoding="utf-8")
    document = _one(m2e2.read, tmp_path)
    assert document.text == 'Troops met aides.\nThey said "go."'
    assert [document.text[start:end] for start, end in document.sentences] == ["Troops met aides.", 'They said "go."']
    assert [document.text[start:end] for start, end in document.words][-3:] == ["go", ".", '"']
    assert [(event.label, _trigger(document, event)) for event in document.events] == [("Contact:Meet", "met")]
    assert m2e2_type(document.events[0].types) == "Contact:Meet"
    assert _roles(document, document.events[0]) == {("Entity", "Troops")}
    assert [mention.types for mention in document.mentions] == [("PER",)]


def test_geneva_phrases_have_heads_and_sentences_come_once(tmp_path: Path) -> None:
    row = {
        "wnd_id": "g1",
        "tokens": ["Raiders", "attacked", "the", "village", "of", "Orlen", "with", "clubs", "."],
        "entity_mentions": [
            {"id": "a", "start": 0, "end": 1},
            {"id": "b", "start": 2, "end": 6},
            {"id": "c", "start": 6, "end": 8},
        ],
        "event_mentions": [
            {
                "id": "e1",
                "event_type": "Attack",
                "trigger": {"start": 1, "end": 2, "text": "attacked"},
                "arguments": [
                    {"entity_id": "a", "role": "Assailant", "text": "Raiders"},
                    {"entity_id": "b", "role": "Victim", "text": "the village of Orlen"},
                    {"entity_id": "c", "role": "Means", "text": "with clubs"},
                ],
            }
        ],
    }
    _lines(tmp_path / "data_val.json", row, row)
    (tmp_path / "data_lr.json.gz").write_bytes(gzip.compress(json.dumps(row).encode()))
    document = _one(geneva.read, tmp_path)
    assert _roles(document, document.events[0]) == {("Attacker", "Raiders"), ("Target", "the village of Orlen")}
    assert dropped_roles([document]) == {"Attack/Means": 1}
    heads = {document.text[mention.head[0] : mention.head[1]] for mention in document.mentions if mention.head}
    assert heads == {"Raiders", "village"}


def test_famus_gives_examples_of_known_frames_only(tmp_path: Path) -> None:
    tokens = ["He", "was", "pardoned", "by", "the", "king", "."]
    rows = [
        {"frame": frame, "trigger": ["pardoned", 7, 14, 2, 2], "tokens": tokens} for frame in ("Pardon", "Daydreaming", "Arrest")
    ]
    documents = list(famus.read(_lines(tmp_path / "reports_frames.jsonl", *rows)))
    assert [ace_type(document.events[0].types) for document in documents] == ["Justice:Pardon", "Justice:Arrest-Jail"]
    assert {document.layers for document in documents} == {frozenset()}


def test_meantime_clusters_are_the_corpus_instances_and_events_have_factuality(tmp_path: Path) -> None:
    (tmp_path / "corpus_gm").mkdir()
    (tmp_path / "corpus_gm" / "7_resigns.xml").write_text(MEANTIME, encoding="utf-8")
    document = _one(meantime.read, tmp_path)
    assert (document.id, document.topic, document.text) == ("7_resigns", "corpus_gm", "Orlen may resign\nShe left")
    assert [(mention.kind, mention.cluster, mention.types) for mention in document.mentions] == [
        ("name", "PER1", ("PER",)),
        ("pronoun", "PER1", ("PER",)),
    ]
    assert [(_trigger(document, event), event.asserted) for event in document.events] == [
        ("resign", "uncertain"),
        ("left", "asserted"),
    ]
    assert len({event.cluster for event in document.events}) == 1


def test_a_file_that_is_no_meantime_xml_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.xml").write_text("<Document><token>", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.xml"):
        list(meantime.read(tmp_path))


@pytest.mark.parametrize("reader", [wikievents.read, rams.read, maven.read, voa.read, m2e2.read, geneva.read, famus.read])
def test_an_empty_folder_says_which_files_are_wanted(tmp_path: Path, reader: Reader) -> None:
    with pytest.raises(InputError, match="give a file or a folder that holds"):
        list(reader(tmp_path))


@pytest.mark.parametrize(
    ("reader", "folder"),
    [
        (wikievents.read, "wikievents"),
        (wikievents.read, "wikievents_train"),
        (rams.read, "rams"),
        (maven.read, "maven_part"),
        (voa.read, "voa_captions_silver"),
        (m2e2.read, "m2e2"),
        (geneva.read, "geneva"),
        (famus.read, "famus"),
        (meantime.read, "meantime"),
    ],
)
def test_published_files_give_whole_words_and_known_roles(reader: Reader, folder: str) -> None:
    if not (DATA / folder).is_dir():
        pytest.skip(f"no {folder} in {DATA}: set NEWSGRAPH_DATA to a folder that holds it")
    known = load_ontology().event_types
    documents = [document for _, document in zip(range(200), reader(DATA / folder), strict=False)]
    assert documents
    for document in documents:
        starts, ends = {word[0] for word in document.words}, {word[1] for word in document.words}
        mentions = {mention.id for mention in document.mentions}
        spans = [(mention.start, mention.end) for mention in document.mentions]
        spans += [(event.start, event.end) for event in document.events]
        assert {start for start, _ in spans} <= starts
        assert {end for _, end in spans} <= ends
        for event in document.events:
            assert {argument.mention_id for argument in event.arguments} <= mentions
            for argument in event.arguments:
                assert any(known[type_id].role(argument.role) for type_id in event.types)
