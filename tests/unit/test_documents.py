"""Links and paths in the pages of the repository lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("shared", "services", "gateway", "lab", "deploy", "tests")
PAGES = sorted([*ROOT.glob("*.md"), *(page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md"))])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s#]+)")
PATH = re.compile(r"`((?:shared|services|gateway|lab|deploy|tests)/[\w./-]+)`")
NOT_YET = {
    "gateway/middleware.py",
    "gateway/query_parameters.py",
    "services/entity_linking/catalogue.py",
    "services/object_detection/catalogue.py",
    "shared/engines.py",
    "shared/manifest.py",
    "shared/schemas/api_requests.py",
}
"""What ARCHITECTURE.md tells of ahead of time; to be emptied."""
CHECKED = {"ARCHITECTURE.md", "README.md", "lab/README.md"}
"""Pages whose paths in code style are checked too; decision records and change logs tell of what was."""


def where(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def dead(page: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8")
    yield from (link for link in LINK.findall(text) if not (page.parent / link).exists())
    if where(page) in CHECKED:
        yield from (path for path in PATH.findall(text) if not (ROOT / path).exists() and path not in NOT_YET)


@pytest.mark.unit
@pytest.mark.parametrize("page", PAGES, ids=where)
def test_links_and_paths_of_a_page_lead_somewhere(page: Path) -> None:
    assert list(dead(page)) == []
