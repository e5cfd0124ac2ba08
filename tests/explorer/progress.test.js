import assert from "node:assert/strict";
import test from "node:test";

import { stageLabel } from "../../gateway/explorer/js/progress.js";

test("every stage has a label, also one that the page does not know", () => {
  assert.equal(stageLabel("text_ie"), "Text");
  assert.equal(stageLabel("object_detection"), "Object detection");
  assert.equal(stageLabel("sound_events"), "Sound events");
});
