// An index over a subgraph {nodes, edges}: what refers to what, and which evidence stands behind it.
export const family = (node) => node.labels[0];
export const typeOf = (node) => node.properties.type || node.labels.at(-1);
export const nameOf = (node) => node.properties.name || node.properties.text || node.properties.label || node.id;
// The articles that say it: a mention is of one, an entity or event may be of several.
export const articlesOf = (thing) => {
  const { article_id: one, article_ids: several } = thing.properties;
  return one ? [one] : several || [];
};
export const isFact = (node) => family(node) === "Entity" || family(node) === "Event";
const STRUCTURE = new Set([
  "REFERS_TO",
  "IN",
  "HAS_IMAGE",
  "GROUNDED_IN",
  "SAME_AS",
  "PRODUCED",
  "MENTIONS",
  "HAS_VIDEO",
  "HAS_KEYFRAME",
  "SHOWN_IN",
]);

export class GraphModel {
  constructor({ nodes, edges }) {
    this.nodes = nodes;
    this.edges = edges;
    this.node = new Map(nodes.map((node) => [node.id, node]));
    this.edge = new Map(edges.map((edge) => [edge.id, edge]));
    this.referents = new Map();
    for (const edge of edges) {
      if (edge.type !== "REFERS_TO") continue;
      if (!this.referents.has(edge.source_id)) this.referents.set(edge.source_id, []);
      this.referents.get(edge.source_id).push(edge.target_id);
    }
  }

  facts() {
    return this.nodes.filter(isFact);
  }
  mentions() {
    return this.nodes.filter((node) => family(node) === "Mention");
  }
  textMentions(field) {
    return this.mentions().filter((m) => m.labels.includes("TextMention") && m.properties.field === field);
  }
  regions(imageId) {
    return this.mentions().filter((m) => m.labels.includes("Region") && m.properties.image_id === imageId);
  }
  referent(mentionId) {
    const ids = this.referents.get(mentionId) || [];
    return this.node.get(ids[0]);
  }
  factEdges() {
    return this.edges.filter((e) => !STRUCTURE.has(e.type) && this.isFactId(e.source_id) && this.isFactId(e.target_id));
  }
  isFactId(id) {
    const node = this.node.get(id);
    return Boolean(node && isFact(node));
  }
  records(id) {
    return this.edges.filter((e) => e.type === "SAME_AS" && e.source_id === id).map((e) => [e, this.node.get(e.target_id)]);
  }
  around(id) {
    return this.factEdges().filter((e) => e.source_id === id || e.target_id === id);
  }

  evidence(thing) {
    const ids = new Set(thing.properties.evidence_ids || []);
    for (const [mention, targets] of this.referents) if (targets.includes(thing.id)) ids.add(mention);
    return [...ids].map((id) => this.node.get(id)).filter((node) => node && family(node) === "Mention");
  }
}
