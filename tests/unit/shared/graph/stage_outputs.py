"""A hand-made article with all stage outputs, as the real stages would give them; offsets are computed from the text."""

from datetime import UTC, datetime

from shared.ids import content_hash, make_id
from shared.schemas.article import Article, Image
from shared.schemas.base import Box, TextSpan
from shared.schemas.fusion import (
    Alignment,
    AlignmentCell,
    FusedArgument,
    FusedEntity,
    FusedEvent,
    FusedGraph,
    FusedRelation,
    Grounding,
)
from shared.schemas.linking import EntityLinking, Face, KBRecord, Link
from shared.schemas.situations import RoleFiller, SceneTriple, SituationFrame, VisualEvent, VisualEvents
from shared.schemas.text import EventTime, Language, MentionKind, TextExtraction, TextMention
from shared.schemas.vision import ImageAnalysis, ImageTag, ObjectDetection, Region
from shared.stage import StageInput

TEXT = "Protesters in Ankara carried flags on Friday. Turkish police attacked the crowd near the United States embassy."
ARTICLE = "article-harbour"
IMAGE = content_hash(b"a picture")
SURE = {"confidence": 0.75, "model": "rules:test"}
US = KBRecord(id="wikidata:Q30", name="United States", type="GPE.Country", description="country", latitude=38.9, longitude=-77.0)


def mention(words: str, kind: MentionKind = "name", type: str = "GPE") -> TextMention:
    """The mention at the first place where the words stand."""
    start = TEXT.index(words)
    span = TextSpan(start=start, end=start + len(words))
    return TextMention(id=make_id("mention", ARTICLE, start), span=span, head=span, text=words, kind=kind, type=type, **SURE)


def region(label: str, box: tuple[float, float, float, float], **more: str) -> Region:
    """A region of the picture."""
    x0, y0, x1, y1 = box
    given = {"kind": "object", **more}
    region_id = make_id("region", ARTICLE, IMAGE, label)
    return Region(id=region_id, image_id=IMAGE, box=Box(x0=x0, y0=y0, x1=x1, y1=y1), label=label, **given, **SURE)


CROWD, POLICE = mention("Protesters", "nominal", "PER"), mention("Turkish police", "nominal", "ORG")
ANKARA, STATES, FRIDAY = mention("Ankara"), mention("United States"), mention("Friday", "value", "TIME")
CARRIED, ATTACKED = mention("carried", "trigger", "Conflict.Demonstrate"), mention("attacked", "trigger", "Conflict.Attack")
PERSON, FLAG = region("person", (10, 20, 60, 200), entity_type="PER"), region("flag", (70, 5, 90, 30), kind="flag")
FACE, WHOLE = region("face", (20, 25, 40, 50), kind="face"), region("image", (0, 0, 320, 240), kind="image")


def article() -> Article:
    """The article with its picture."""
    picture = Image(image_id=IMAGE, media_type="image/jpeg", width=320, height=240, caption="Protesters with a flag", credit="AP")
    published = datetime(2026, 5, 1, tzinfo=UTC)
    return Article(article_id=ARTICLE, title="Clash in “Ankara”", text=TEXT, published_at=published, images=(picture,))


def text_ie() -> TextExtraction:
    """All mentions of the text."""
    mentions = (CROWD, POLICE, ANKARA, STATES, FRIDAY, CARRIED, ATTACKED)
    return TextExtraction(article_id=ARTICLE, language=Language(code="en", **SURE), mentions=mentions)


def object_detection() -> ObjectDetection:
    """One person box and a tag."""
    seen = ImageAnalysis(image_id=IMAGE, width=320, height=240, regions=(PERSON,), tags=(ImageTag(label="crowd", **SURE),))
    return ObjectDetection(article_id=ARTICLE, images=(seen,))


def entity_linking() -> EntityLinking:
    """A face, a flag and a link."""
    link = Link(subject_id=FLAG.id, record=US, reason="flag colours", confidence=0.5, model="rules:flags")
    return EntityLinking(article_id=ARTICLE, faces=(Face(region=FACE, person_region_id=PERSON.id),), flags=(FLAG,), links=(link,))


