"""The tasks of ``newsgraph eval`` by name: one line a task."""

from lab.evaluation.coref import COREF
from lab.evaluation.events import EVENTS
from lab.evaluation.linking import LINKING
from lab.evaluation.ner import NER
from lab.evaluation.relations import RELATIONS
from lab.evaluation.task import PictureTask, Task
from lab.evaluation.vision.detection import DETECTION
from lab.evaluation.vision.faces import FACES
from lab.evaluation.vision.flags import FLAGS
from lab.evaluation.vision.gallery import GALLERY
from lab.evaluation.vision.grounding import GROUNDING
from lab.evaluation.vision.image_events import IMAGE_EVENTS
from lab.evaluation.vision.retrieval import RETRIEVAL
from lab.evaluation.vision.situations import SITUATIONS
from lab.evaluation.vision.visual_events import VISUAL_EVENTS

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
