"""Reading articles from real files and a real web server on this machine."""

import http.server
import json
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from deploy.cli.article_input import ArticleInput
from deploy.cli.read_inputs import Unreadable, read_inputs
from shared.errors import InputError

_PARAGRAPHS = "".join(
    f"<p>The minister number {n} travelled to Paris on Monday and met the mayor of the city for talks.</p>" for n in range(6)
)
_PAGE = f"""<html lang="en-GB"><head><title>Ministers in Paris</title>
<meta property="article:published_time" content="2024-05-14T08:00:00Z">
</head><body><nav><img src="logo.png"><a href="/">Home</a></nav><article><h1>Ministers in Paris</h1>
<figure><img src="photos/mayor%20one.png"><figcaption>The mayor   of Paris</figcaption></figure>
{_PARAGRAPHS}<img src="icon.png" width="16" height="16"><img src="photos/missing.png" alt="gone"></article></body></html>"""


def one(source: Path | str) -> ArticleInput:
    found = list(read_inputs([str(source)]))
    assert len(found) == 1
    assert isinstance(found[0], ArticleInput), found[0]
    return found[0]


def refusal(source: Path | str) -> str:
    found = list(read_inputs([str(source)]))
    assert len(found) == 1
    assert isinstance(found[0], Unreadable), found[0]
    return found[0].reason


def picture(path: Path, colour: str = "red") -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (8, 8), colour).save(path)
    return path.read_bytes()


def test_text_is_kept_exactly_and_pictures_beside_it_come_along(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("First line.\n\n  Second — line. ", encoding="utf-8")
    same = picture(tmp_path / "a.png")
    inside = picture(tmp_path / "a_images" / "one.png", "blue")
    (tmp_path / "a_images" / "one.txt").write_text("A blue square\n", encoding="utf-8")
    picture(tmp_path / "b.png", "green")
    article = one(tmp_path / "a.txt")
    assert article.text == "First line.\n\n  Second — line. "
    assert [(p.data, p.caption) for p in article.pictures] == [(same, ""), (inside, "A blue square")]


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfText")
    assert one(tmp_path / "a.txt").text == "Text"


def test_text_in_another_encoding_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Málaga".encode("latin-1"))
    assert "iconv" in refusal(tmp_path / "a.txt")


def test_markdown_gives_title_fields_plain_text_and_pictures(tmp_path: Path) -> None:
    data = picture(tmp_path / "img" / "x.png")
    (tmp_path / "a.md").write_text(
        "---\ndate: 2024-05-14\nlanguage: en\nsource_url: https://example.org/a\n---\n# The *big* meeting\n\n"
        "The **mayor** met [the minister](https://example.org/m).\n\n![They shake hands](img/x.png)\n\n"
        "## Later\n\nSnake_case_name and 2 * 3 * 4 stay.\n",
        encoding="utf-8",
    )
    article = one(tmp_path / "a.md")
    assert article.title == "The big meeting"
    assert article.text == "The mayor met the minister.\n\nLater\n\nSnake_case_name and 2 * 3 * 4 stay."
    assert (article.language, article.published_at, article.source_url) == (
        "en",
        "2024-05-14T00:00:00+00:00",
        "https://example.org/a",
    )
    assert [(p.data, p.caption) for p in article.pictures] == [(data, "They shake hands")]


def test_markdown_is_read_as_commonmark_and_loses_no_words(tmp_path: Path) -> None:
    data = picture(tmp_path / "img" / "two words.png")
    (tmp_path / "a.md").write_text(
        "![A *small* photo](<img/two words.png>)\n\nRain & wind\n===========\n\n> He said:\n> it \\*may\\* rain &amp; snow.\n\n"
        "- first\n- *second*\n\n2017. The year began.\n\n---\n\n    indented `code`\n\n<b>Tags</b> stay,\nlines too. "
        "See [the\nreport][1] and ![the map][2].\n\n[1]: https://example.org/r\n[2]: <img/two words.png>\n",
        encoding="utf-8",
    )
    article = one(tmp_path / "a.md")
    assert article.title == "Rain & wind"
    assert article.text == (
        "He said:\nit *may* rain & snow.\n\nfirst\nsecond\n\n2017. The year began.\n\nindented `code`\n\n"
        "<b>Tags</b> stay,\nlines too. See the\nreport and ."
    )
    assert [(p.data, p.caption) for p in article.pictures] == [(data, "A small photo"), (data, "the map")]


def test_a_heading_that_comes_after_words_is_no_title(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("It rained.\n\n# Later\n\nIt stopped.\n", encoding="utf-8")
    article = one(tmp_path / "a.md")
    assert (article.title, article.text) == ("", "It rained.\n\nLater\n\nIt stopped.")


def test_json_reads_fields_and_picture_files(tmp_path: Path) -> None:
    data = picture(tmp_path / "images" / "x.png")
    row = {"title": "T", "text": "Body.", "language": "en", "published_at": "2024-05-14T08:00:00Z", "unknown": 1}
    row["images"] = [{"file": "images/x.png", "caption": "C", "credit": "NASA"}]
    (tmp_path / "a.json").write_text(json.dumps(row), encoding="utf-8")
    article = one(tmp_path / "a.json")
    assert (article.title, article.text, article.published_at) == ("T", "Body.", "2024-05-14T08:00:00+00:00")
    assert [(p.data, p.caption, p.credit) for p in article.pictures] == [(data, "C", "NASA")]
    assert json.loads(article.body().model_dump_json())["images"][0]["caption"] == "C"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "is not JSON"),
        ('{"title": "x"}', "text"),
        ('{"text": "x", "published_at": "last week"}', "is not a date"),
        ('{"text": "  "}', "empty"),
    ],
)
def test_json_that_is_no_article_is_refused_with_the_reason(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    assert reason in refusal(tmp_path / "a.json")


def test_a_picture_file_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"text": "x", "images": [{"file": "no.png"}]}', encoding="utf-8")
    assert "no.png" in refusal(tmp_path / "a.json")


