// How the words of an article are cut at the borders of mentions.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stretches } from "../../gateway/explorer/js/reader.js";

const mention = (id, start, end) => ({ id, properties: { start, end } });
const shown = (length, mentions) =>
  stretches(length, mentions).map(({ start, end, over }) => [start, end, over.map((m) => m.id).join(" ")]);

test("a text without mentions is one stretch", () => {
  assert.deepEqual(shown(7, []), [[0, 7, ""]]);
});

test("an empty text has no stretch", () => {
  assert.deepEqual(shown(0, []), []);
});

test("the words of nested mentions name the inner one first", () => {
  assert.deepEqual(shown(10, [mention("outer", 0, 8), mention("inner", 2, 4)]), [
    [0, 2, "outer"],
    [2, 4, "inner outer"],
    [4, 8, "outer"],
    [8, 10, ""],
  ]);
});

test("mentions that overlap share the middle", () => {
  assert.deepEqual(shown(6, [mention("a", 0, 4), mention("b", 2, 6)]), [
    [0, 2, "a"],
    [2, 4, "a b"],
    [4, 6, "b"],
  ]);
});

test("the stretches cover the text without gaps, also where a mention reaches beyond it", () => {
  const cut = stretches(9, [mention("a", 1, 3), mention("b", 2, 12), mention("c", 8, 9)]);
  assert.equal(cut[0].start, 0);
  assert.equal(cut.at(-1).end, 9);
  cut.slice(1).forEach((stretch, i) => assert.equal(stretch.start, cut[i].end));
});
