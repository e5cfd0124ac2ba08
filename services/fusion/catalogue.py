"""The engine of fusion: sentence vectors."""

from shared.engines import ALL, Engine, Role
from shared.sentence_vectors import MODEL_ID, TOKENIZER_ID, MiniLM

SENTENCES: Role[MiniLM] = Role("sentence encoder")

ENGINES = (
    Engine(
        "minilm",
        SENTENCES,
        ALL,
        lambda o: MiniLM(o.path(0), o.path(1), o.settings.device),
        models=(MODEL_ID, TOKENIZER_ID),
    ),
)
