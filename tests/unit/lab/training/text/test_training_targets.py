"""From annotated documents to training rows: what is marked is learned, what nobody marked is left open."""

import pytest

from lab.corpora.document import (
    GoldArgument,
    GoldDocument,
    GoldEvent,
    GoldMention,
    GoldRelation,
    Kind,
    Layer,
)  # fmt: skip
from lab.training.text.event_pairs import topic_pairs
from lab.training.text.pairs import coreference_rows, fillers, relation_pairs, role_pairs, role_rows
from lab.training.text.parsed import Parsed, parse_all
from lab.training.text.targets import word_targets
from services.text_ie.english.network.features import PairFeatures
from services.text_ie.english.network.labels import event_names, group_names, relation_names, role_names, tag_names
from services.text_ie.english.parse.spacy_parser import MODEL, SpacyParser
from services.text_ie.lexicon import load_lexicon
from shared.settings import Settings
from shared.weights import Weights

pytestmark = pytest.mark.unit
TEXT = "The rebels of Ilmar attacked a convoy near the bridge on Monday. Anna Brod, their leader, praised the attack."
EVERY_EVENT = tuple(range(len(event_names())))
ALL = frozenset({"PER", "ORG", "GPE", "LOC", "FAC", "VEH", "WEA"})


@pytest.fixture(scope="module")
def parser() -> SpacyParser:
    return SpacyParser(Weights(Settings().models_file).path(MODEL))


def mention(ident: str, words: str, kind: Kind, *types: str, cluster: str | None = None) -> GoldMention:
    start = TEXT.index(words)
    return GoldMention(ident, start, start + len(words), types, kind=kind, cluster=cluster)


def event(ident: str, word: str, *types: str, arguments: tuple[GoldArgument, ...] = (), cluster: str | None = None) -> GoldEvent:
    start = TEXT.rindex(word)
    return GoldEvent(ident, start, start + len(word), types, arguments=arguments, cluster=cluster)


MENTIONS = (
    mention("m1", "The rebels of Ilmar", "nominal", "PER", cluster="c1"),
    mention("m2", "Ilmar", "name", "GPE"),
    mention("m3", "a convoy", "nominal", "VEH"),
    mention("m4", "Anna Brod", "name", "PER", cluster="c2"),
    mention("m5", "their leader", "nominal", "PER", cluster="c2"),
    mention("m6", "their", "pronoun", "PER", cluster="c1"),
    mention("m7", "Monday", "name", "TIME"),
)
ATTACK = event(
    "e1", "attacked", "Conflict.Attack.Bombing", arguments=(GoldArgument("Attacker", "m1"), GoldArgument("Target", "m3"))
)


def document(*layers: Layer, **changes: object) -> GoldDocument:
    values: dict[str, object] = {"mentions": MENTIONS, "events": (ATTACK,)}
    return GoldDocument("d1", TEXT, layers=frozenset(layers), **(values | changes))  # type: ignore[arg-type]


def parsed(parser: SpacyParser, gold: GoldDocument) -> Parsed:
    return next(iter(parse_all([gold], parser)))


def word(made: Parsed, text: str) -> int:
    return next(number for number, seen in enumerate(made.words) if seen.text == text)


def tags(*names: str) -> tuple[int, ...]:
    return tuple(tag_names().index(name) for name in names)


def test_words_stand_at_the_characters_that_they_quote(parser: SpacyParser) -> None:
    made = parsed(parser, document("names"))
    assert [TEXT[a:b] for a, b in made.characters] == [seen.text for seen in made.words]
    assert [made.words[n].text for n in made.covered(*made.characters[word(made, "Brod")])] == ["Brod"]


def test_the_head_of_a_mention_is_its_syntactic_head_or_the_one_that_is_marked(parser: SpacyParser) -> None:
    made = parsed(parser, document("names"))
    rebels = MENTIONS[0]
    covered = made.covered(rebels.start, rebels.end)
    assert made.head_of(rebels, covered) == word(made, "rebels")
    marked = GoldMention("m", rebels.start, rebels.end, ("GPE",), head=(MENTIONS[1].start, MENTIONS[1].end))
    assert made.head_of(marked, covered) == word(made, "Ilmar")


