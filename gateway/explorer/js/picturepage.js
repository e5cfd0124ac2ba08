// One picture: boxes, names, situations with their roles, scene triples, and which engine said what.
import { getArticle, getPicture, pictureBlob } from "./api.js";
import { h, percent, replace } from "./dom.js";
import { box as drawBox } from "./boxes.js";

const KINDS = ["object", "face", "flag", "logo", "landmark", "text"];
const SHOWN = { object: true, face: true, flag: true, logo: true, landmark: true, text: true };

export async function picturePage(root, id) {
  const [articleId, imageId] = id.split("/");
  const [view, { article }] = await Promise.all([getPicture(articleId, imageId), getArticle(articleId)]);
  const given = article.images.find((one) => one.image_id === imageId);
  const names = namesOf(view);
  const size = view.analysis || given;
  if (!size) throw new Error("This keyframe has not been read: see the stages of its article.");
  const img = h("img", { alt: given?.caption || "Picture of the article" });
  pictureBlob(imageId).then(
    (blob) => {
      img.src = URL.createObjectURL(blob);
    },
    () => {
      img.alt = "This picture could not be loaded";
    },
  );
  const canvas = drawBox.canvas(size.width, size.height);
  const regions = view.regions.filter((r) => r.kind !== "image").sort((a, b) => area(b) - area(a));
  const focus = (ids) =>
    canvas.querySelectorAll(".box").forEach((one) => {
      one.classList.toggle("dim", ids.length > 0 && !ids.includes(one.dataset.id));
      one.classList.toggle("lit", ids.includes(one.dataset.id));
    });
  for (const region of regions) canvas.append(drawBox(region, names.get(region.id), size, () => focus([region.id])));
  canvas.addEventListener("click", (event) => {
    if (event.target === canvas) focus([]);
  });
  replace(
    root,
    h(
      "div",
      { class: "picture-page" },
      h(
        "div",
        { class: "picture-side" },
        h("p", {}, h("a", { href: `#/article/${articleId}` }, `← ${article.title || "the article"}`)),
        toggles(canvas),
        h("div", { class: "frame" }, img, canvas),
        h("p", { class: "caption" }, given?.caption || "", given?.credit ? h("small", {}, ` ${given.credit}`) : null),
      ),
      h("aside", { class: "told" }, ...sections(view, names, focus)),
    ),
  );
}

const area = (r) => (r.box.x1 - r.box.x0) * (r.box.y1 - r.box.y0);

// A region's best name: who or what it shows where that is known, else its words or label.
function namesOf(view) {
  const records = new Map(view.links.map((link) => [link.subject_id, link.record.name]));
  const names = new Map(view.regions.map((r) => [r.id, records.get(r.id) || (r.kind === "text" ? `“${r.text}”` : r.label)]));
  for (const cluster of view.clusters)
    for (const id of cluster.face_ids) names.set(id, cluster.name || records.get(cluster.id) || "unknown person");
  for (const face of view.faces) {
    const name = names.get(face.region.id);
    if (face.person_region_id && name !== "unknown person") names.set(face.person_region_id, name);
  }
  return names;
}

function toggles(canvas) {
  const present = KINDS.filter((kind) => canvas.querySelector(`.box.${kind}`));
  return h(
    "div",
    { class: "row toggles" },
    ...KINDS.filter((kind) => present.includes(kind) || !present.length).map((kind) => toggle(kind, canvas)),
  );
}

function toggle(kind, canvas) {
  const input = h("input", { type: "checkbox", checked: SHOWN[kind] });
  input.addEventListener("change", () => canvas.classList.toggle(`no-${kind}`, !input.checked));
  return h("label", { "data-kind": kind }, input, ` ${kind}`);
}

