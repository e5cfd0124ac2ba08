// The drawer that answers "how do we know?" for any node, edge or mention.
import { h, percent, replace } from "./dom.js";
import { fieldText, quotation } from "./fields.js";
import { family, nameOf, typeOf } from "./model.js";
import { crop } from "./pictures.js";

const ASSERTED = { negated: "The text denies this.", uncertain: "The text does not say this as a fact." };
const drawer = () => document.getElementById("evidence");

export function closeEvidence() {
  drawer().hidden = true;
  document.body.classList.remove("with-evidence");
}

export function showEvidence(thing, { model, article, select, jump }) {
  if (!thing) return closeEvidence();
  const parts = thing.source_id ? edgeParts(thing, model, select) : nodeParts(thing, model, select);
  const evidence = family2(thing) === "Mention" ? [thing] : model.evidence(thing);
  replace(
    drawer(),
    h("button", { class: "close", type: "button", "aria-label": "Close", onclick: () => select(null) }, "×"),
    parts,
    h("h3", {}, `Evidence (${evidence.length})`),
    h(
      "ul",
      { class: "proofs" },
      evidence.map((mention) => proof(mention, article, jump)),
    ),
  );
  drawer().hidden = false;
  document.body.classList.add("with-evidence");
}

const family2 = (thing) => (thing.labels ? family(thing) : "Edge");

function nodeParts(node, model, select) {
  const p = node.properties;
  const around = model.around(node.id);
  return [
    h("p", { class: "kind" }, kindOf(node)),
    h("h2", {}, nameOf(node)),
    score(p),
    p.asserted && ASSERTED[p.asserted] ? h("p", { class: "warn" }, ASSERTED[p.asserted]) : null,
    when(p),
    model.records(node.id).map(([edge, record]) => recordLine(edge, record)),
    (p.reasons || []).length ? h("p", { class: "reasons" }, (p.reasons || []).join(" · ")) : null,
    around.length ? h("h3", {}, family(node) === "Event" ? "Arguments" : "Takes part in") : null,
    h(
      "ul",
      { class: "links" },
      around.map((edge) => aroundLine(edge, node, model, select)),
    ),
  ];
}

function when({ earliest, latest }) {
  const [first, last] = [earliest, latest].map((time) => (time ? time.slice(0, 10) : null));
  if (!first && !last) return null;
  return h(
    "p",
    {},
    "When: ",
    first && last ? (first === last ? first : `${first} to ${last}`) : first ? `from ${first}` : `until ${last}`,
  );
}

function kindOf(node) {
  if (family(node) === "Mention")
    return node.labels.includes("Region") ? `${node.properties.kind} in a picture` : `words: ${typeOf(node)}`;
  const media = (node.properties.media || []).join(" and ");
  return `${family(node)} · ${typeOf(node)}${media ? ` · from ${media}` : ""}`;
}

const score = (p) =>
  p.confidence === undefined || p.confidence === null
    ? null
    : h(
        "p",
        { class: "score" },
        h("meter", { min: 0, max: 1, value: p.confidence }),
        ` ${percent(p.confidence)} · ${p.model || ""}`,
      );

function recordLine(edge, record) {
  if (!record) return null;
  const [source, key] = (record.properties.record_id || record.id).split(":");
  const href =
    source === "wikidata"
      ? `https://www.wikidata.org/wiki/${key}`
      : source === "geonames"
        ? `https://www.geonames.org/${key}`
        : null;
  const name = `${nameOf(record)} (${source})`;
  return h(
    "p",
    { class: "record" },
    "Same as ",
    href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, name) : name,
    ` ${percent(edge.properties.confidence)}`,
  );
}

function aroundLine(edge, node, model, select) {
  const other = model.node.get(edge.source_id === node.id ? edge.target_id : edge.source_id);
  const role = (edge.properties.role || edge.type).replaceAll("_", " ").toLowerCase();
  return h(
    "li",
    {},
    h("button", { type: "button", class: "role", onclick: () => select(edge), title: "Evidence of this edge" }, role),
    h(
      "button",
      { type: "button", class: "other", onclick: () => select(other) },
      family(other) === "Event" ? `${other.labels.at(-1)}: ${nameOf(other)}` : nameOf(other),
    ),
  );
}

function edgeParts(edge, model, select) {
  const [source, target] = [model.node.get(edge.source_id), model.node.get(edge.target_id)];
  const end = (node) => h("button", { type: "button", class: "other", onclick: () => select(node) }, nameOf(node));
  return [
    h("p", { class: "kind" }, family(source) === "Event" ? `Role in ${typeOf(source)}` : "Relation"),
    h("h2", {}, edge.properties.role || edge.type),
    h("p", { class: "ends" }, end(source), " → ", end(target)),
    score(edge.properties),
  ];
}

function proof(mention, article, jump) {
  const p = mention.properties;
  const go = {
    tabindex: "0",
    role: "button",
    onclick: () => jump(mention),
    onkeydown: (e) => {
      if (e.key === "Enter") jump(mention);
    },
  };
  if (mention.labels.includes("Region")) {
    return h(
      "li",
      { class: "proof picture-proof", ...go },
      crop(mention),
      h("div", {}, h("b", {}, p.text || p.label), h("small", {}, `${percent(p.confidence)} · ${p.model}`)),
    );
  }
  const { before, words, after } = quotation(fieldText(article, p.field), p);
  return h(
    "li",
    { class: "proof", ...go },
    h("q", {}, before, h("mark", {}, words), after),
    h(
      "small",
      {},
      `${p.field.startsWith("caption") ? "caption" : p.field} ${p.start}–${p.end} · ${percent(p.confidence)} · ${p.model}`,
    ),
  );
}
