"""Flags of a picture as regions, each with a link to its country."""

from collections.abc import Collection, Sequence

from services.entity_linking.engines.flags import FlagFinder, FoundFlag
from services.entity_linking.knowledge.store import KnowledgeBase
from shared.ids import make_id
from shared.pictures import RgbArray
from shared.schemas.linking import KBRecord, Link
from shared.schemas.vision import Region

MODEL = "flags"


class FlagLinker:
    """Finds flags and names their countries."""

    def __init__(self, finder: FlagFinder, kb: KnowledgeBase) -> None:
        self._finder, self._kb = finder, kb

    def read(
        self, article_id: str, image_id: str, picture: RgbArray, objects: Sequence[Region], expected: Collection[str]
    ) -> list[tuple[Region, Link]]:
        """Flags of a picture; those of ``expected`` countries, ISO codes that the article mentions, with less evidence."""
        people = [region.box for region in objects if region.label == "person"]
        found = self._finder.find(picture, expected, people)
        return [self._linked(article_id, image_id, flag, flag.code in expected) for flag in found]

    def _linked(self, article_id: str, image_id: str, flag: FoundFlag, mentioned: bool) -> tuple[Region, Link]:
        country = self._kb.country_name(flag.code)
        ident = make_id("region", article_id, image_id, "flag", flag.code, flag.box.model_dump_json())
        region = Region(
            id=ident,
            image_id=image_id,
            box=flag.box,
            kind="flag",
            label=f"flag of {country}",
            entity_type="GPE",
            confidence=flag.confidence,
            model=MODEL,
        )
        seen = "colours, borders and layout of the flag" if flag.flat else "colours, borders and order of colours of the flag"
        reason = f"{seen}; {country} is mentioned" if mentioned else seen
        known = self._kb.country(flag.code)
        code = flag.code
        record = known.schema() if known else KBRecord(id=f"iso3166:{code}", name=country, type="GPE", country_code=code)
        return region, Link(subject_id=ident, record=record, confidence=flag.confidence, model=MODEL, reason=reason)
