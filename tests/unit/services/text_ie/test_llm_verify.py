"""Quotations and labels of a language model are believed only if text and ontology have them."""

import pytest

from services.text_ie.assembly import assemble
from services.text_ie.engines.llm.prompt import system_prompt, window_prompt, worked_examples
from services.text_ie.engines.llm.schema import Answer, answer_schema, asked_events, parse_answer
from services.text_ie.engines.llm.verify import Verified, Verifier, find_quote
from services.text_ie.engines.merging import merge_windows
from services.text_ie.engines.windows import sentences
from shared.errors import ConfigurationError
from shared.ontology import load_ontology
from shared.schemas.article import Article
from shared.schemas.text import Language, TextExtraction

_TEXT = "Rebels attacked the airport on Sunday. They burned a  hangar."
_REBELS = {"id": "e1", "type": "PER", "mentions": [{"sentence": 1, "text": "Rebels", "kind": "nominal"}]}


def _article(text: str = _TEXT) -> Article:
    return Article(article_id="a", text=text)


def _verify(answer: dict[str, object], text: str = _TEXT) -> Verified:
    article = _article(text)
    empty: dict[str, object] = {"entities": [], "events": [], "relations": []}
    return Verifier(article, load_ontology(), "llm:test").verify(Answer.model_validate(empty | answer), sentences(article), "0")


def _assembled(verified: Verified) -> TextExtraction:
    language = Language(code="en", confidence=1, model="rules:test")
    return assemble(_article(), language, merge_windows(_article(), verified.findings, "llm:test"), ())


def _attack(**changes: object) -> dict[str, object]:
    event: dict[str, object] = {
        "type": "Conflict.Attack",
        "trigger": {"sentence": 1, "text": "attacked"},
        "asserted": "asserted",
        "arguments": [{"role": "Attacker", "entity": "e1", "quote": {"sentence": 1, "text": "Rebels"}}],
        "time": {"sentence": 1, "text": "Sunday"},
    }
    return event | changes


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        ("They burned a  hangar.", "a hangar", (12, 21)),
        ("They burned a\nhangar.", "“a hangar”", (12, 20)),
        ("The theatre of the city", "the", (15, 18)),
        ("Other", "the", None),
        ("他在北京会见了总统", "北京", (2, 4)),
        ("Президент прибыл в Киев", "Киев", (19, 23)),
        ("text", "  ", None),
        ("a (b) c", "(b)", (2, 5)),
    ],
)
def test_a_quotation_is_found_as_whole_words_with_any_white_space(
    text: str, quote: str, expected: tuple[int, int] | None
) -> None:
    assert find_quote(text, quote) == expected


def test_a_verified_event_points_at_the_quoted_characters() -> None:
    result = _verify({"entities": [_REBELS], "events": [_attack()]})
    article = _article()
    parts = _assembled(result)
    event = parts.events[0]
    mentions = {m.id: m for m in parts.mentions}
    assert (event.type, mentions[event.trigger_ids[0]].text) == ("Conflict.Attack", "attacked")
    assert [(a.role, mentions[a.mention_id].text) for a in event.arguments] == [("Attacker", "Rebels")]
    assert event.time is not None
    assert event.time.mention_id is not None
    assert mentions[event.time.mention_id].text == "Sunday"
    assert all(article.quote(m.span) == m.text for m in parts.mentions)
    assert (result.dropped_quotes, result.dropped_labels) == (0, 0)


def test_a_quotation_under_the_wrong_sentence_number_is_found_in_the_window() -> None:
    result = _verify({"entities": [_REBELS], "events": [_attack(trigger={"sentence": 9, "text": "attacked"})]})
    assert result.findings.events[0].triggers[0].span.start == 7


def test_an_invented_trigger_is_dropped_and_counted() -> None:
    result = _verify({"entities": [_REBELS], "events": [_attack(trigger={"sentence": 1, "text": "bombarded"})]})
    assert not result.findings.events
    assert result.dropped_quotes == 1


def test_an_invented_mention_takes_its_entity_and_arguments_along() -> None:
    ghost = {"id": "e1", "type": "PER", "mentions": [{"sentence": 1, "text": "Napoleon", "kind": "name"}]}
    result = _verify({"entities": [ghost], "events": [_attack(time=None)]})
    assert not result.findings.mentions
    assert result.findings.events[0].arguments == ()
    assert (result.dropped_quotes, result.dropped_labels) == (1, 1)


