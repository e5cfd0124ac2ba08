// The words that a mention points into: `text`, `title`, or the caption of a picture or video.
export function fieldText(article, field) {
  if (field === "title" || field === "text") return article[field];
  const shown = [...article.images, ...(article.videos || [])];
  return shown.find((one) => `caption:${one.image_id ?? one.video_id}` === field)?.caption || "";
}

// Offsets count characters as Python does: one for an emoji, which is two in a JavaScript string.
export const charactersOf = (text) => Array.from(text);

// A quotation with the words around it: what stands before, the mention itself, what stands after.
export function quotation(text, { start, end }, around = 70) {
  const characters = charactersOf(text);
  const [from, to] = [Math.max(0, start - around), Math.min(characters.length, end + around)];
  const cut = (a, b) => characters.slice(a, b).join("");
  return {
    before: (from > 0 ? "…" : "") + cut(from, start),
    words: cut(start, end),
    after: cut(end, to) + (to < characters.length ? "…" : ""),
  };
}
