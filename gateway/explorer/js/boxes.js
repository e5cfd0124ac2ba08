// Boxes of the picture page, in pixels of the original; the SVG's viewBox does the scaling.
import { percent } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function box(region, name, size, onclick) {
  const { x0, y0, x1, y1 } = region.box;
  const letter = Math.max(size.width, size.height) / 55;
  const group = svg(
    "g",
    { class: `box ${region.kind}`, "data-id": region.id, tabindex: "0" },
    svg("title", {}, `${name} · ${region.label} ${percent(region.confidence)} by ${region.model}`),
    svg("rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0, "vector-effect": "non-scaling-stroke" }),
  );
  if (labelled(region, name)) group.append(...tag(name, x0, Math.max(y0, letter * 1.3), letter, size));
  group.addEventListener("click", onclick);
  group.addEventListener("keydown", (event) => {
    if (event.key === "Enter") onclick();
  });
  return group;
}

box.canvas = (width, height) =>
  svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "boxes", role: "group", "aria-label": "Regions" });

// Unknown faces and printed words would only cover the picture: the list beside it tells them.
const labelled = (region, name) => region.kind !== "text" && !(region.kind === "face" && name === "unknown person");

function tag(name, x, y, letter, size) {
  const width = Math.min(name.length * letter * 0.56 + letter * 0.6, size.width - x);
  return [
    svg("rect", { class: "tag", x, y: y - letter * 1.3, width, height: letter * 1.3 }),
    svg("text", { x: x + letter * 0.3, y: y - letter * 0.35, "font-size": letter }, name),
  ];
}
