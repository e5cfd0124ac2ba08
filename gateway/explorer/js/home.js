// Articles so far, and the form for a new one.
import { listArticles, postArticle } from "./api.js";
import { day, h, replace, toast } from "./dom.js";

export async function homePage(root) {
  const list = h("section", { class: "article-list" }, h("h2", {}, "Articles"), h("p", { class: "hint" }, "Loading…"));
  replace(root, h("div", { class: "home" }, form(), list));
  const { articles } = await listArticles();
  replace(
    list,
    h("h2", {}, "Articles"),
    articles.length ? h("ul", {}, articles.map(card)) : h("p", { class: "hint" }, "No article yet. Paste one on the left."),
  );
}

function card(article) {
  return h(
    "li",
    {},
    h(
      "a",
      { href: `#/article/${article.article_id}` },
      h("b", {}, article.title || `${article.beginning.slice(0, 90)}…`),
      h(
        "small",
        {},
        [
          day(article.published_at),
          article.images ? `${article.images} ${article.images === 1 ? "picture" : "pictures"}` : null,
          article.state,
        ]
          .filter(Boolean)
          .join(" · "),
      ),
    ),
  );
}

function form() {
  const title = h("input", { name: "title", placeholder: "Title", "aria-label": "Title", autocomplete: "off" });
  const text = h("textarea", {
    name: "text",
    rows: 12,
    placeholder: "Paste the text of a news article here, or drop a .txt file",
    "aria-label": "Text",
    required: true,
  });
  const published = h("input", { name: "published_at", type: "date", "aria-label": "Published" });
  const pictures = h("div", { class: "uploads" });
  const files = h("input", {
    type: "file",
    multiple: true,
    accept: "image/*",
    id: "files",
    "aria-label": "Pictures",
    onchange: () => addFiles([...files.files]),
  });
  const chosen = [];
  const addFiles = (added) => {
    for (const file of added) chosen.push({ file, caption: "" });
    drawUploads(pictures, chosen);
    files.value = "";
  };
  const go = h("button", { class: "primary", type: "submit" }, "Read this article");
  const element = h(
    "form",
    {
      class: "compose",
      onsubmit: (event) => {
        event.preventDefault();
        submit(go, { title, text, published, chosen });
      },
    },
    h("h2", {}, "New article"),
    title,
    text,
    h(
      "div",
      { class: "row" },
      h("label", { class: "pick", htmlFor: "files" }, "Add pictures"),
      files,
      h("label", { class: "date" }, "Published ", published),
    ),
    pictures,
    go,
  );
  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", async (event) => {
    event.preventDefault();
    const dropped = [...event.dataTransfer.files];
    addFiles(dropped.filter((file) => file.type.startsWith("image/")));
    for (const file of dropped.filter((f) => f.type.startsWith("text/"))) text.value += await file.text();
  });
  return element;
}

function drawUploads(root, chosen) {
  replace(
    root,
    chosen.map((item, i) => {
      const caption = h("input", {
        placeholder: "Caption",
        value: item.caption,
        "aria-label": `Caption of ${item.file.name}`,
        oninput: (event) => {
          item.caption = event.target.value;
        },
      });
      return h(
        "div",
        { class: "upload" },
        h("img", { src: URL.createObjectURL(item.file), alt: item.file.name }),
        caption,
        h(
          "button",
          {
            type: "button",
            class: "quiet",
            "aria-label": "Remove",
            onclick: () => {
              chosen.splice(i, 1);
              drawUploads(root, chosen);
            },
          },
          "×",
        ),
      );
    }),
  );
}

async function submit(button, { title, text, published, chosen }) {
  const body = new FormData();
  body.set("text", text.value);
  if (title.value.trim()) body.set("title", title.value);
  if (published.value) body.set("published_at", `${published.value}T00:00:00Z`);
  for (const item of chosen) {
    body.append("images", item.file);
    body.append("captions", item.caption);
  }
  button.disabled = true;
  try {
    const answer = await postArticle(body);
    location.hash = `#/article/${answer.article_id}`;
  } catch (problem) {
    toast(problem.message, "error");
  } finally {
    button.disabled = false;
  }
}
