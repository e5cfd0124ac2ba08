"""Which video files are read. The container is told by the first bytes and then forced, so no file can pose as a playlist."""

import filetype

DEMUXERS = {
    "video/mp4": "mov",
    "video/x-m4v": "mov",
    "video/quicktime": "mov",
    "video/3gpp": "mov",
    "video/x-matroska": "matroska",
    "video/webm": "matroska",
    "video/x-msvideo": "avi",
}
"""FFmpeg's demuxer of each media type; demuxers that open other files or addresses (concat, hls, dash) are not among them."""
NAMES = "MP4, MOV, M4V, 3GP, MKV, WEBM, AVI"
SUFFIXES = (".mp4", ".m4v", ".mov", ".3gp", ".mkv", ".webm", ".avi")
_ISO_MEDIA = b"ftyp"


def media_type_of(data: bytes) -> str | None:
    """The media type by the first bytes, whether it is read or not; None for bytes of no known type."""
    kind = filetype.guess(data[:8192])
    if kind is None and data[4:8] == _ISO_MEDIA:
        return "video/mp4"
    return str(kind.mime) if kind else None
