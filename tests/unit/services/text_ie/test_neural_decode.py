"""Decoding of hand-made logits: names, nominal heads, pronouns, triggers, and what the ontology lets fill a role."""

import numpy as np
import pytest

from services.text_ie.english.network.arguments import _allowed as roles_allowed
from services.text_ie.english.network.decode import TagDecoder, TriggerDecoder, joined, softmax
from services.text_ie.english.network.insight import Decoder
from services.text_ie.english.network.labels import Labels, event_names, group_names, relation_names, role_names, tag_names
from services.text_ie.english.network.model import Encoding
from services.text_ie.english.network.relations import _allowed as relations_allowed
from services.text_ie.english.network.word_mentions import WordMention, by_word
from services.text_ie.english.network.words import Word

pytestmark = pytest.mark.unit


def labels(**changes: object) -> Labels:
    values: dict[str, object] = {
        "tags": tag_names(), "events": event_names(), "groups": group_names(), "roles": role_names(),
        "relations": relation_names(), "role_paths": (), "relation_paths": (),
    }  # fmt: skip
    return Labels.model_validate(values | changes)


def reading(
    tags: list[dict[str, float]], events: list[dict[str, float]] | None = None, heads: list[int] | None = None
) -> Encoding:
    """A reading of one sentence from logits by name, 0 where none is given."""
    count = len(tags)
    words = [Word("w", "w", "w", "NOUN", "NN", "dep", heads[n] if heads else n, 0) for n in range(count)]
    tag_rows = np.array([[row.get(name, 0.0) for name in tag_names()] for row in tags], dtype=np.float32)
    event_rows = [[row.get(name, 0.0) for name in event_names()] for row in events or [{}] * count]
    vectors, window = np.zeros((count, 4), dtype=np.float32), np.zeros(count, dtype=np.int32)
    return Encoding(words, vectors, tag_rows, np.array(event_rows, dtype=np.float32), window)


def names(seen: Encoding, breaks: tuple[int, ...] = ()) -> list[tuple[int, int, str]]:
    decoder = TagDecoder(labels())
    return [(g.start, g.end, g.type) for g in decoder.names(decoder.probabilities(seen), breaks)]


def test_a_name_runs_from_its_beginning_through_its_inside() -> None:
    assert names(reading([{"O": 9}, {"B-PER": 9}, {"I-PER": 9}, {"O": 9}])) == [(1, 3, "PER")]


def test_two_names_side_by_side_stay_two() -> None:
    assert names(reading([{"B-GPE": 9}, {"B-PER": 9}, {"I-PER": 9}])) == [(0, 1, "GPE"), (1, 3, "PER")]


def test_a_name_that_only_has_an_inside_is_still_a_name() -> None:
    assert names(reading([{"O": 9}, {"I-ORG": 9}])) == [(1, 2, "ORG")]


def test_types_that_share_the_mass_make_a_name_and_the_words_vote_on_its_type() -> None:
    seen = reading([{"B-ORG": 5, "B-GPE": 5.5, "O": 5.6}, {"I-ORG": 9}])
    assert names(seen) == [(0, 2, "ORG")]


def test_no_name_runs_over_a_sentence_end() -> None:
    assert names(reading([{"B-PER": 9}, {"I-PER": 9}]), breaks=(1,)) == [(0, 1, "PER"), (1, 2, "PER")]


def test_nominal_heads_and_pronouns_have_their_own_tags() -> None:
    decoder = TagDecoder(labels())
    tags = decoder.probabilities(reading([{"N-VEH": 9}, {"P-PER": 9}, {"O": 9}]))
    assert [(g.start, g.type) for g in decoder.heads(tags)] == [(0, "VEH")]
    assert [(g.start, g.type) for g in decoder.pronouns(tags)] == [(1, "PER")]


def test_temperature_lowers_confidence_and_thresholds_drop_names() -> None:
    seen = reading([{"B-PER": 6, "O": 4}])
    plain, warm = TagDecoder(labels()), TagDecoder(labels(temperatures={"tags": 3.0}, thresholds={"names": 0.3}))
    sure, unsure = (d.names(d.probabilities(seen))[0].confidence for d in (plain, warm))
    assert unsure < sure
    strict = TagDecoder(labels(thresholds={"names": 0.99}))
    assert strict.names(strict.probabilities(seen)) == []


