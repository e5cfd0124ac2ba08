"""From the nouns and boxes that an engine gives to role fillers with regions: a box that is there already is not made again."""

from dataclasses import dataclass, field

from services.visual_events.scene import Scene
from services.visual_events.thresholds import LIMITS
from shared.ids import make_id
from shared.ontology import load_ontology
from shared.schemas.base import Box
from shared.schemas.situations import RoleFiller, SituationFrame
from shared.schemas.vision import Region

PLACE = "place"


@dataclass(frozen=True)
class Grounded:
    """A role's noun, and its box where it is seen."""

    role: str
    noun: str
    confidence: float
    box: Box | None = None


@dataclass
class Frames:
    """Collects the frames of one picture and the regions that they add to its scene."""

    scene: Scene
    model: str
    frames: list[SituationFrame] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)

    def add(self, verb: str, confidence: float, fillers: list[Grounded]) -> None:
        """Add a frame; a filler is never surer than its frame."""
        image_id = self.scene.analysis.image_id
        roles = tuple(
            RoleFiller(
                role=filler.role,
                noun=filler.noun,
                region_id=self._region(filler) if filler.box else None,
                confidence=round(min(filler.confidence, confidence), 3),
                model=self.model,
            )
            for filler in fillers
        )
        frame_id = make_id("frame", self.scene.article_id, image_id, self.model, verb)
        self.frames.append(
            SituationFrame(
                id=frame_id, image_id=image_id, verb=verb, roles=roles, confidence=round(confidence, 3), model=self.model
            )
        )

    def _region(self, filler: Grounded) -> str:
        """The id of the known region that overlaps most, or of a new one."""
        assert filler.box is not None
        known = (*(r for r in self.scene.objects), *self.regions)
        near = max(known, key=lambda region: region.box.iou(filler.box or region.box), default=None)
        if near is not None and near.box.iou(filler.box) >= LIMITS.min_same_region:
            return near.id
        image_id = self.scene.analysis.image_id
        region = Region(
            id=make_id("region", self.scene.article_id, image_id, self.model, filler.noun, filler.box.model_dump_json()),
            image_id=image_id,
            box=filler.box,
            kind="object",
            label=filler.noun,
            entity_type=load_ontology().object_entity_type(filler.noun),
            confidence=round(filler.confidence, 3),
            model=self.model,
        )
        self.regions.append(region)
        return region.id


def plausible(corners: tuple[float, float, float, float], scene: Scene) -> Box | None:
    """The box in pixels, None where it leaves the picture, has no area, or is a speck or the whole picture."""
    x0, y0, x1, y1 = corners
    width, height = scene.analysis.width, scene.analysis.height
    if not (-1 <= x0 < x1 <= width + 1 and -1 <= y0 < y1 <= height + 1):
        return None
    clipped = max(0.0, x0), max(0.0, y0), min(float(width), x1), min(float(height), y1)
    share = (clipped[2] - clipped[0]) * (clipped[3] - clipped[1]) / scene.area
    if not LIMITS.min_box_share <= share <= LIMITS.max_box_share:
        return None
    return Box(x0=round(clipped[0], 1), y0=round(clipped[1], 1), x1=round(clipped[2], 1), y1=round(clipped[3], 1))