def test_names_nominals_and_pronouns_get_their_tags(parser: SpacyParser) -> None:
    made = parsed(parser, document("names", "nominals", "pronouns"))
    targets = word_targets(made, ALL)
    assert targets.tags[word(made, "Ilmar")] == tags("B-GPE")
    assert [targets.tags[word(made, text)] for text in ("Anna", "Brod")] == [tags("B-PER"), tags("I-PER")]
    assert targets.tags[word(made, "rebels")] == tags("N-PER")
    assert targets.tags[word(made, "convoy")] == tags("N-VEH")
    assert targets.tags[word(made, "their")] == tags("P-PER")
    assert targets.tags[word(made, "Monday")] == tags("B-TIME"), "values are learned from the parser's own"
    assert word(made, "bridge") not in targets.tags
    assert tag_names().index("O") in targets.tag_default


def test_where_only_names_are_marked_a_word_without_one_may_still_be_a_nominal_or_a_pronoun(parser: SpacyParser) -> None:
    default = word_targets(parsed(parser, document("names")), ALL).tag_default
    assert set(tags("O", "N-PER", "N-CRIME", "P-GPE")) <= set(default)
    assert not set(tags("B-PER", "I-GPE")) & set(default)


def test_types_that_a_corpus_never_marks_stay_open(parser: SpacyParser) -> None:
    default = word_targets(parsed(parser, document("names", "nominals", "pronouns")), frozenset({"PER", "ORG"})).tag_default
    assert set(tags("B-WEA", "N-VEH", "P-GPE")) <= set(default)
    assert not set(tags("B-PER", "N-ORG", "P-PER")) & set(default)


def test_without_entity_layers_any_tag_is_allowed_and_without_events_any_event(parser: SpacyParser) -> None:
    made = parsed(parser, document("events"))
    assert word_targets(made, ALL).tag_default == tuple(range(len(tag_names())))
    assert word_targets(made, ALL).event_default == (0,)
    other = word_targets(parsed(parser, document("names", events=())), ALL)
    assert other.event_default == EVERY_EVENT


def test_a_label_of_several_types_allows_all_of_them(parser: SpacyParser) -> None:
    place = (mention("m2", "Ilmar", "name", "GPE", "LOC", "FAC"),)
    made = parsed(parser, document("names", mentions=place, events=()))
    assert word_targets(made, ALL).tags[word(made, "Ilmar")] == tags("B-GPE", "B-LOC", "B-FAC")


def test_triggers_allow_their_types_and_foreign_ones_are_none(parser: SpacyParser) -> None:
    praise = event("e2", "praised")
    made = parsed(parser, document("events", events=(ATTACK, praise)))
    events = word_targets(made, ALL).events
    assert events[word(made, "attacked")] == (event_names().index("Conflict.Attack.Bombing"),)
    assert events[word(made, "praised")] == (0,)
    assert word(made, "convoy") not in events


def test_masked_words_allow_everything(parser: SpacyParser) -> None:
    start = TEXT.rindex("attack")
    made = parsed(parser, document("names", "events", masked=((start, start + 6),)))
    targets, at = word_targets(made, ALL), word(made, "attack")
    assert targets.events[at] == EVERY_EVENT
    assert targets.tags[at] == tuple(range(len(tag_names())))


def test_fillers_are_nouns_that_modify_no_other_noun(parser: SpacyParser) -> None:
    made = parsed(parser, document("names"))
    words = {made.words[n].text for n in fillers(made)}
    assert {"rebels", "Ilmar", "convoy", "bridge", "Brod", "leader"} <= words
    assert not {"Anna", "attacked", "near"} & words


def test_role_pairs_hold_the_gold_fillers_and_negatives_of_the_sentence(parser: SpacyParser) -> None:
    made = parsed(parser, document("events", "arguments"))
    rows = {made.words[filler].text: allowed for _, trigger, filler, allowed in role_pairs(made)}
    assert rows["rebels"] == (role_names().index("Attacker"),)
    assert rows["convoy"] == (role_names().index("Target"),)
    assert rows["bridge"] == rows["Ilmar"] == rows["Monday"] == (0,)
    assert "attacked" not in rows


