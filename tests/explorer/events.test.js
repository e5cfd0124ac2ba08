// Server-sent events, the address of a page, and the small words of the explorer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { day, percent } from "../../gateway/explorer/js/dom.js";
import { readEvents } from "../../gateway/explorer/js/events.js";
import { readHash } from "../../gateway/explorer/js/hash.js";
import { counted } from "../../gateway/explorer/js/progress.js";

const EVENT = 'id: 1-0\r\nevent: job\r\ndata: {"state": "running"}\r\n\r\n';

test("whole events are read, and what is still to come is kept", () => {
  const { messages, rest } = readEvents(`${EVENT}id: 2-0\r\ndata: {"sta`);
  assert.deepEqual(messages, [{ state: "running" }]);
  assert.equal(rest, 'id: 2-0\ndata: {"sta');
});

test("a stream gives the same messages wherever it is cut", () => {
  const stream = EVENT + ': ping\r\n\r\nevent: job\r\ndata: {"state":\r\ndata: "done"}\r\n\r\n';
  for (let cut = 0; cut <= stream.length; cut++) {
    const first = readEvents(stream.slice(0, cut));
    const second = readEvents(first.rest + stream.slice(cut));
    assert.deepEqual([...first.messages, ...second.messages], [{ state: "running" }, { state: "done" }], `cut at ${cut}`);
    assert.equal(second.rest, "");
  }
});

test("an address names a page and what it is of", () => {
  assert.deepEqual(readHash("#/picture/a1/i%201"), { name: "picture", rest: "a1/i 1" });
  assert.deepEqual(readHash("#/events"), { name: "events", rest: "" });
  assert.deepEqual(readHash("#/"), { name: "", rest: "" });
  assert.deepEqual(readHash(""), { name: "", rest: "" });
});

test("percentages and days are empty where nothing is known", () => {
  assert.deepEqual([percent(0.666), percent(0), percent(null), percent(undefined)], ["67%", "0%", "", ""]);
  assert.equal(day(null), "");
  assert.match(day("2017-12-31T23:59:59Z"), /2017/);
  assert.match(day("2017-12-31T23:59:59Z"), /31/);
});

test("at most four counts of a stage are told, and none that is zero", () => {
  assert.equal(counted({ a: 1, b: 0, c: 2, d: 3, e: 4, f: 5 }), "1 a, 2 c, 3 d, 4 e");
  assert.equal(counted(undefined), "");
});
