// Entities and events across all articles.
import { getEntity, getOntology, searchEntities, searchEvents } from "./api.js";
import { day, h, percent, replace, toast } from "./dom.js";
import { colourOf } from "./graphview.js";
import { articlesOf, family, GraphModel, nameOf, typeOf } from "./model.js";
import { crop } from "./pictures.js";

const later = (action, wait = 250) => {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => action().catch((p) => toast(p.message, "error")), wait);
  };
};
const TYPES = [
  ["", "all types"],
  ["PER", "people"],
  ["ORG", "organisations"],
  ["GPE", "countries and towns"],
  ["LOC", "places"],
  ["FAC", "buildings"],
  ["VEH", "vehicles"],
  ["WEA", "weapons"],
];

export async function entitiesPage(root) {
  const results = h("ul", { class: "results" });
  const q = h("input", {
    type: "search",
    placeholder: "Name of a person, place, organisation…",
    "aria-label": "Search entities",
  });
  const type = h(
    "select",
    { "aria-label": "Type" },
    TYPES.map(([value, words]) => h("option", { value }, words)),
  );
  const run = async () => {
    const { entities } = await searchEntities(q.value, type.value);
    replace(results, entities.length ? entities.map(entityCard) : h("p", { class: "hint" }, "No entity matches."));
  };
  q.addEventListener("input", later(run));
  type.addEventListener("change", later(run, 0));
  replace(root, h("div", { class: "search" }, h("h1", {}, "Entities"), h("div", { class: "row" }, q, type), results));
  await run();
}

const dot = (type) => {
  const mark = h("i", { class: "dot" });
  mark.style.background = colourOf(type);
  return mark;
};
const entityCard = (node) =>
  h(
    "li",
    {},
    h("a", { href: `#/entity/${node.id}` }, dot(node.properties.type), h("b", {}, nameOf(node)), h("small", {}, typeOf(node))),
  );

export async function entityPage(root, id) {
  const view = await getEntity(id);
  const model = new GraphModel(view);
  const node = model.node.get(id);
  const mentions = model.evidence(node);
  const records = model.records(id);
  replace(
    root,
    h(
      "div",
      { class: "search" },
      h("h1", {}, dot(typeOf(node)), nameOf(node)),
      h(
        "p",
        { class: "meta" },
        typeOf(node),
        records.map(([, r]) => ` · ${nameOf(r)} (${r.properties.record_id || r.id})`),
      ),
      h("h2", {}, "Takes part in"),
      h(
        "ul",
        { class: "results" },
        model.around(id).map((edge) => part(edge, node, model)),
      ),
      h("h2", {}, `Mentions (${mentions.length})`),
      h(
        "ul",
        { class: "results mentions" },
        mentions.map((m) => mentionLine(m)),
      ),
    ),
  );
}

// What an article says, with the way to it; plain where no article is named.
const linked = (article, ...words) => (article ? h("a", { href: `#/article/${article}` }, words) : h("span", {}, words));

function part(edge, node, model) {
  const other = model.node.get(edge.source_id === node.id ? edge.target_id : edge.source_id);
  return h(
    "li",
    {},
    linked(
      articlesOf(edge)[0],
      h("b", {}, family(other) === "Event" ? other.labels.at(-1) : nameOf(other)),
      h(
        "small",
        {},
        `${(edge.properties.role || edge.type).replaceAll("_", " ").toLowerCase()} · ${nameOf(other)} ${percent(edge.properties.confidence)}`,
      ),
    ),
  );
}

function mentionLine(mention) {
  const p = mention.properties;
  const picture = mention.labels.includes("Region");
  return h(
    "li",
    {},
    linked(
      articlesOf(mention)[0],
      picture ? crop(mention, 90) : h("q", {}, p.text),
      h("small", {}, picture ? p.label : `${p.kind} · ${p.field.split(":")[0]} ${p.start}–${p.end}`),
    ),
  );
}

export async function eventsPage(root) {
  const known = h("datalist", { id: "event-types" });
  const type = h("input", {
    placeholder: "Type, e.g. Conflict or Contact:Meet",
    "aria-label": "Event type",
    list: "event-types",
  });
  const from = h("input", { type: "date", "aria-label": "From" });
  const to = h("input", { type: "date", "aria-label": "To" });
  const rows = h("tbody", {});
  const run = async () => {
    const found = await searchEvents({ type: type.value.trim(), from: from.value, to: to.value }).catch(refused);
    const nothing = found.refusal || "No event matches.";
    replace(rows, found.events.length ? found.events.map(eventRow) : h("tr", {}, h("td", { colSpan: 4 }, nothing)));
  };
  type.addEventListener("input", later(run));
  for (const box of [from, to]) box.addEventListener("change", later(run, 0));
  replace(
    root,
    h(
      "div",
      { class: "search" },
      h("h1", {}, "Events"),
      h("div", { class: "row" }, type, known, h("label", {}, "from ", from), h("label", {}, "to ", to)),
      h(
        "table",
        { class: "events" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["Event", "Who and where", "When", "From"].map((word) => h("th", {}, word)),
          ),
        ),
        rows,
      ),
    ),
  );
  await run();
  const { event_types: types } = await getOntology();
  replace(
    known,
    types.map((row) => h("option", { value: row.id }, row.definition)),
  );
}

// A word that is still being typed is no type yet: what the server says stands where the rows would be.
const refused = (problem) => {
  if (problem.status !== 422) throw problem;
  return { events: [], refusal: problem.message };
};

// One link for each article that tells of the event.
function sources(view) {
  const media = (view.event.properties.media || []).join(" + ") || "article";
  const articles = articlesOf(view.event);
  return articles.map((article, i) => [
    h("a", { href: `#/article/${article}` }, articles.length > 1 ? `${media} ${i + 1}` : media),
    " ",
  ]);
}

function eventRow(view) {
  const p = view.event.properties;
  const roles = view.arguments.map((a) =>
    h(
      "span",
      { class: "argument" },
      h("i", {}, `${a.role.toLowerCase()} `),
      h("a", { href: `#/entity/${a.entity.id}` }, nameOf(a.entity)),
      " ",
    ),
  );
  const doubt = p.asserted && p.asserted !== "asserted" ? h("em", { class: "warn" }, ` ${p.asserted}`) : null;
  return h(
    "tr",
    {},
    h("td", {}, h("b", {}, view.event.labels.at(-1)), h("br"), h("small", {}, nameOf(view.event)), doubt),
    h("td", {}, roles),
    h("td", {}, day(p.earliest) || (p.latest ? `until ${day(p.latest)}` : "")),
    h("td", {}, sources(view)),
  );
}