def visual_events() -> VisualEvents:
    """A demonstration, with its frame and a scene triple."""
    carrier = RoleFiller(role="agent", noun="person", region_id=PERSON.id, **SURE)
    item = RoleFiller(role="item", noun="flag", region_id=FLAG.id, **SURE)
    frame = SituationFrame(id="frame-1", image_id=IMAGE, verb="protesting", roles=(carrier, item), **SURE)
    triple = SceneTriple(id="triple-1", image_id=IMAGE, subject_id=PERSON.id, predicate="holds", object_id=FLAG.id, **SURE)
    event = VisualEvent(id="seen-1", image_id=IMAGE, type="Conflict.Demonstrate", region_id=WHOLE.id, frame_id=frame.id, **SURE)
    return VisualEvents(article_id=ARTICLE, regions=(WHOLE,), frames=(frame,), triples=(triple,), events=(event,))


def fusion() -> FusedGraph:
    """Four entities, a multimedia demonstration, an attack and a relation."""
    crowd = fused("crowd", "PER.Protester", "Protesters", (CROWD.id, PERSON.id))
    police = fused("police", "ORG.Government.LawEnforcementAgency", "Turkish police", (POLICE.id,))
    ankara = fused("ankara", "GPE", "Ankara", (ANKARA.id,))
    states = fused("states", "GPE.Country", "United States", (STATES.id, FLAG.id)).model_copy(update={"records": (US,)})
    morning, midnight = datetime(2026, 5, 1), datetime(2026, 5, 1, 23, 59, 59)
    friday = EventTime(
        mention_id=FRIDAY.id, earliest_start=morning, latest_start=midnight, earliest_end=morning, latest_end=midnight
    )
    protest = FusedEvent(
        id="event-protest", type="Conflict.Demonstrate", name="carried", media=("text", "image"),
        evidence_ids=(CARRIED.id, WHOLE.id),
        member_ids=("told-1", "seen-1"), arguments=(role("Participant", "crowd", CROWD.id), role("Place", "ankara", ANKARA.id)),
        time=friday, **SURE,
    )  # fmt: skip
    attack = FusedEvent(
        id="event-attack", type="Conflict.Attack", name="attacked", media=("text",), evidence_ids=(ATTACKED.id,),
        arguments=(role("Attacker", "police", POLICE.id), role("Target", "crowd", CROWD.id)), **SURE,
    )  # fmt: skip
    near = FusedRelation(
        id="relation-1", type="Physical.LocatedNear", source_id="police", target_id="ankara", evidence_ids=(POLICE.id,), **SURE
    )
    shown = Grounding(id="grounding-1", mention_id=CROWD.id, region_id=PERSON.id, reasons={"label": 0.5, "image": 0.25}, **SURE)
    cells = (AlignmentCell(source_id="told-1", target_id="seen-1", mass=0.5, cost=0.125),)
    match = Alignment(id="alignment-1", text_event_id="told-1", visual_event_id="seen-1", cells=cells, **SURE)
    return FusedGraph(
        article_id=ARTICLE, entities=(crowd, police, ankara, states), events=(protest, attack), relations=(near,),
        groundings=(shown,), alignments=(match,),
    )  # fmt: skip


def fused(entity_id: str, type: str, name: str, evidence: tuple[str, ...]) -> FusedEntity:
    """A fused entity."""
    return FusedEntity(id=entity_id, type=type, name=name, evidence_ids=evidence, **SURE)


def role(name: str, entity_id: str, evidence: str) -> FusedArgument:
    """A fused argument."""
    return FusedArgument(role=name, entity_id=entity_id, evidence_ids=(evidence,), **SURE)


def everything() -> StageInput:
    """The article with the outputs of all stages."""
    return StageInput(
        article=article(), text_ie=text_ie(), object_detection=object_detection(), entity_linking=entity_linking(),
        visual_events=visual_events(), fusion=fusion(),
    )  # fmt: skip
