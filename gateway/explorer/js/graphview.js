// The graph of entities and events, drawn by cytoscape.js.
import cytoscape from "../vendor/cytoscape.esm.min.js";
import { family, nameOf, typeOf } from "./model.js";

const COLOURS = {
  PER: "#2f6fde",
  ORG: "#8a4fd3",
  GPE: "#1f8a5b",
  LOC: "#3aa17e",
  FAC: "#a0762b",
  VEH: "#0f8fa8",
  WEA: "#b3403a",
  TIME: "#7a7f87",
};
export const colourOf = (type) => COLOURS[type] || "#66717e";
const cut = (text, length = 30) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

const STYLE = [
  {
    selector: "node",
    style: {
      label: "data(label)",
      "font-size": 11,
      "font-family": "system-ui, sans-serif",
      color: "#1c2733",
      "text-wrap": "wrap",
      "text-max-width": 110,
      "text-valign": "bottom",
      "text-margin-y": 4,
      "background-color": "data(colour)",
      width: 26,
      height: 26,
      "text-background-color": "#fbfaf7",
      "text-background-opacity": 0.85,
      "text-background-padding": 2,
    },
  },
  {
    selector: "node.event",
    style: {
      shape: "round-rectangle",
      width: "label",
      height: 24,
      padding: "6px",
      "background-color": "#d9622b",
      color: "#fff",
      "text-valign": "center",
      "text-margin-y": 0,
      "text-background-opacity": 0,
      "font-weight": 600,
      "text-max-width": 150,
    },
  },
  { selector: "node.event.both", style: { "border-width": 3, "border-color": "#16324f" } },
  {
    selector: "node.negated",
    style: { "border-width": 2, "border-style": "dashed", "border-color": "#7a2e0e", "background-opacity": 0.65 },
  },
  {
    selector: "edge",
    style: {
      width: 1.6,
      "line-color": "#a9b2bd",
      "curve-style": "bezier",
      "target-arrow-shape": "triangle",
      "target-arrow-color": "#a9b2bd",
      label: "data(label)",
      "font-size": 9.5,
      color: "#4d5966",
      "text-background-color": "#fbfaf7",
      "text-background-opacity": 0.9,
      "text-background-padding": 1,
      "text-rotation": "autorotate",
    },
  },
  { selector: "edge.relation", style: { "line-style": "dashed", "line-color": "#8a4fd3", "target-arrow-color": "#8a4fd3" } },
  {
    selector: ".lit",
    style: {
      "border-width": 4,
      "border-color": "#f2b134",
      "line-color": "#f2b134",
      "target-arrow-color": "#f2b134",
      "z-index": 10,
    },
  },
  { selector: ".dim", style: { opacity: 0.22 } },
];

function nodeElement(node) {
  const event = family(node) === "Event";
  const classes = [event ? "event" : "entity"];
  if ((node.properties.media || []).length > 1) classes.push("both");
  if (node.properties.asserted && node.properties.asserted !== "asserted") classes.push("negated");
  const label = event ? node.labels.at(-1) : cut(nameOf(node));
  return { data: { id: node.id, label, colour: colourOf(typeOf(node)) }, classes: classes.join(" ") };
}

function edgeElement(edge, model) {
  const relation = family(model.node.get(edge.source_id)) === "Entity";
  const label = (edge.properties.role || edge.type).replaceAll("_", " ").toLowerCase();
  return {
    data: { id: edge.id, source: edge.source_id, target: edge.target_id, label },
    classes: relation ? "relation" : "role",
  };
}

export function drawGraph(container, model, select) {
  const edges = model.factEdges();
  const linked = new Set(edges.flatMap((edge) => [edge.source_id, edge.target_id]));
  const facts = model.facts();
  const elements = [...facts.map(nodeElement), ...edges.map((edge) => edgeElement(edge, model))];
  const cy = cytoscape({ container, elements, style: STYLE, minZoom: 0.2, maxZoom: 3, wheelSensitivity: 0.25 });
  const core = cy.elements().filter((e) => e.isEdge() || linked.has(e.id()));
  const loose = cy.nodes().filter((n) => !linked.has(n.id()));
  if (core.length)
    core
      .layout({
        name: "cose",
        animate: false,
        randomize: false,
        nodeRepulsion: 14000,
        idealEdgeLength: 62,
        nodeOverlap: 24,
        gravity: 1.2,
        padding: 16,
        componentSpacing: 36,
      })
      .run();
  placeLoose(core, loose);
  fitGraph(cy);
  cy.on("tap", "node", (event) => select(model.node.get(event.target.id())));
  cy.on("tap", "edge", (event) => select(model.edge.get(event.target.id())));
  cy.on("tap", (event) => {
    if (event.target === cy) select(null);
  });
  return cy;
}

// Everything in view, but never magnified beyond what reads well.
export function fitGraph(cy) {
  cy.resize();
  cy.fit(undefined, 20);
  if (cy.zoom() > 1.5) {
    cy.zoom(1.5);
    cy.center();
  }
}

// Entities without edges stand in rows below the rest.
function placeLoose(core, loose) {
  const box = core.length ? core.boundingBox() : { x1: 0, y2: 0 };
  loose.forEach((node, i) => node.position({ x: box.x1 + 60 + (i % 5) * 115, y: box.y2 + 50 + Math.floor(i / 5) * 62 }));
}

export function lightGraph(cy, id) {
  cy.elements().removeClass("lit dim");
  const thing = id ? cy.getElementById(id) : cy.collection();
  if (!thing.length) return;
  const near = thing.isNode() ? thing.closedNeighborhood() : thing.union(thing.connectedNodes());
  cy.elements().not(near).addClass("dim");
  thing.addClass("lit");
}
