"""Small builders of what the earlier stages give: a scene is written in a few lines, with offsets found in the article."""

from dataclasses import dataclass, field

from shared.ids import make_id
from shared.schemas.article import Article, Image
from shared.schemas.base import Box, TextSpan
from shared.schemas.linking import EntityLinking, Face, FaceCluster, KBRecord, Link
from shared.schemas.situations import RoleFiller, VisualEvent, VisualEvents
from shared.schemas.text import Argument, Entity, Event, Language, MentionKind, Relation, TextExtraction, TextMention
from shared.schemas.vision import ImageAnalysis, ImageTag, ObjectDetection, Region, RegionKind
from shared.stage import StageInput

RULES = "rules:test"


def image(image_id: str, caption: str = "") -> Image:
    return Image(image_id=image_id, media_type="image/jpeg", width=640, height=480, caption=caption)


@dataclass
class Scene:
    """An article under construction; ``build`` gives the StageInput."""

    text: str
    title: str = ""
    images: tuple[Image, ...] = ()
    article_id: str = "article-1"
    mentions: list[TextMention] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    tags: list[tuple[str, ImageTag]] = field(default_factory=list)
    faces: list[Face] = field(default_factory=list)
    clusters: list[FaceCluster] = field(default_factory=list)
    flags: list[Region] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    visual_events: list[VisualEvent] = field(default_factory=list)
    whole: list[Region] = field(default_factory=list)

    @property
    def article(self) -> Article:
        return Article(article_id=self.article_id, title=self.title, text=self.text, images=self.images)

    def mention(self, words: str, kind: MentionKind, type_: str, where: str = "text", head: str | None = None) -> str:
        start = self.article.fields()[where].index(words)
        span = TextSpan(field=where, start=start, end=start + len(words))
        at = start + words.index(head or words)
        head_span = TextSpan(field=where, start=at, end=at + len(head or words))
        mention_id = make_id("mention", self.article_id, where, start, words)
        self.mentions.append(
            TextMention(id=mention_id, span=span, head=head_span, text=words, kind=kind, type=type_, confidence=0.9, model=RULES)
        )
        return mention_id

    def entity(self, type_: str, *names: str, nominal: str | None = None, where: tuple[str, ...] = ("text",)) -> str:
        """An entity with name mentions in each field of ``where``, or one nominal mention there."""
        ids: list[str] = []
        for place in where:
            present = [n for n in names if n in self.article.fields()[place]]
            ids += [self.mention(n, "name", type_, place) for n in present[: None if place == "text" else 1]]
            if nominal and nominal in self.article.fields()[place]:
                ids.append(self.mention(nominal, "nominal", type_, place, nominal.split()[-1]))
        name = names[0] if names else nominal or ""
        entity_id = make_id("entity", self.article_id, type_, name)
        self.entities.append(Entity(id=entity_id, type=type_, name=name, mention_ids=tuple(ids), confidence=0.9, model=RULES))
        return entity_id

    def event(self, type_: str, trigger: str, where: str = "text", **roles: str | list[str]) -> str:
        trigger_id = self.mention(trigger, "trigger", type_, where)
        mention_of = {e.id: e.mention_ids[0] for e in self.entities}
        arguments = [
            Argument(role=role, entity_id=e, mention_id=mention_of[e], confidence=0.8, model=RULES)
            for role, fillers in roles.items()
            for e in ([fillers] if isinstance(fillers, str) else fillers)
        ]
        event_id = make_id("textevent", self.article_id, type_, trigger)
        self.events.append(
            Event(id=event_id, type=type_, trigger_ids=(trigger_id,), arguments=tuple(arguments), confidence=0.8, model=RULES)
        )
        return event_id

    def relation(self, type_: str, source: str, target: str) -> str:
        mention_of = {e.id: e.mention_ids[0] for e in self.entities}
        relation_id = make_id("textrelation", self.article_id, type_, source, target)
        ids = (mention_of[source], mention_of[target])
        self.relations.append(
            Relation(id=relation_id, type=type_, source_id=source, target_id=target, mention_ids=ids, confidence=0.7, model=RULES)
        )
        return relation_id

    def region(
        self, image_id: str, label: str, box: tuple[float, float, float, float] = (50, 50, 400, 470),
        kind: RegionKind = "object", entity_type: str | None = None, text: str = "",
    ) -> Region:  # fmt: skip
        region = Region(
            id=make_id("region", self.article_id, image_id, kind, box, label), image_id=image_id, kind=kind, label=label,
            box=Box(x0=box[0], y0=box[1], x1=box[2], y1=box[3]), entity_type=entity_type, text=text, confidence=0.9, model=RULES,
        )  # fmt: skip
        if kind in ("object", "text"):
            self.regions.append(region)
        return region

    def person(self, image_id: str, left: float = 50, name: str | None = None, person_id: str | None = None) -> tuple[str, str]:
        """A person box with a face and its cluster; returns the ids of cluster and box."""
        box = self.region(image_id, "person", (left, 50, left + 150, 470), entity_type="PER")
        face = self.region(image_id, "face", (left + 40, 60, left + 100, 130), kind="face", entity_type="PER")
        self.faces.append(Face(region=face, quality=0.9, person_region_id=box.id))
        cluster_id = make_id("cluster", self.article_id, face.id)
        self.clusters.append(
            FaceCluster(id=cluster_id, face_ids=(face.id,), name=name, person_id=person_id, confidence=0.85, model=RULES)
        )
        return cluster_id, box.id

    def flag(self, image_id: str, record: KBRecord) -> str:
        region = self.region(image_id, "flag", (420, 20, 600, 200), kind="flag", entity_type="GPE")
        self.flags.append(region)
        self.link(region.id, record)
        return region.id

    def link(self, subject_id: str, record: KBRecord) -> None:
        self.links.append(Link(subject_id=subject_id, record=record, confidence=0.8, model=RULES))

    def see(self, image_id: str, type_: str, **roles: str | list[str]) -> str:
        """A visual event whose roles are filled by regions."""
        whole = self.region(image_id, "image", (0, 0, 640, 480), kind="image")
        self.whole.append(whole)
        nouns = {r.id: r.label for r in self.regions}
        fillers = [
            RoleFiller(role=role, noun=nouns.get(r, "person"), region_id=r, confidence=0.6, model=RULES)
            for role, regions in roles.items()
            for r in ([regions] if isinstance(regions, str) else regions)
        ]
        event_id = make_id("visualevent", self.article_id, image_id, type_)
        self.visual_events.append(
            VisualEvent(
                id=event_id,
                image_id=image_id,
                type=type_,
                region_id=whole.id,
                arguments=tuple(fillers),
                confidence=0.6,
                model=RULES,
            )
        )
        return event_id

    def tag(self, image_id: str, label: str, confidence: float = 0.8) -> None:
        self.tags.append((image_id, ImageTag(label=label, confidence=confidence, model=RULES)))

    def build(self) -> StageInput:
        text = TextExtraction(
            article_id=self.article_id, language=Language(code="en", confidence=1.0, model=RULES), mentions=tuple(self.mentions),
            entities=tuple(self.entities), events=tuple(self.events), relations=tuple(self.relations),
        )  # fmt: skip
        analyses = tuple(
            ImageAnalysis(
                image_id=i.image_id, width=640, height=480, regions=tuple(r for r in self.regions if r.image_id == i.image_id),
                tags=tuple(t for image_id, t in self.tags if image_id == i.image_id),
            )
            for i in self.images
        )  # fmt: skip
        linking = EntityLinking(
            article_id=self.article_id, faces=tuple(self.faces), clusters=tuple(self.clusters), flags=tuple(self.flags),
            links=tuple(self.links),
        )  # fmt: skip
        return StageInput(
            article=self.article, text_ie=text, entity_linking=linking,
            object_detection=ObjectDetection(article_id=self.article_id, images=analyses),
            visual_events=VisualEvents(article_id=self.article_id, regions=tuple(self.whole), events=tuple(self.visual_events)),
        )  # fmt: skip


