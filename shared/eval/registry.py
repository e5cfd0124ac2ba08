"""The tasks of ``newsgraph eval`` by name: one line a task."""

from shared.eval.coref import COREF
from shared.eval.events import EVENTS
from shared.eval.linking import LINKING
from shared.eval.ner import NER
from shared.eval.relations import RELATIONS
from shared.eval.task import PictureTask, Task
from shared.eval.vision.detection import DETECTION
from shared.eval.vision.faces import FACES
from shared.eval.vision.flags import FLAGS
from shared.eval.vision.gallery import GALLERY
from shared.eval.vision.grounding import GROUNDING
from shared.eval.vision.image_events import IMAGE_EVENTS
from shared.eval.vision.retrieval import RETRIEVAL
from shared.eval.vision.situations import SITUATIONS
from shared.eval.vision.visual_events import VISUAL_EVENTS

TEXTS: tuple[Task, ...] = (EVENTS, NER, COREF, LINKING, RELATIONS)
PICTURES: tuple[PictureTask, ...] = (
    FACES,
    VISUAL_EVENTS,
    RETRIEVAL,
    GROUNDING,
    GALLERY,
    FLAGS,
    DETECTION,
    SITUATIONS,
    IMAGE_EVENTS,
)
TASKS: dict[str, Task | PictureTask] = {
    **{task.name: task for task in TEXTS},
    **{task.name: task for task in PICTURES},
}
