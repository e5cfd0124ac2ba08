"""The tasks of ``newsgraph eval`` by name: one line a task."""

from shared.eval.coref import COREF
from shared.eval.events import EVENTS
from shared.eval.linking import LINKING
from shared.eval.ner import NER
from shared.eval.relations import RELATIONS
from shared.eval.task import Task

TASKS: dict[str, Task] = {task.name: task for task in (EVENTS, NER, COREF, LINKING, RELATIONS)}