function sections(view, names, focus) {
  const say = (id) => names.get(id) || "?";
  return [
    part("Situations", view.frames, (frame) => situation(frame, view, say, focus), "No situation is recognised in this picture."),
    part("Scene", view.triples, (t) =>
      line(`${say(t.subject_id)} — ${t.predicate} — ${say(t.object_id)}`, t, () => focus([t.subject_id, t.object_id])),
    ),
    part("Interactions", view.interactions, (i) =>
      line(`${say(i.person_id)} · ${i.verb} · ${say(i.object_id)}`, i, () => focus([i.person_id, i.object_id])),
    ),
    part("Faces", view.clusters, (c) => line(c.name || "unknown person", c, () => focus(c.face_ids), c.reason)),
    part(
      "Flags, logos, landmarks",
      view.regions.filter((r) => ["flag", "logo", "landmark"].includes(r.kind)),
      (r) => line(say(r.id), r, () => focus([r.id])),
    ),
    part("Objects", objects(view), ([label, found]) =>
      line(
        found.length > 1 ? `${label} × ${found.length}` : label,
        found[0],
        () => focus(found.map((r) => r.id)),
        attributes(found),
      ),
    ),
    part(
      "Printed words",
      view.regions.filter((r) => r.kind === "text"),
      (r) => line(`“${r.text}”`, r, () => focus([r.id])),
    ),
    part("The article's words in this picture", view.groundings, (g) =>
      line(say(g.region_id), g, () => focus([g.region_id]), parts(g.reasons)),
    ),
    part("Tags of the whole picture", view.analysis?.tags || [], (t) => line(t.label, t, () => focus([]))),
  ].filter(Boolean);
}

function part(title, things, row, nothing) {
  if (!things.length && !nothing) return null;
  return h(
    "section",
    {},
    h("h3", {}, things.length > 1 ? `${title} (${things.length})` : title),
    things.length ? h("ul", {}, things.map(row)) : h("p", { class: "hint" }, nothing),
  );
}

function objects(view) {
  const groups = new Map();
  for (const region of view.regions.filter((r) => r.kind === "object"))
    groups.set(region.label, [...(groups.get(region.label) || []), region]);
  return [...groups.entries()];
}

const attributes = (found) =>
  [
    ...new Set(
      found.flatMap((r) => [
        ...r.attributes.map((a) => `${a.label} ${percent(a.confidence)} (${a.model})`),
        ...r.detections.map((d) => `${d.label} ${percent(d.confidence)} (${d.model})`),
      ]),
    ),
  ].join("; ");
const parts = (reasons) =>
  Object.entries(reasons)
    .map(([name, value]) => `${name} ${percent(value)}`)
    .join(", ");

function line(words, thing, onclick, more = "") {
  return h(
    "li",
    {},
    h("button", { type: "button", class: "told-line", onclick }, h("span", {}, words), h("b", {}, percent(thing.confidence))),
    h("small", {}, [thing.model, more].filter(Boolean).join(" · ")),
  );
}

function situation(frame, view, say, focus) {
  const event = view.events.find((one) => one.frame_id === frame.id);
  const roles = frame.roles.map((r) =>
    h(
      "tr",
      {},
      h("th", {}, r.role),
      h(
        "td",
        {},
        r.region_id
          ? h(
              "button",
              { type: "button", class: "told-line", onclick: () => focus([r.region_id]) },
              say(r.region_id) === r.noun ? r.noun : `${say(r.region_id)} (${r.noun})`,
            )
          : r.noun,
      ),
      h("td", {}, percent(r.confidence)),
    ),
  );
  return h(
    "li",
    { class: "situation" },
    h(
      "button",
      { type: "button", class: "told-line", onclick: () => focus(frame.roles.map((r) => r.region_id).filter(Boolean)) },
      h("span", {}, frame.verb, event ? h("em", {}, ` → ${event.type}`) : null),
      h("b", {}, percent(frame.confidence)),
    ),
    h("small", {}, [frame.model, ...(event?.reasons || [])].join(" · ")),
    roles.length ? h("table", {}, h("tbody", {}, roles)) : null,
  );
}