def test_the_subtypes_of_a_group_add_up_to_a_trigger_and_the_best_of_them_is_its_type() -> None:
    split = {"Conflict.Attack": 5, "Conflict.Attack.Bombing": 5.5, "Conflict.Attack.Stabbing": 5, "none": 5.9}
    found = TriggerDecoder(labels()).triggers(reading([{}], [split]))
    assert [(t.word, t.type) for t in found] == [(0, "Conflict.Attack.Bombing")]
    assert found[0].confidence > 0.5


def test_a_trigger_needs_the_least_probability_of_its_group() -> None:
    seen = reading([{}], [{"Life.Die": 6, "none": 5}])
    assert TriggerDecoder(labels()).triggers(seen)
    assert not TriggerDecoder(labels(thresholds={"events_supported": 0.95})).triggers(seen)


def test_neighbouring_trigger_words_of_one_phrase_are_one_trigger_at_its_head() -> None:
    attack = {"Conflict.Attack": 12.0}
    together = reading([{}, {}], [attack, attack], heads=[1, 1])
    apart = reading([{}, {}], [attack, attack], heads=[0, 1])
    decoder = TriggerDecoder(labels())
    assert [t.word for t in joined(decoder.triggers(together), together)] == [1]
    assert [t.word for t in joined(decoder.triggers(apart), apart)] == [0, 1]


def test_an_insight_is_cut_into_paragraphs_that_count_from_their_own_first_word() -> None:
    seen = reading([{"B-PER": 9}, {"O": 9}, {"O": 9}, {"N-VEH": 9}], [{}, {"Life.Die": 12}, {}, {}])
    whole = Decoder(labels()).insight(seen)
    first, second = whole.part(0, 1), whole.part(1, 4)
    assert [g.start for g in first.names] == [0]
    assert not second.names
    assert [g.start for g in second.heads] == [2]
    assert [t.word for t in second.triggers] == [0]


def test_roles_are_masked_by_event_type_and_filler_and_an_unsure_filler_may_fill_all() -> None:
    def open_roles(kind: str, entity: str) -> set[str]:
        return {role for role, ok in zip(role_names(), roles_allowed(kind, entity, role_names()), strict=True) if ok}

    assert "Instrument" in open_roles("Conflict.Attack", "WEA")
    assert "Attacker" not in open_roles("Conflict.Attack", "WEA")
    assert "Defendant" not in open_roles("Conflict.Attack", "PER")
    assert {"Attacker", "Instrument", "Place"} <= open_roles("Conflict.Attack", "")
    assert "none" in open_roles("Conflict.Attack", "CRIME")


def test_relations_are_masked_by_the_types_of_both_ends() -> None:
    def open_relations(source: str, target: str) -> set[str]:
        mask = relations_allowed(source, target, relation_names())
        return {name for name, ok in zip(relation_names(), mask, strict=True) if ok}

    assert "PersonalSocial.Family" in open_relations("PER", "PER")
    assert "PersonalSocial.Family" not in open_relations("PER", "GPE")
    assert "none" in open_relations("WEA", "TIME")


def test_one_mention_a_head_word_goes_to_the_pair_heads_the_longest_and_no_value_before_a_name() -> None:
    long = WordMention(0, 3, 1, 4, "nominal", "PER", 0.9)
    short, title = WordMention(1, 3, 3, 4, "nominal", "PER", 0.9), WordMention(2, 3, 0, 4, "value", "TITLE", 0.9)
    assert by_word([title, short, long]) == [long]


def test_softmax_adds_up_to_one_for_large_logits() -> None:
    assert softmax(np.array([[1000.0, 1000.0]], dtype=np.float32)).tolist() == [[0.5, 0.5]]


def test_a_noun_below_the_threshold_is_no_head() -> None:
    found = Decoder(labels()).insight(reading([{"N-VEH": 4, "O": 6}, {"N-PER": 9}, {"O": 12}]))
    assert [(g.start, g.type) for g in found.heads] == [(1, "PER")]
