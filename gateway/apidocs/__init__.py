"""The page at /docs, and the schemas that FastAPI does not see because bodies are read by hand."""

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from shared.schemas.api import BatchLine
from shared.schemas.api_requests import ArticleIn, ReferenceIn
from shared.schemas.problem import Problem

_MODELS = (ArticleIn, ReferenceIn, BatchLine, Problem)


def describe_bodies(app: FastAPI) -> None:
    """Add the schemas of hand-read bodies and of problem documents to the app's OpenAPI description."""
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = describe()
            modes: list[Any] = [(model, "validation") for model in _MODELS]
            _, found = models_json_schema(modes, ref_template="#/components/schemas/{model}")
            known = schema["components"]["schemas"]
            schema["components"]["schemas"] = found["$defs"] | known
        return describe()

    app.openapi = openapi  # type: ignore[method-assign]
