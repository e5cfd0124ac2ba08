"""Settings of the gateway: the shared ones and the limits on what may be sent. All read from ``NEWSGRAPH_*``."""

import ipaddress
from pathlib import Path

from pydantic import Field

from shared.errors import ConfigurationError
from shared.settings import Settings

EXPLORER = Path(__file__).resolve().parent / "explorer"


class GatewaySettings(Settings):
    """The shared settings and the gateway's own; every limit has a default that a laptop survives."""

    max_body_bytes: int = Field(default=64_000_000, gt=0, description="bytes of a whole request; cut off while it streams in")
    max_text_chars: int = Field(default=1_000_000, gt=0, description="characters of an article's text; spaCy reads no more")
    max_images: int = Field(default=20, ge=0, description="pictures of one article or one reference")
    max_image_bytes: int = Field(default=20_000_000, gt=0)
    max_image_pixels: int = Field(default=50_000_000, gt=0, description="width x height, read from the header")
    max_videos: int = Field(default=3, ge=0, description="videos of one article")
    max_video_bytes: int = Field(default=60_000_000, gt=0, description="bytes of a video file")
    max_video_seconds: float = Field(default=600, gt=0, description="length of a video")
    max_batch_lines: int = Field(default=1_000, gt=0)
    fetch_timeout: float = Field(default=15.0, gt=0, description="seconds for one picture or video by URL, redirects included")
    fetch_redirects: int = Field(default=4, ge=0)
    fetch_private_addresses: bool = Field(default=False, description="allow picture URLs on private networks; for tests only")
    keep_jobs_days: float = Field(default=90.0, gt=0, description="days for which the record of a job that ended is kept")
    enrol_timeout: float = Field(default=60.0, gt=0, description="seconds to wait for a worker to read reference pictures")
    blur_unknown_faces: bool = Field(
        default=False, description="serve pictures with all faces blurred but those of people in the gallery"
    )
    max_streams: int = Field(default=64, gt=0, description="job event streams open at the same time")

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The API keys as bytes; empty when access is open."""
        return tuple(key.get_secret_value().encode() for key in self.api_keys)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches that host name or address."""
    bare = host.strip("[]").lower()
    if bare == "localhost":
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def check_access(settings: GatewaySettings) -> None:
    """Refuse an open gateway on a public address, and keys that are too short to be secret; raises ConfigurationError."""
    if not settings.keys and not is_loopback(settings.host):
        raise ConfigurationError(
            f"the gateway would listen on {settings.host} without API keys; set NEWSGRAPH_API_KEYS to a JSON list "
            "of secrets, or NEWSGRAPH_HOST to 127.0.0.1"
        )
    if any(len(key) < 16 for key in settings.keys):
        raise ConfigurationError("an API key in NEWSGRAPH_API_KEYS is shorter than 16 characters; try `openssl rand -hex 24`")
