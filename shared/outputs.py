"""Stage outputs, content-addressed: which output an article has now, and which inputs have already been worked through."""

from shared.blobs import BlobNotFound, Blobs
from shared.schemas.job import StageName
from shared.stage import OUTPUTS, StageOutput

_CURRENT = "outputs"  # <article id>.<stage> -> digest of what the last run gave
_KNOWN = "outputs-by-input"  # <input key> -> digest of what that input gave


class Outputs:
    """The outputs in a blob store; gateway and workers see the same."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def digest(self, article_id: str, stage: StageName) -> str | None:
        """The digest of the stage's current output; None when it failed or has not run."""
        return self._record(_CURRENT, f"{article_id}.{stage}")

    def get(self, article_id: str, stage: StageName) -> StageOutput | None:
        """The stage's current output for the article."""
        digest = self.digest(article_id, stage)
        return self.read(stage, digest) if digest else None

    def read(self, stage: StageName, digest: str) -> StageOutput | None:
        """The output with that digest; None when it is gone or was written under another schema."""
        try:
            return _parse(stage, self._blobs.get(digest))
        except (BlobNotFound, ValueError):
            return None

    def known(self, stage: StageName, input_key: str) -> str | None:
        """The digest of the output that this input gave before, if it can still be read."""
        digest = self._record(_KNOWN, input_key)
        return digest if digest and self.read(stage, digest) else None

    def put(self, output: StageOutput, input_key: str) -> str:
        """Store an output under its digest and remember the input that gave it."""
        digest = self._blobs.put(output.model_dump_json().encode())
        self._blobs.write_record(_KNOWN, input_key, digest.encode())
        return digest

    def select(self, article_id: str, stage: StageName, digest: str) -> None:
        """Make an output the current one of the article."""
        self._blobs.write_record(_CURRENT, f"{article_id}.{stage}", digest.encode())

    def forget(self, article_id: str, stage: StageName) -> None:
        """Leave the article without an output of the stage, so that nobody reads that of an earlier run."""
        self._blobs.delete_record(_CURRENT, f"{article_id}.{stage}")

    def _record(self, kind: str, key: str) -> str | None:
        try:
            return self._blobs.read_record(kind, key).decode()
        except BlobNotFound:
            return None


def _parse(stage: StageName, data: bytes) -> StageOutput:
    return OUTPUTS[stage].model_validate_json(data)
