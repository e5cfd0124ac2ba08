// Small DOM builder: h("p", {class: "x", onclick: f}, "text", node). Text is always text, never HTML.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

export function replace(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter(Boolean));
  return parent;
}

export function toast(message, kind = "info") {
  const box = document.getElementById("toast");
  const line = h("div", { class: `toast ${kind}` }, message);
  box.append(line);
  setTimeout(() => line.remove(), kind === "error" ? 12000 : 4000);
}

export const percent = (value) => (value === undefined || value === null ? "" : `${Math.round(value * 100)}%`);
export const day = (iso) =>
  iso ? new Date(iso).toLocaleDateString(undefined, { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" }) : "";
