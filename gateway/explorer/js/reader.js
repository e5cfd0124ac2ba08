// The article's words with highlighted mentions. Each stretch between two mention borders is one span.
import { h } from "./dom.js";
import { charactersOf } from "./fields.js";

const short = (type) => (type || "").split(".").at(-1);

export function readText(text, mentions, model, select) {
  const shown = mentions.filter((m) => model.referent(m.id));
  const characters = charactersOf(text);
  return stretches(characters.length, shown).map((stretch) => piece(characters, stretch, model, select));
}

// The text cut at every border of a mention; over each stretch the mentions that cover it, the shortest first.
export function stretches(length, mentions) {
  const cuts = new Set([0, length, ...mentions.flatMap((m) => [m.properties.start, m.properties.end])]);
  const borders = [...cuts].filter((cut) => cut <= length).sort((a, b) => a - b);
  return borders
    .slice(0, -1)
    .map((start, i) => ({ start, end: borders[i + 1], over: covering(mentions, start, borders[i + 1]) }));
}

const size = (mention) => mention.properties.end - mention.properties.start;
const covering = (mentions, start, end) =>
  mentions.filter((m) => m.properties.start <= start && m.properties.end >= end).sort((a, b) => size(a) - size(b));

function piece(characters, { start, end, over }, model, select) {
  const words = characters.slice(start, end).join("");
  if (!over.length) return document.createTextNode(words);
  const inner = over[0];
  const target = model.referent(inner.id);
  const trigger = inner.properties.kind === "trigger";
  const ends = over.some((m) => m.properties.end === end && m.id === inner.id);
  return h(
    "span",
    {
      class: `mention ${trigger ? "trigger" : ""} k-${inner.properties.kind} depth-${Math.min(over.length, 3)}`,
      "data-type": trigger ? "EVENT" : inner.properties.type,
      "data-ids": over.map((m) => m.id).join(" "),
      "data-refs": over.map((m) => model.referent(m.id).id).join(" "),
      tabindex: "0",
      role: "button",
      title: over.map((m) => `${m.properties.text}: ${m.properties.type}`).join("\n"),
      onclick: () => select(target, inner),
      onkeydown: (event) => {
        if (event.key === "Enter") select(target, inner);
      },
    },
    words,
    ends && trigger ? h("sup", {}, short(target.labels.at(-1))) : null,
  );
}

export function light(root, id) {
  for (const span of root.querySelectorAll("[data-refs]"))
    span.classList.toggle("lit", span.dataset.refs.split(" ").includes(id));
}
