"""All settings, read once from ``NEWSGRAPH_*`` at the edge, then frozen and passed as arguments."""

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

REPOSITORY = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings that more than one process needs."""

    model_config = SettingsConfigDict(env_prefix="NEWSGRAPH_", frozen=True, extra="ignore", protected_namespaces=())

    profile: Literal["embedded", "gpu", "llm"] = "embedded"
    device: Literal["cpu", "cuda"] = "cpu"
    commercial: bool = Field(default=False, description="refuse models whose licence forbids commercial use or is AGPL or GPL")
    data_dir: Path = Path(".newsgraph")
    models_file: Path = REPOSITORY / "deploy" / "models.toml"
    model_folders: dict[str, Path] = Field(
        default={}, description="JSON: files or folders that take the place of models of the hub, by id of models.toml"
    )
    kb_file: Path | None = Field(
        default=None,
        validation_alias=AliasChoices("NEWSGRAPH_KB", "kb_file"),
        description="a knowledge base of `newsgraph kb build`; None takes the embedded one",
    )
    broker_url: str = "redis://127.0.0.1:6380/0"
    graph_url: str = Field(
        default="bolt://127.0.0.1:7687", description="bolt:// or neo4j:// of ArcadeDB or Neo4j 5; memory:// for tests"
    )
    graph_user: str = "root"
    graph_password: SecretStr = SecretStr("")
    graph_database: str | None = Field(default=None, description="None takes the server's default database")
    stage_time_limit: int = Field(default=600, description="seconds after which a stage is stopped")
    patience_hours: float = Field(default=24.0, ge=0, description="how long a job waits for a graph that does not answer")
    host: str = "127.0.0.1"
    port: int = 8000
    api_keys: tuple[SecretStr, ...] = Field(default=(), description="JSON list; needed unless host is 127.0.0.1")
    log_level: str = "INFO"
