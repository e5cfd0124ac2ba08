// Pictures by words: the image-text encoder's order.
import { pictureBlob, searchPictures } from "./api.js";
import { h, replace } from "./dom.js";

export async function findPage(root) {
  const q = h("input", {
    type: "search",
    placeholder: "What the picture shows, e.g. soldiers in a street",
    "aria-label": "Search pictures",
  });
  const results = h("div", { class: "found" });
  const form = h("form", { class: "row" }, q, h("button", { class: "primary", type: "submit" }, "Search"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (q.value.trim().length < 2) return;
    replace(results, h("p", { class: "hint" }, "Looking…"));
    const found = await searchPictures(q.value.trim()).catch((problem) => ({ problem }));
    if (found.problem) {
      replace(results, h("p", { class: "hint" }, found.problem.message));
      return;
    }
    replace(
      results,
      found.hits.length
        ? found.hits.map(hit)
        : h("p", { class: "hint" }, "No picture has been read yet. Add an article with pictures."),
    );
  });
  replace(root, h("div", { class: "search" }, h("h1", {}, "Pictures"), form, results));
}

function hit(found) {
  const img = h("img", { alt: "" });
  pictureBlob(found.image_id).then(
    (blob) => {
      img.src = URL.createObjectURL(blob);
    },
    () => {
      img.alt = "This picture could not be loaded";
    },
  );
  const articles = found.article_ids.map((id) => h("a", { href: `#/picture/${id}/${found.image_id}` }, "open"));
  return h(
    "figure",
    {},
    articles.length ? h("a", { href: `#/picture/${found.article_ids[0]}/${found.image_id}` }, img) : img,
    h("figcaption", {}, found.score.toFixed(2)),
  );
}
