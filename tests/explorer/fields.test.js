// The words that mentions point into, and quotations from them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { charactersOf, fieldText, quotation } from "../../gateway/explorer/js/fields.js";

test("a field of an article is its title, its text or the caption of a picture or video", () => {
  const article = {
    title: "T",
    text: "words",
    images: [{ image_id: "i1", caption: "a picture" }],
    videos: [{ video_id: "v1", caption: "a video" }],
  };
  const read = ["title", "text", "caption:i1", "caption:v1", "caption:none"].map((field) => fieldText(article, field));
  assert.deepEqual(read, ["T", "words", "a picture", "a video", ""]);
});

test("offsets count characters, not the halves of an emoji", () => {
  assert.equal(charactersOf("😀a").length, 2);
  assert.deepEqual(quotation("😀😀 Ankara today", { start: 3, end: 9 }), { before: "😀😀 ", words: "Ankara", after: " today" });
});

test("a quotation is cut where much stands around it, and says so", () => {
  const cut = quotation(`${"a".repeat(80)}Ankara${"b".repeat(80)}`, { start: 80, end: 86 }, 10);
  assert.deepEqual(cut, { before: `…${"a".repeat(10)}`, words: "Ankara", after: `${"b".repeat(10)}…` });
});
