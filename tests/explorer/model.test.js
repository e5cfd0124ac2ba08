// The index over a subgraph: what refers to what, which articles say it, which evidence stands behind it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { articlesOf, GraphModel, nameOf, typeOf } from "../../gateway/explorer/js/model.js";

const node = (id, labels, properties = {}) => ({ id, labels, properties });
const edge = (type, source_id, target_id, properties = {}) => ({
  id: `${type}-${source_id}`,
  type,
  source_id,
  target_id,
  properties,
});
const GRAPH = {
  nodes: [
    node("a1", ["Article"]),
    node("m1", ["Mention", "TextMention"], { field: "text", start: 0, end: 5, article_id: "a1" }),
    node("m2", ["Mention", "TextMention"], { field: "title", start: 0, end: 5, article_id: "a1" }),
    node("r1", ["Mention", "Region"], { image_id: "i1", kind: "face", article_id: "a1" }),
    node("e1", ["Entity", "Person"], { name: "Ada Lane", type: "PER", article_ids: ["a1", "a2"] }),
    node("v1", ["Event", "Meet"], { type: "Contact.Meet", evidence_ids: ["m2", "unknown"] }),
    node("k1", ["KBRecord"], { record_id: "wikidata:Q1" }),
  ],
  edges: [
    edge("REFERS_TO", "m1", "e1"),
    edge("REFERS_TO", "r1", "e1"),
    edge("PARTICIPANT", "v1", "e1", { role: "Participant", article_id: "a1" }),
    edge("SAME_AS", "e1", "k1"),
    edge("IN", "m1", "a1"),
  ],
};
const model = new GraphModel(GRAPH);
const ids = (nodes) => nodes.map((one) => one.id);

test("facts are entities and events, and only edges between facts are edges of facts", () => {
  assert.deepEqual(ids(model.facts()), ["e1", "v1"]);
  assert.deepEqual(
    model.factEdges().map((one) => one.type),
    ["PARTICIPANT"],
  );
  assert.deepEqual(ids(model.around("e1")), ["PARTICIPANT-v1"]);
});

test("mentions are found by field and picture, and lead to what they name", () => {
  assert.deepEqual(ids(model.textMentions("text")), ["m1"]);
  assert.deepEqual(ids(model.regions("i1")), ["r1"]);
  assert.equal(model.referent("m1").id, "e1");
  assert.equal(model.referent("m2"), undefined);
});

test("evidence is what a thing names and what refers to it, as far as it is in the graph", () => {
  assert.deepEqual(ids(model.evidence(model.node.get("e1"))), ["m1", "r1"]);
  assert.deepEqual(ids(model.evidence(model.node.get("v1"))), ["m2"]);
});

test("records of the knowledge base come with the edge that claims them", () => {
  const [[claim, record]] = model.records("e1");
  assert.deepEqual([claim.type, record.id], ["SAME_AS", "k1"]);
});

test("a fact names all its articles, a mention and an edge the one they are of", () => {
  assert.deepEqual(articlesOf(model.node.get("e1")), ["a1", "a2"]);
  assert.deepEqual(articlesOf(model.node.get("m1")), ["a1"]);
  assert.deepEqual(articlesOf(model.edge.get("PARTICIPANT-v1")), ["a1"]);
  assert.deepEqual(articlesOf(model.node.get("k1")), []);
});

test("a node is called by name, text or label before its id, and typed by its type before its label", () => {
  assert.equal(nameOf(model.node.get("e1")), "Ada Lane");
  assert.equal(nameOf(node("x", ["Mention"], { text: "she" })), "she");
  assert.equal(nameOf(node("x", ["Mention"], { label: "dog" })), "dog");
  assert.equal(nameOf(model.node.get("a1")), "a1");
  assert.equal(typeOf(model.node.get("v1")), "Contact.Meet");
  assert.equal(typeOf(model.node.get("a1")), "Article");
});