UNITED_STATES = KBRecord(id="wikidata:Q30", name="United States", type="GPE", country_code="US")


def collins(article_id: str = "article-collins") -> Scene:
    """One portrait: astronaut, flag, caption that names her."""
    caption = "Astronaut Eileen Collins before the flag of the United States and a model of the Space Shuttle."
    scene = Scene(
        title="Eileen Collins becomes the first woman to command a Space Shuttle",
        text="Eileen Collins, a colonel of the United States Air Force, commanded the Space Shuttle Columbia. "
        "Collins and four other astronauts travelled to Florida.",
        images=(image("img1", caption),),
        article_id=article_id,
    )
    scene.entity("PER", "Eileen Collins", where=("title", "text", "caption:img1"))
    scene.entity("GPE", "United States", where=("caption:img1",))
    florida = scene.entity("GPE", "Florida")
    crew = scene.entity("PER", nominal="four other astronauts")
    scene.event("Movement.TransportPerson", "travelled", Artifact=crew, Destination=florida)
    scene.person("img1")
    scene.flag("img1", UNITED_STATES)
    return scene


def meeting(article_id: str = "article-meeting") -> Scene:
    """Two portraits: the gallery names Obama, a caption names Biden."""
    scene = Scene(
        title="Obama meets Biden before a trip to Chicago",
        text="President Barack Obama met Vice President Joe Biden at the White House in Washington. Obama flew to Chicago.",
        images=(image("img1", "The president in the Oval Office."), image("img2", "Vice President Joe Biden.")),
        article_id=article_id,
    )
    obama = scene.entity("PER", "Barack Obama", "Obama", where=("text", "title"))
    biden = scene.entity("PER", "Joe Biden", "Biden", where=("text", "caption:img2"))
    house = scene.entity("FAC", "White House")
    chicago = scene.entity("GPE", "Chicago")
    scene.event("Contact.Meet", "met", Entity=[obama, biden], Place=house)
    scene.event("Movement.TransportPerson", "flew", Artifact=obama, Destination=chicago)
    scene.person("img1", name="Barack Obama", person_id="person-1")
    scene.person("img2", name="Joe Biden")
    return scene
