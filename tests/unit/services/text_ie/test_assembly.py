"""The one assembler: what any reader found becomes entities, events and relations that point at their mentions."""

from services.text_ie.assembly import assemble, whole_text
from services.text_ie.findings import Findings, FoundArgument, FoundEntity, FoundEvent, FoundMention, FoundRelation
from shared.schemas.article import Article
from shared.schemas.base import TextSpan
from shared.schemas.text import Language, MentionKind, TextExtraction

_ARTICLE = Article(article_id="a", text="Rebels took Aden on Sunday. They left on Monday.")


def _mention(text: str, kind_type: str, kind: MentionKind) -> FoundMention:
    start = _ARTICLE.text.index(text)
    return FoundMention(TextSpan(start=start, end=start + len(text)), kind_type, kind, 0.8, "rules:test")


REBELS, ADEN, THEY = _mention("Rebels", "ORG", "name"), _mention("Aden", "GPE", "name"), _mention("They", "PER", "pronoun")
SUNDAY, MONDAY = _mention("Sunday", "TIME", "value"), _mention("Monday", "TIME", "value")
TOOK = _mention("took", "Conflict.Attack", "trigger")
ALL = [REBELS, ADEN, THEY, SUNDAY, MONDAY, TOOK]


def _entity(*mentions: FoundMention, name: str = "") -> FoundEntity:
    return FoundEntity(mentions[0].type, name, mentions, "rules:test", {"title": ""})


def _argument(role: str, mention: FoundMention) -> FoundArgument:
    return FoundArgument(role, mention, 0.7, "rules:test")


def _assembled(findings: Findings) -> TextExtraction:
    language = Language(code="en", confidence=1, model="rules:test")
    return assemble(_ARTICLE, language, findings, tuple(whole_text(_ARTICLE)))


def test_a_pronoun_takes_the_type_of_its_entity_and_one_without_is_left_out() -> None:
    found = _assembled(Findings(mentions=ALL, entities=[_entity(REBELS, THEY)]))
    assert {m.text: m.type for m in found.mentions} == {
        "Rebels": "ORG", "They": "ORG", "Sunday": "TIME", "Monday": "TIME", "took": "Conflict.Attack",
    }  # fmt: skip
    assert "They" not in {m.text for m in _assembled(Findings(mentions=ALL, entities=[_entity(REBELS)])).mentions}


def test_a_value_is_an_entity_only_where_a_fact_uses_it() -> None:
    event = FoundEvent("Conflict.Attack", (TOOK,), 0.6, "rules:test", (_argument("Place", ADEN), _argument("Time", SUNDAY)))
    entities = [_entity(ADEN), _entity(SUNDAY), _entity(MONDAY)]
    found = _assembled(Findings(mentions=ALL, entities=entities, events=[event]))
    assert [e.name for e in found.entities] == ["Aden", "Sunday"]
    assert not found.entities[0].attributes


def test_an_entity_fills_a_role_once_and_a_mention_without_entity_never() -> None:
    arguments = (_argument("Attacker", REBELS), _argument("Attacker", THEY), _argument("Place", ADEN))
    event = FoundEvent("Conflict.Attack", (TOOK,), 0.6, "rules:test", arguments)
    found = _assembled(Findings(mentions=ALL, entities=[_entity(REBELS, THEY)], events=[event]))
    (attack,) = found.events
    assert [(a.role, a.entity_id) for a in attack.arguments] == [("Attacker", found.entities[0].id)]


def test_relations_of_one_pair_are_one_with_the_surest_confidence_and_none_leads_to_itself() -> None:
    rows = [
        FoundRelation("Physical.LocatedNear", REBELS, ADEN, 0.5, "rules:test"),
        FoundRelation("Physical.LocatedNear", THEY, ADEN, 0.9, "network:test"),
        FoundRelation("PersonalSocial.Family", REBELS, THEY, 0.9, "rules:test"),
    ]
    found = _assembled(Findings(mentions=ALL, entities=[_entity(REBELS, THEY), _entity(ADEN)], relations=rows))
    (relation,) = found.relations
    assert (relation.confidence, relation.model, len(relation.mention_ids)) == (0.9, "network:test", 3)


def test_the_anchor_gives_the_id_whatever_comes_first() -> None:
    one = FoundEntity("ORG", "Rebels", (REBELS, THEY), "rules:test", anchor=THEY)
    other = FoundEntity("ORG", "Rebels", (THEY, REBELS), "rules:test")
    first, second = (_assembled(Findings(mentions=ALL, entities=[entity])).entities[0] for entity in (one, other))
    assert first.id == second.id
    assert first.mention_ids == second.mention_ids[::-1]