def test_json_lines_give_one_article_each_and_name_the_bad_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "One."}\n\n{"text": "Two."}\n{"txt": "Three."}\n', encoding="utf-8")
    found = list(read_inputs([str(tmp_path / "a.jsonl")]))
    assert [item.text for item in found if isinstance(item, ArticleInput)] == ["One.", "Two."]
    assert next(item.reason for item in found if isinstance(item, Unreadable)).startswith(f"{tmp_path / 'a.jsonl'}:4")


def test_a_list_in_json_gives_one_article_each(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"text": "One."}, {"text": "Two."}]', encoding="utf-8")
    assert [item.text for item in read_inputs([str(tmp_path / "a.json")]) if isinstance(item, ArticleInput)] == ["One.", "Two."]


def test_a_saved_page_gives_main_text_title_date_and_the_figure(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(_PAGE, encoding="utf-8")
    data = picture(tmp_path / "photos" / "mayor one.png")
    article = one(tmp_path / "a.html")
    assert "minister number 5 travelled to Paris" in article.text
    assert "Home" not in article.text
    assert (article.title, article.language, article.published_at) == ("Ministers in Paris", "en", "2024-05-14T00:00:00+00:00")
    assert [(p.data, p.caption) for p in article.pictures] == [(data, "The mayor of Paris")]
    assert "missing.png" in article.warnings[0]


def test_a_page_without_an_article_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body></body></html>", encoding="utf-8")
    assert "no article text" in refusal(tmp_path / "a.html")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "a.html").write_text(_PAGE, encoding="utf-8")
    picture(folder / "photos" / "mayor one.png")
    (folder / "a.pdf").write_bytes(b"%PDF-1.4")
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_address_gives_the_article_with_its_pictures(site: str) -> None:
    article = one(f"{site}/a.html")
    assert article.source_url == f"{site}/a.html"
    assert "minister number 5" in article.text
    assert [p.caption for p in article.pictures] == ["The mayor of Paris"]
    assert article.pictures[0].data.startswith(b"\x89PNG")