def test_a_role_that_no_type_of_the_group_has_is_no_negative(parser: SpacyParser) -> None:
    odd = event("e1", "attacked", "Conflict.Attack.Bombing", arguments=(GoldArgument("Defendant", "m1"),))
    made = parsed(parser, document("events", "arguments", events=(odd,)))
    assert word(made, "rebels") not in {filler for _, _, filler, _ in role_pairs(made)}


def test_roles_are_learned_only_where_arguments_are_marked(parser: SpacyParser) -> None:
    assert not list(role_pairs(parsed(parser, document("events"))))


def test_role_rows_name_the_group_of_the_event(parser: SpacyParser) -> None:
    features = PairFeatures((), len(group_names()))
    rows = role_rows(parsed(parser, document("events", "arguments")), features)
    group = features.size - len(group_names()) + group_names().index("Conflict.Attack")
    assert rows.left
    assert len(rows.left) == len(rows.right) == len(rows.allowed) == len(rows.features)
    assert all(row[-1] == group for row in rows.features)


def test_related_entities_are_pairs_in_the_marked_direction_only(parser: SpacyParser) -> None:
    kinds = [kind for kind in relation_names() if kind != "none"]
    relation = GoldRelation((f"{kinds[0]}.Any",), "m4", "m2")
    made = parsed(parser, document("relations", relations=(relation,)))
    pairs = {(made.words[a].text, made.words[b].text): allowed for a, b, allowed in relation_pairs(made)}
    assert pairs["Brod", "Ilmar"] == (1,)
    assert pairs.get(("Ilmar", "Brod"), (0,)) == (0,)
    assert (0,) in pairs.values()
    assert not any({a, b} <= {"Brod", "leader"} for a, b in pairs), "mentions of one entity are no pair"
    assert not list(relation_pairs(parsed(parser, document("names"))))


def test_candidate_antecedents_come_before_and_the_true_ones_are_marked(parser: SpacyParser) -> None:
    made = parsed(parser, document("names", "nominals", "pronouns", "coreference"))
    rows = coreference_rows(made, load_lexicon())
    assert all(a < b for a, b in zip(rows.left, rows.right, strict=True))
    names = [(made.words[a].text, made.words[b].text) for a, b in zip(rows.left, rows.right, strict=True)]
    true = {pair for pair, gold in zip(names, rows.gold, strict=True) if gold}
    assert true == {("rebels", "their"), ("Brod", "leader")}
    assert ("convoy", "Brod") in names
    assert not coreference_rows(parsed(parser, document("names")), load_lexicon()).left


def test_of_gap_only_the_pronoun_with_its_two_names_is_learned_even_a_name_that_follows(parser: SpacyParser) -> None:
    text = "When she met Clara Ost, Maria Lind smiled."
    at = text.index
    mentions = (
        GoldMention("P", at("she"), at("she") + 3, ("PER",), kind="pronoun", cluster="B"),
        GoldMention("A", at("Clara"), at("Clara") + 9, ("PER",), kind="name", cluster="A"),
        GoldMention("B", at("Maria"), at("Maria") + 10, ("PER",), kind="name", cluster="B"),
    )
    gold = GoldDocument("g1", text, mentions=mentions, notes={"A-coref": "FALSE", "B-coref": "TRUE"})
    made = parsed(parser, gold)
    rows = coreference_rows(made, load_lexicon())
    found = {made.words[a].text: gold for a, gold in zip(rows.left, rows.gold, strict=True)}
    assert found == {"Ost": False, "Lind": True}
    assert {made.words[b].text for b in rows.right} == {"she"}


def test_all_pairs_of_a_topic_are_compared_across_documents(parser: SpacyParser) -> None:
    one = document("events", events=(event("e1", "attacked", cluster="x"), event("e2", "praised", cluster="y")))
    two = document("events", events=(event("e3", "attacked", cluster="x"),))
    documents = [parsed(parser, one), parsed(parser, two)]
    pairs = topic_pairs(documents, parser.vocab)
    triples = list(zip(pairs.left, pairs.right, pairs.same, strict=True))
    attacked, praised = word(documents[0], "attacked"), word(documents[0], "praised")
    assert triples == [
        ((0, attacked), (0, praised), False),
        ((0, attacked), (1, attacked), True),
        ((0, praised), (1, attacked), False),
    ]
