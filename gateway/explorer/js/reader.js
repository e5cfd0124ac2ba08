// The article's words with highlighted mentions. Each stretch between two mention borders is one span.
import { h } from "./dom.js";

const short = (type) => (type || "").split(".").at(-1);

export function readText(text, mentions, model, select) {
  const shown = mentions.filter((m) => model.referent(m.id));
  const cuts = new Set([0, text.length]);
  for (const m of shown) { cuts.add(m.properties.start); cuts.add(m.properties.end); }
  const borders = [...cuts].filter((c) => c <= text.length).sort((a, b) => a - b);
  const pieces = [];
  for (let i = 0; i + 1 < borders.length; i++) pieces.push(piece(text, borders[i], borders[i + 1], shown, model, select));
  return pieces;
}

function piece(text, start, end, mentions, model, select) {
  const over = mentions.filter((m) => m.properties.start <= start && m.properties.end >= end)
    .sort((a, b) => (a.properties.end - a.properties.start) - (b.properties.end - b.properties.start));
  const words = text.slice(start, end);
  if (!over.length) return document.createTextNode(words);
  const inner = over[0];
  const target = model.referent(inner.id);
  const trigger = inner.properties.kind === "trigger";
  const ends = over.some((m) => m.properties.end === end && m.id === inner.id);
  return h("span", {
    class: `mention ${trigger ? "trigger" : ""} k-${inner.properties.kind} depth-${Math.min(over.length, 3)}`,
    "data-type": trigger ? "EVENT" : inner.properties.type, "data-ids": over.map((m) => m.id).join(" "),
    "data-refs": over.map((m) => model.referent(m.id).id).join(" "), tabindex: "0", role: "button",
    title: over.map((m) => `${m.properties.text}: ${m.properties.type}`).join("\n"),
    onclick: () => select(target, inner), onkeydown: (event) => { if (event.key === "Enter") select(target, inner); },
  }, words, ends && trigger ? h("sup", {}, short(target.labels.at(-1))) : null);
}

export function light(root, id) {
  for (const span of root.querySelectorAll("[data-refs]")) span.classList.toggle("lit", span.dataset.refs.split(" ").includes(id));
}