def test_addresses_that_give_no_page_are_refused_with_the_reason(site: str) -> None:
    assert "answers 404" in refusal(f"{site}/none.html")
    assert "application/pdf" in refusal(f"{site}/a.pdf")
    assert "cannot be fetched" in refusal("http://127.0.0.1:1/")


def test_a_folder_is_searched_at_any_depth_and_a_bad_file_does_not_stop_the_rest(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "a.txt").write_text("A.", encoding="utf-8")
    (tmp_path / "b.json").write_text("{", encoding="utf-8")
    (tmp_path / "deep" / "er" / "c.md").write_text("C.", encoding="utf-8")
    (tmp_path / "a_images").mkdir()
    (tmp_path / "a_images" / "x.txt").write_text("a caption, no article", encoding="utf-8")
    (tmp_path / ".hidden.txt").write_text("H.", encoding="utf-8")
    found = list(read_inputs([str(tmp_path)]))
    assert [item.text for item in found if isinstance(item, ArticleInput)] == ["A.", "C."]
    assert [item.source for item in found if isinstance(item, Unreadable)] == [str(tmp_path / "b.json")]


def test_what_is_not_there_or_not_known_is_refused_with_the_reason(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "none.txt")
    (tmp_path / "a.docx").write_bytes(b"PK")
    assert ".txt" in refusal(tmp_path / "a.docx")
    (tmp_path / "empty").mkdir()
    assert "no article files" in refusal(tmp_path / "empty")


def test_the_bundled_samples_can_be_read() -> None:
    from deploy.cli.samples import sample_people
    from shared.samples import sample_articles

    found = list(read_inputs([str(sample_articles())]))
    assert len(found) >= 4
    assert all(isinstance(item, ArticleInput) for item in found)
    assert all(person.files for person in sample_people())


def test_videos_beside_the_text_come_along_and_a_video_named_alone_finds_its_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Text", encoding="utf-8")
    (tmp_path / "a.mp4").write_bytes(b"same")
    (tmp_path / "a_videos").mkdir()
    (tmp_path / "a_videos" / "one.webm").write_bytes(b"inside")
    (tmp_path / "a_videos" / "one.txt").write_text("A street\n", encoding="utf-8")
    for source in (tmp_path / "a.txt", tmp_path / "a.mp4", tmp_path):
        article = one(source)
        assert [(v.data, v.caption) for v in article.videos] == [(b"same", ""), (b"inside", "A street")]
    sent = [(video.base64, video.caption, video.credit) for video in article.body().videos]
    assert sent == [("c2FtZQ==", "", ""), ("aW5zaWRl", "A street", "")]


def test_what_the_api_would_refuse_is_refused_before_it_is_sent() -> None:
    with pytest.raises(InputError, match="language: Value error, must be a two-letter") as refused:
        ArticleInput("story.txt", "Words.", language="English").body()
    assert str(refused.value).startswith("story.txt: ")


def test_a_video_without_text_says_where_to_put_it(tmp_path: Path) -> None:
    (tmp_path / "clip.mov").write_bytes(b"film")
    assert "clip.txt" in refusal(tmp_path / "clip.mov")


def test_json_names_videos_by_file_and_base64(tmp_path: Path) -> None:
    (tmp_path / "v.mp4").write_bytes(b"film")
    row = {"text": "Text", "videos": [{"file": "v.mp4", "caption": "A film"}, {"base64": "c2FtZQ=="}]}
    (tmp_path / "a.json").write_text(json.dumps(row), encoding="utf-8")
    assert [(v.data, v.caption) for v in one(tmp_path / "a.json").videos] == [(b"film", "A film"), (b"same", "")]