@pytest.mark.parametrize(
    "event",
    [
        _attack(type="Conflict.Picnic", time=None),
        _attack(arguments=[{"role": "Defendant", "entity": "e1", "quote": {"sentence": 1, "text": "Rebels"}}], time=None),
        _attack(arguments=[{"role": "Place", "entity": "e1", "quote": {"sentence": 1, "text": "Rebels"}}], time=None),
        _attack(arguments=[{"role": "Attacker", "entity": "e7", "quote": {"sentence": 1, "text": "Rebels"}}], time=None),
    ],
    ids=["unknown type", "role of another type", "filler of a wrong type", "unknown entity"],
)
def test_labels_that_the_ontology_does_not_allow_are_dropped_and_counted(event: dict[str, object]) -> None:
    result = _verify({"entities": [_REBELS], "events": [event]})
    assert result.dropped_labels == 1
    assert all(not e.arguments for e in result.findings.events)


def test_relations_need_ends_of_the_right_types() -> None:
    city = {"id": "e2", "type": "GPE", "mentions": [{"sentence": 1, "text": "airport", "kind": "nominal"}]}
    rows = [
        {"type": "Physical.LocatedNear", "source": "e1", "target": "e2"},
        {"type": "Physical.LocatedNear", "source": "e2", "target": "e1"},
        {"type": "Physical.Nonsense", "source": "e1", "target": "e2"},
    ]
    result = _verify({"entities": [_REBELS, city], "relations": rows})
    assert len(result.findings.relations) == 1
    assert result.dropped_labels == 2


def test_a_pronoun_alone_is_no_entity() -> None:
    they = {"id": "e1", "type": "PER", "mentions": [{"sentence": 2, "text": "They", "kind": "pronoun"}]}
    assert not _verify({"entities": [they]}).findings.mentions


def test_pronouns_and_nouns_of_one_id_are_one_entity() -> None:
    both = _REBELS | {
        "mentions": [{"sentence": 1, "text": "Rebels", "kind": "nominal"}, {"sentence": 2, "text": "They", "kind": "pronoun"}]
    }
    parts = _assembled(_verify({"entities": [both]}))
    assert [len(e.mention_ids) for e in parts.entities] == [2]
    assert parts.entities[0].name == "Rebels"


def test_the_schema_has_the_ontologys_names_and_closes_every_object() -> None:
    ontology = load_ontology()
    schema = answer_schema(ontology, asked_events(ontology, "ace"), 60)
    text = str(schema)
    assert "Conflict.Attack" in text
    assert "Conflict.Coup" not in text
    assert "'Attacker'" in text
    assert _closed(schema)


def _closed(part: object) -> bool:
    if isinstance(part, list):
        return all(map(_closed, part))
    if not isinstance(part, dict):
        return True
    if part.get("type") == "object" and (
        part.get("additionalProperties") is not False or part["required"] != list(part["properties"])
    ):
        return False
    return all(map(_closed, part.values()))


def test_event_types_can_be_chosen_by_id_and_unknown_ids_are_named() -> None:
    ontology = load_ontology()
    assert [e.id for e in asked_events(ontology, "Life.Die, Conflict.Attack")] == ["Conflict.Attack", "Life.Die"]
    assert len(asked_events(ontology, "all")) == len(ontology.event_types)
    with pytest.raises(ConfigurationError, match=r"Conflict\.Picnic"):
        asked_events(ontology, "Conflict.Picnic")


def test_worked_examples_are_sentences_of_the_ontology_and_stand_verification() -> None:
    known = {text for event in load_ontology().event_types.values() for text in event.examples}
    for example in worked_examples():
        assert example.text in known
        article = _article(example.text)
        result = Verifier(article, load_ontology(), "llm:test").verify(example.answer, sentences(article), "0")
        assert (result.dropped_quotes, result.dropped_labels) == (0, 0)
        assert len(result.findings.events) == len(example.answer.events) == 1
        assert len(result.findings.events[0].arguments) == len(example.answer.events[0].arguments)


def test_the_prompt_defines_every_type_asked_for() -> None:
    ontology = load_ontology()
    prompt = system_prompt(ontology, asked_events(ontology, "all"))
    assert all(f"\n{name}: " in prompt for name in ontology.event_types)
    assert "AIDA" not in prompt


def test_sentences_are_numbered_on_one_line_each() -> None:
    article = Article(article_id="a", title="Fire", text="A\nb burned. C fell.")
    prompt = window_prompt(article, Language(code="en", confidence=1, model="t"), sentences(article))
    assert prompt.splitlines() == ["Language: en.", "[1] (title) Fire", "[2] A b burned.", "[3] C fell."]


@pytest.mark.parametrize("wrap", ["{}", "```json\n{}\n```", "  {}\n"])
def test_answers_are_read_with_or_without_a_fence(wrap: str) -> None:
    assert parse_answer(wrap.replace("{}", '{"entities": [], "events": [], "relations": []}')).events == ()
