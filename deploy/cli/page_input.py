"""Articles from web pages: the main text by trafilatura, pictures and captions from the page's figures."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any  # Any: lxml elements are untyped
from urllib.parse import unquote, urljoin, urlsplit

import httpx
import trafilatura
from lxml import html as lxml_html
from trafilatura.settings import Document

from deploy.cli.article_input import ArticleInput, MediaInput, as_time, is_picture_address, read_media
from shared.errors import InputError

_MOST_PICTURES = 10
_SMALLEST_SIDE = 100  # pixels; smaller pictures of a page are icons
_MOST_BYTES = 20_000_000
_TIMEOUT = 20.0
_HEADERS = {"User-Agent": "newsgraph (article reader)"}


def read_page(url: str) -> ArticleInput:
    """Download a page and read its article; raises InputError."""
    response = _download(url)
    kind = response.headers.get("content-type", "")
    if "html" not in kind:
        raise InputError(f"{url} is {kind or 'of an unknown type'}, not a web page; save it and ingest the file")
    return _read(response.text, url, str(response.url), download_picture)


def read_html(path: Path, markup: str) -> ArticleInput:
    """Read the article of a saved page; its pictures are taken from the files beside it, or from the web."""
    return _read(markup, str(path), path.absolute().as_uri(), _from_disk_or_web)


def download_picture(url: str) -> bytes:
    """The bytes behind an address; raises InputError."""
    return _download(url).content


def _read(markup: str, source: str, base: str, get: Callable[[str], bytes]) -> ArticleInput:
    found = trafilatura.bare_extraction(markup, url=base if base.startswith("http") else None, with_metadata=True)
    text = (found.text or "").strip() if isinstance(found, Document) else ""
    if not isinstance(found, Document) or not text:
        raise InputError(f"{source}: no article text was found on the page; copy its text into a .txt file")
    pictures, warnings = _pictures(markup, base, get)
    return ArticleInput(
        source=source,
        text=text,
        title=found.title or "",
        language=_language(markup),
        published_at=as_time(found.date, source),
        source_url=base if base.startswith("http") else _http_or_none(found.url),
        pictures=pictures,
        warnings=warnings,
    )


def _pictures(markup: str, base: str, get: Callable[[str], bytes]) -> tuple[tuple[MediaInput, ...], tuple[str, ...]]:
    pictures: dict[bytes, MediaInput] = {}
    warnings: list[str] = []
    for address, caption in list(_image_addresses(markup, base))[:_MOST_PICTURES]:
        try:
            data = get(address)
        except InputError as error:
            warnings.append(f"left out a picture: {error}")
            continue
        pictures.setdefault(data, MediaInput(address, data, caption))
    return tuple(pictures.values()), tuple(warnings)


def _image_addresses(markup: str, base: str) -> Iterator[tuple[str, str]]:
    """Pictures of the article's own part of the page, each once, with figure caption or alternative text."""
    page = lxml_html.fromstring(markup)
    scope = next((e for path in ("//article", "//main", "//body") for e in page.xpath(path)), page)
    seen = set()
    for image in scope.xpath(".//img"):
        address = _source(image)
        if not address or address.startswith("data:") or _is_small(image) or not is_picture_address(address):
            continue
        full = urljoin(base, address)
        if full not in seen:
            seen.add(full)
            yield full, _caption(image)


def _source(image: Any) -> str:
    for name in ("data-src", "data-original", "src"):
        value = str(image.get(name) or "").strip()
        if value and not value.startswith("data:"):
            return value
    candidates = [part.split() for part in str(image.get("srcset") or "").split(",") if part.strip()]
    return candidates[-1][0] if candidates else ""


def _caption(image: Any) -> str:
    figure = next(iter(image.xpath("ancestor::figure[1]//figcaption")), None)
    words = figure.text_content() if figure is not None else image.get("alt") or ""
    return " ".join(str(words).split())[:5000]


def _is_small(image: Any) -> bool:
    sizes = [str(image.get(name) or "") for name in ("width", "height")]
    return any(size.isdigit() and int(size) < _SMALLEST_SIDE for size in sizes)


def _language(markup: str) -> str | None:
    declared = lxml_html.fromstring(markup).xpath("string(/html/@lang)")
    code = str(declared).split("-")[0].strip().lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _http_or_none(url: str | None) -> str | None:
    return url if url and url.startswith(("http://", "https://")) else None


def _from_disk_or_web(address: str) -> bytes:
    parts = urlsplit(address)
    return read_media(Path(unquote(parts.path))).data if parts.scheme == "file" else download_picture(address)


def _download(url: str) -> httpx.Response:
    try:
        with (
            httpx.Client(timeout=_TIMEOUT, follow_redirects=True, headers=_HEADERS) as client,
            client.stream("GET", url) as response,
        ):
            response.raise_for_status()
            size = 0
            chunks = []
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > _MOST_BYTES:
                    raise InputError(f"{url} is larger than {_MOST_BYTES // 1_000_000} MB")
                chunks.append(chunk)
            return httpx.Response(200, headers=_plain(response), content=b"".join(chunks), request=response.request)
    except httpx.HTTPStatusError as error:
        raise InputError(f"{url} answers {error.response.status_code}") from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise InputError(f"{url} cannot be fetched: {error}") from error


def _plain(response: httpx.Response) -> dict[str, str]:
    """Headers without those that speak of the transfer, since the bytes are decoded already."""
    return {"content-type": response.headers.get("content-type", "")}
