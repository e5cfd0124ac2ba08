"""MiniLM sentence vectors; the encoder stands in ``shared``, because entity_linking uses it too."""

from shared.sentence_vectors import MODEL_ID, TOKENIZER_ID, MiniLM, Vectors

__all__ = ["MODEL_ID", "TOKENIZER_ID", "MiniLM", "Vectors"]
