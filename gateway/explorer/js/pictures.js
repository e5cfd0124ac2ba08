// Pictures with boxes. Boxes are in pixels of the original; the SVG's viewBox does the scaling.
import { pictureBlob } from "./api.js";
import { svg as s } from "./boxes.js";
import { h, percent } from "./dom.js";
import { nameOf } from "./model.js";

export function picture(image, articleId, model, select, captionPieces) {
  const regions = model.regions(image.image_id).filter((r) => r.properties.kind !== "image");
  const svg = s("svg", { viewBox: `0 0 ${image.width} ${image.height}`, class: "boxes", role: "group", "aria-label": "Regions" });
  const img = h("img", { alt: image.caption || "Picture of the article" });
  pictureBlob(image.image_id).then(
    (blob) => {
      img.src = URL.createObjectURL(blob);
    },
    () => {
      img.alt = "This picture could not be loaded";
    },
  );
  const order = [...regions].sort((a, b) => area(b) - area(a));
  for (const region of order) svg.append(box(region, image, model, select));
  const seen = model
    .facts()
    .filter((n) => n.labels[0] === "Event" && model.evidence(n).some((m) => m.properties.image_id === image.image_id));
  return h(
    "figure",
    { class: "picture" },
    h("div", { class: "frame" }, img, svg),
    h(
      "figcaption",
      {},
      ...captionPieces,
      image.credit ? h("small", {}, ` ${image.credit}`) : null,
      h("a", { class: "all", href: `#/picture/${articleId}/${image.image_id}` }, "Everything seen in this picture →"),
    ),
    h(
      "div",
      { class: "chips" },
      seen.map((event) =>
        h(
          "button",
          { class: "chip event", type: "button", onclick: () => select(event) },
          `${event.labels.at(-1)} ${percent(event.properties.confidence)}`,
        ),
      ),
      chipsOf(regions, model).map(([region, count]) => chip(region, count, model, select)),
    ),
  );
}

// One chip for each named region and word, one for all nameless regions of a label.
function chipsOf(regions, model) {
  const groups = new Map();
  for (const region of regions) {
    const own = model.referent(region.id) || region.properties.kind === "text";
    const key = own ? region.id : region.properties.label;
    groups.set(key, [region, (groups.get(key)?.[1] || 0) + 1]);
  }
  return [...groups.values()];
}

const area = (region) => (region.properties.x1 - region.properties.x0) * (region.properties.y1 - region.properties.y0);
function titleOf(region, model) {
  const target = model.referent(region.id);
  return region.properties.text || (target ? nameOf(target) : region.properties.label);
}

// A person whose face carries the name needs no second label.
function namedByFace(region, target, model) {
  return (
    region.properties.kind === "object" &&
    model
      .regions(region.properties.image_id)
      .some((other) => other.properties.kind === "face" && model.referent(other.id)?.id === target.id)
  );
}

function box(region, image, model, select) {
  const { x0, y0, x1, y1, kind } = region.properties;
  const target = model.referent(region.id);
  const size = Math.max(image.width, image.height) / 42;
  const group = s("g", {
    class: `box ${kind} ${target ? "named" : ""}`,
    "data-id": region.id,
    "data-refs": target ? target.id : "",
    tabindex: "0",
  });
  group.append(
    s("title", {}, `${region.properties.label} ${percent(region.properties.confidence)}`),
    s("rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0, "vector-effect": "non-scaling-stroke" }),
  );
  if ((target && !namedByFace(region, target, model)) || kind === "flag") {
    const label = titleOf(region, model);
    const y = Math.max(y0, size * 1.3);
    group.append(
      s("rect", {
        class: "tag",
        x: x0,
        y: y - size * 1.3,
        width: Math.min(label.length * size * 0.56 + size * 0.6, image.width - x0),
        height: size * 1.3,
      }),
      s("text", { x: x0 + size * 0.3, y: y - size * 0.35, "font-size": size }, label),
    );
  }
  group.addEventListener("click", () => select(target || region, region));
  group.addEventListener("keydown", (event) => {
    if (event.key === "Enter") select(target || region, region);
  });
  return group;
}

function chip(region, count, model, select) {
  const target = model.referent(region.id);
  const words = region.properties.kind === "text" ? `“${region.properties.text}”` : region.properties.label;
  const more = target && nameOf(target) !== words ? ` → ${nameOf(target)}` : "";
  return h(
    "button",
    {
      class: `chip ${region.properties.kind}`,
      type: "button",
      title: `${percent(region.properties.confidence)} by ${region.properties.model}`,
      onclick: () => select(target || region, region),
    },
    `${words}${count > 1 ? ` × ${count}` : ""}${more}`,
  );
}

// The cut-out of a region, as evidence.
export function crop(region, size = 150) {
  const canvas = h("canvas", { class: "crop", width: size, height: size });
  const { image_id, x0, y0, x1, y1 } = region.properties;
  // Boxes are in pixels as stored, so the EXIF orientation must not be applied.
  pictureBlob(image_id)
    .then((blob) => createImageBitmap(blob, { imageOrientation: "none" }))
    .then((bitmap) => {
      const scale = Math.min(size / (x1 - x0), size / (y1 - y0));
      canvas.width = Math.max(1, (x1 - x0) * scale);
      canvas.height = Math.max(1, (y1 - y0) * scale);
      canvas.getContext("2d").drawImage(bitmap, x0, y0, x1 - x0, y1 - y0, 0, 0, canvas.width, canvas.height);
    })
    .catch(() => canvas.remove());
  return canvas;
}
