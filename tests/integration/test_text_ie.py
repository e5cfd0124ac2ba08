"""The text_ie stage with its real weights."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.text_ie.stage import TextIEStage, build
from shared.blobs import FolderBlobs
from shared.ontology import load_ontology
from shared.schemas.article import Article, Image
from shared.schemas.text import Entity, Event, TextExtraction
from shared.settings import Settings
from shared.stage import StageInput

pytestmark = pytest.mark.integration
RAQQA = (
    "Last week , U.S . Secretary of State Rex Tillerson visited Ankara, the first senior administration official to"
    " visit Turkey, to try to seal a deal about the battle for Raqqa and to overcome President Recep Tayyip "
    "Erdogan's strong objections to Washington's backing of the Kurdish Democratic Union Party (PYD) militias. "
    "Turkish forces have attacked SDF forces in the past around Manbij, west of Raqqa, forcing the United States to"
    " deploy dozens of soldiers on the outskirts of the town in a mission to prevent a repeat of clashes, which "
    "risk derailing an assault on Raqqa."
)
SHUTTLE = (
    "Commander Eileen Collins and her crew launched aboard the Space Shuttle Columbia from the Kennedy Space Center"
    " in Florida on July 23, 1999. In 1995 she flew the shuttle Discovery, which docked with the Russian space "
    "station Mir. Columbia landed in Florida five days later."
)
MEETING = (
    "President Barack Obama met Vice President Joe Biden at the White House on Tuesday. The president later flew to"
    " Chicago aboard Air Force One. He did not meet Biden again."
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> TextIEStage:
    made = build(Settings(), FolderBlobs(Path(tmp_path_factory.mktemp("blobs"))))
    made.load()
    return made


class Reading:
    """An extraction with the questions that these tests ask."""

    def __init__(self, stage: TextIEStage, article: Article) -> None:
        result = stage.run([StageInput(article=article)])[0]
        assert isinstance(result, TextExtraction), result
        self.article, self.result = article, result
        self._mentions = {m.id: m for m in result.mentions}
        self._entities = {e.id: e for e in result.entities}

    def entity(self, mention_text: str) -> Entity:
        return next(e for e in self.result.entities if mention_text in [self._mentions[i].text for i in e.mention_ids])

    def named(self) -> dict[str, str]:
        return {e.name: e.type for e in self.result.entities}

    def texts(self, entity: Entity) -> list[str]:
        return [self._mentions[i].text for i in entity.mention_ids]

    def event(self, trigger: str) -> Event:
        return next(e for e in self.result.events if trigger in [self._mentions[i].text for i in e.trigger_ids])

    def ace(self, trigger: str) -> str | None:
        return load_ontology().event_types[self.event(trigger).type].ace

    def roles(self, trigger: str) -> set[tuple[str, str]]:
        return {(a.role, self._mentions[a.mention_id].text) for a in self.event(trigger).arguments}

    def filler_names(self, trigger: str, role: str) -> set[str]:
        return {self._entities[a.entity_id].name for a in self.event(trigger).arguments if a.role == role}

    def relations(self) -> set[tuple[str, str, str]]:
        return {(r.type, self._entities[r.source_id].name, self._entities[r.target_id].name) for r in self.result.relations}


def read(stage: TextIEStage, text: str, **fields: object) -> Reading:
    published = datetime(2017, 4, 5, tzinfo=UTC)
    return Reading(stage, Article.model_validate({"article_id": "a", "text": text, "published_at": published} | fields))


@pytest.fixture(scope="module")
def raqqa(stage: TextIEStage) -> Reading:
    return read(stage, RAQQA)


def test_the_m2e2_example_gives_its_people_places_and_organisations(raqqa: Reading) -> None:
    expected = {
        "Rex Tillerson": "PER", "Recep Tayyip Erdogan": "PER", "Ankara": "GPE", "Turkey": "GPE", "Raqqa": "GPE", "Manbij": "GPE",
        "United States": "GPE", "SDF": "ORG", "Washington": "GPE", "Kurdish Democratic Union Party": "ORG",
    }  # fmt: skip
    assert expected.items() <= raqqa.named().items()
    assert "PYD" in raqqa.texts(raqqa.entity("Kurdish Democratic Union Party"))
    assert raqqa.texts(raqqa.entity("United States")) == ["U.S .", "United States"]
    assert "the town" in raqqa.texts(raqqa.entity("Manbij"))
    assert "State" not in raqqa.named()
    assert raqqa.entity("Recep Tayyip Erdogan").attributes["title"] == "president"
    assert [m.text for m in raqqa.result.mentions if m.type == "TITLE"] == ["Secretary of State", "President"]


def test_the_m2e2_example_gives_its_events_with_arguments(raqqa: Reading) -> None:
    assert raqqa.ace("visited") == "Movement:Transport"
    assert {("Artifact", "Rex Tillerson"), ("Destination", "Ankara")} <= raqqa.roles("visited")
    assert raqqa.ace("attacked") == "Conflict:Attack"
    assert raqqa.roles("attacked") == {("Attacker", "Turkish forces"), ("Target", "SDF forces"), ("Place", "Manbij")}
    assert raqqa.ace("deploy") == "Movement:Transport"
    assert raqqa.roles("deploy") == {
        ("Agent", "United States"), ("Artifact", "dozens of soldiers"), ("Destination", "the outskirts of the town"),
    }  # fmt: skip
    assert raqqa.event("attacked").asserted == raqqa.event("deploy").asserted == "asserted"
    assert raqqa.event("clashes").asserted == raqqa.event("assault").asserted == "uncertain"


def test_spans_quote_the_article_and_the_first_sentence_is_whole(raqqa: Reading) -> None:
    assert all(raqqa.article.quote(m.span) == m.text and m.span.contains(m.head) for m in raqqa.result.mentions)
    first = raqqa.article.quote(raqqa.result.sentences[0].span)
    assert first.startswith("Last week , U.S . Secretary")
    assert first.endswith("militias.")
    dozens = next(m for m in raqqa.result.mentions if m.text == "dozens of soldiers")
    assert raqqa.article.quote(dozens.head) == "soldiers"


def test_event_time_counts_from_publication(raqqa: Reading) -> None:
    time = raqqa.event("visited").time
    assert time is not None
    assert time.earliest_start == time.earliest_end == datetime(2017, 3, 27, tzinfo=UTC)
    assert time.latest_start == time.latest_end == datetime(2017, 4, 2, 23, 59, 59, tzinfo=UTC)
    assert raqqa.event("deploy").time is None


def test_the_shuttle_is_a_vehicle_and_its_flights_are_transport(stage: TextIEStage) -> None:
    found = read(stage, SHUTTLE)
    assert {t: found.ace(t) for t in ("launched", "flew", "docked", "landed")} == dict.fromkeys(
        ("launched", "flew", "docked", "landed"), "Movement:Transport"
    )
    assert found.named()["Space Shuttle Columbia"] == "VEH"
    assert "Columbia" in found.texts(found.entity("Space Shuttle Columbia"))
    assert found.filler_names("flew", "Agent") == {"Eileen Collins"}
    assert found.filler_names("docked", "Artifact") == {"Discovery"}


def test_a_meeting_in_title_text_and_caption_has_two_people(stage: TextIEStage) -> None:
    image = Image(image_id="f" * 64, media_type="image/png", width=1, height=1, caption="Obama and Biden in Washington")
    found = read(stage, MEETING, title="Obama meets Biden", images=(image,))
    assert found.ace("met") == "Contact:Meet"
    assert found.event("met") == found.event("meets")
    assert found.filler_names("met", "Entity") == {"Barack Obama", "Joe Biden"}
    assert found.filler_names("met", "Place") == {"White House"}
    assert found.texts(found.entity("Joe Biden")).count("Biden") == 3
    assert found.filler_names("flew", "Artifact") == {"Barack Obama"}
    assert found.event("meet").asserted == "negated"
    assert {s.field for s in found.result.coverage} == {"title", "text", image.caption_field}


@pytest.mark.parametrize(
    "text",
    [
        "The first sentence of the book has twelve words.",
        "Apple launched a new product in California.",
        "The factory did not meet the safety requirements.",
        "The child had an asthma attack at school.",
        "She is running for president in 2020.",
        "Investors fear a trade war.",
        "In March the weather was mild.",
        "The director shot a film in Rome.",
        "He charged his phone in the kitchen.",
    ],
)
def test_other_senses_are_no_events(stage: TextIEStage, text: str) -> None:
    assert read(stage, text).result.events == ()


def test_fired_from_and_fired_at_are_different_events(stage: TextIEStage) -> None:
    assert read(stage, "She was fired from her job at Google.").ace("fired") == "Personnel:End-Position"
    assert read(stage, "The soldiers fired at protesters in Cairo.").ace("fired") == "Conflict:Attack"


@pytest.mark.parametrize(
    ("text", "trigger", "ace", "roles"),
    [
        ("A suicide bomber killed 23 people and wounded 40 at a market in Baghdad.", "killed", "Life:Die",
         {("Agent", "A suicide bomber"), ("Victim", "23 people"), ("Place", "a market")}),
        ("Two men were arrested in Paris and charged with fraud.", "charged", "Justice:Charge-Indict",
         {("Defendant", "Two men"), ("Crime", "fraud")}),
        ("Microsoft bought LinkedIn for $26 billion in 2016.", "bought", "Transaction:Transfer-Ownership",
         {("Buyer", "Microsoft"), ("Artifact", "LinkedIn"), ("Price", "$26 billion")}),
        ("Refugees fled from Syria to Lebanon and Jordan by boat.", "fled", "Movement:Transport",
         {("Artifact", "Refugees"), ("Origin", "Syria"), ("Destination", "Lebanon"), ("Destination", "Jordan"),
          ("Vehicle", "boat")}),
        ("The convoy was hit by an airstrike near Aleppo.", "airstrike", "Conflict:Attack",
         {("Target", "The convoy"), ("Place", "Aleppo")}),
        ("Voters elected Emmanuel Macron as president of France.", "elected", "Personnel:Elect",
         {("Entity", "Voters"), ("Person", "Emmanuel Macron"), ("Position", "president")}),
        ("The bank paid $5 million to the victims.", "paid", "Transaction:Transfer-Money",
         {("Giver", "The bank"), ("Recipient", "the victims"), ("Money", "$5 million")}),
    ],
)  # fmt: skip
def test_events_across_the_ontology(stage: TextIEStage, text: str, trigger: str, ace: str, roles: set[tuple[str, str]]) -> None:
    found = read(stage, text)
    assert found.ace(trigger) == ace
    assert found.roles(trigger) == roles


@pytest.mark.parametrize(
    ("text", "trigger", "expected"),
    [
        ("North Korea threatened to attack South Korea.", "attack", "uncertain"),
        ("The minister denied that troops had entered the country.", "entered", "negated"),
        ("The rebels failed to capture the airport, but they shelled the town.", "capture", "negated"),
        ("The rebels failed to capture the airport, but they shelled the town.", "shelled", "asserted"),
        ("Angela Merkel will meet Emmanuel Macron in Berlin.", "meet", "uncertain"),
    ],
)
def test_assertion_follows_the_text(stage: TextIEStage, text: str, trigger: str, expected: str) -> None:
    assert read(stage, text).event(trigger).asserted == expected


def test_relations_of_office_family_seat_and_place(stage: TextIEStage) -> None:
    text = (
        "Turkey's president Erdogan and his wife Emine arrived in Tokyo. "
        + "The Texas-based company opened an office in Houston, Texas."
    )
    found = read(stage, text).relations()
    assert {
        ("OrganizationAffiliation.Leadership.HeadOfState", "Erdogan", "Turkey"),
        ("PersonalSocial.Family", "Emine", "Erdogan"),
        ("Physical.OrganizationHeadquarters", "The Texas-based company", "Texas"),
        ("PartWhole.Geographical", "Houston", "Texas"),
    } <= found


@pytest.mark.parametrize(
    ("text", "declared", "code", "language"),
    [
        ("El presidente se reunió con los ministros en Madrid para hablar de la economía del país.", "en", "es", "Spanish"),
        ("Президент встретился с министрами в Москве, чтобы обсудить положение в стране.", None, "ru", "Russian"),
    ],
)
def test_other_languages_are_named_and_what_was_not_attempted_is_said(
    stage: TextIEStage, text: str, declared: str | None, code: str, language: str
) -> None:
    result = read(stage, text, language=declared).result
    assert result.language.code == code
    assert not result.events
    assert {"coreference", "relations", "events"} <= {n.part for n in result.not_attempted}
    assert all(language in n.reason for n in result.not_attempted)


def test_the_vice_president_is_biden_and_a_missed_surname_is_recovered(stage: TextIEStage) -> None:
    found = read(stage, f"{MEETING} The vice president will meet Canadian officials.")
    assert "The vice president" in found.texts(found.entity("Joe Biden"))
    crew = read(stage, "Eileen Collins is an astronaut.\n\nCollins and four other astronauts travelled to Florida.")
    assert {("Artifact", "Collins"), ("Artifact", "four other astronauts"), ("Destination", "Florida")} == crew.roles("travelled")
    assert crew.filler_names("travelled", "Artifact") == {"Eileen Collins", "four other astronauts"}


def test_a_short_text_keeps_its_declared_language(stage: TextIEStage) -> None:
    assert read(stage, "Obama visita Cuba", language="en").result.language.code == "en"


def test_a_long_text_is_read_to_its_end_and_ids_repeat(stage: TextIEStage) -> None:
    text = "\n\n".join(f"{SHUTTLE} It was day {n}." for n in range(450)) + "\n\nThe last rebels attacked Aleppo."
    found = read(stage, text)
    assert len(text) > 120_000
    assert found.roles("attacked") == {("Attacker", "The last rebels"), ("Target", "Aleppo")}
    assert found.result.coverage[0].end == len(text)
    assert len({m.id for m in found.result.mentions}) == len(found.result.mentions)
    short = read(stage, RAQQA).result
    assert short == read(stage, RAQQA).result


def test_strange_input_is_read_without_error(stage: TextIEStage) -> None:
    for text in (
        ".",
        "Who attacked the town?",
        "?!? ... ((( \u200b",
        "A\n\n\n\nB",
        "\U0001f600 attacked \U0001f600 in Paris",
        "THE PRESIDENT VISITED PARIS",
    ):
        assert read(stage, text, language="en").result.language.code == "en"
