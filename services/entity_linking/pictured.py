"""Regions of flags, logos and landmarks, with links to what the galleries or the list of brands say they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.entity_linking.gallery_reader import GalleryReader
from services.entity_linking.landmarks import mentioned
from services.entity_linking.logos import MODEL as SIGNS
from services.entity_linking.logos import brand_of, brands, written
from services.entity_linking.references import References
from services.entity_linking.thresholds import LIMITS
from shared.gallery import Gallery, GalleryKind, Reference
from shared.ids import make_id
from shared.pictures import RgbArray
from shared.schemas.base import Box
from shared.schemas.linking import KBRecord, Link
from shared.schemas.vision import Region, RegionKind
from shared.stage import StageInput

KINDS: tuple[GalleryKind, ...] = ("flag", "logo", "landmark")
_REGIONS: dict[GalleryKind, RegionKind] = {"flag": "flag", "logo": "logo", "landmark": "landmark"}
_TYPES: dict[GalleryKind, str] = {"flag": "GPE", "logo": "ORG", "landmark": "FAC"}
Shown = tuple[Region, Link]


@dataclass(frozen=True)
class Galleries:
    """The galleries as they were when a batch began, ready for comparison, by kind."""

    reader: GalleryReader
    of_kind: dict[GalleryKind, References]

    @property
    def filled(self) -> bool:
        """Whether there is anything to compare logos or landmarks with."""
        return any(self.of_kind[kind].references for kind in ("logo", "landmark"))

    @property
    def stale(self) -> list[str]:
        """Ids of references whose vectors another network made: they are not compared with anything."""
        return [ident for references in self.of_kind.values() for ident in references.stale]

    def shown(self, inputs: StageInput, image_id: str, picture: RgbArray, objects: Sequence[Region]) -> list[Shown]:
        """Everything that one picture shows: signs with names, then what looks like a reference and is credible."""
        article_id = inputs.article.article_id
        found = _signs(article_id, objects, self.of_kind["logo"].references)
        for kind in KINDS:
            references = self.of_kind[kind]
            seen = self.reader.find(kind, picture, references)
            by_id = {row.reference_id: row for row in references.references}
            named = mentioned(list(by_id.values()), inputs.article, inputs.text_ie)
            if seen is None or not self.reader.credible(kind, seen, named):
                continue
            record = record_of(by_id[seen.reference_id])
            reason = f"looks like the reference pictures of {record.name} (score {seen.similarity:.2f})"
            claim = (seen.confidence, self.reader.model_id, reason)
            if all(link.record.id != record.id for _, link in found):
                found.append(_shown(article_id, image_id, seen.box, kind, record, claim))
        return found


def open_galleries(reader: GalleryReader, gallery: Gallery) -> Galleries:
    """Read the references of all kinds but people."""
    return Galleries(reader, {kind: References(gallery.references(kind), reader.embedder(kind).model) for kind in KINDS})


def record_of(reference: Reference) -> KBRecord:
    """A reference as a knowledge-base record; its id is the one that was given, else the gallery's own."""
    ident, kind = reference.kb_id or f"{reference.kind}:{reference.reference_id}", reference.kind
    return KBRecord(id=ident, name=reference.name, type=_TYPES[kind], description=f"{kind} gallery")


def _signs(article_id: str, objects: Sequence[Region], logos: Sequence[Reference]) -> list[Shown]:
    """Texts that hold the name of a logo of the gallery, or are the name of a brand; each name once, the surest."""
    by_name = {row.name: row for row in logos}
    best: dict[str, Shown] = {}
    for sign in (region for region in objects if region.kind == "text"):
        if hit := written([sign.text], by_name):
            record, sure, source = record_of(by_name[hit.name]), hit.confidence, "the logo gallery"
        elif brand := brand_of(sign.text):
            record = KBRecord(id=f"brand:{brand}", name=brands()[brand], type="ORG", description="well-known brand")
            sure, source = LIMITS.brand_confidence, "the list of brands"
        else:
            continue
        claim = (round(sure * sign.confidence, 4), SIGNS, f"the sign says {sign.text!r}; {record.name} is in {source}")
        shown = _shown(article_id, sign.image_id, sign.box, "logo", record, claim)
        if record.id not in best or best[record.id][0].confidence < shown[0].confidence:
            best[record.id] = shown
    return list(best.values())


def _shown(article_id: str, image_id: str, box: Box, kind: GalleryKind, record: KBRecord, claim: tuple[float, str, str]) -> Shown:
    """A region and its link; ``claim`` is confidence, model and reason."""
    confidence, model, reason = claim
    ident = make_id("region", article_id, image_id, kind, record.id, box.model_dump_json())
    region = Region(
        id=ident,
        image_id=image_id,
        box=box,
        kind=_REGIONS[kind],
        label=record.name,
        entity_type=record.type,
        confidence=confidence,
        model=model,
    )
    return region, Link(subject_id=ident, record=record, confidence=confidence, model=model, reason=reason)
