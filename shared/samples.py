"""The sample articles that come with the source tree."""

from pathlib import Path

from shared.errors import ConfigurationError
from shared.settings import REPOSITORY

FIXTURES = REPOSITORY / "tests" / "fixtures"


def sample_articles() -> Path:
    """The folder of the samples; raises ConfigurationError where newsgraph is installed without them."""
    folder = FIXTURES / "articles"
    if not folder.is_dir():
        raise ConfigurationError(
            f"the sample articles are not in {folder}: they come with the source tree; use `newsgraph up` and `newsgraph ingest`"
        )
    return folder
