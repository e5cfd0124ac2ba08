// One article: words, pictures, graph, progress, evidence.
import { deleteArticle, followJob, getArticle, getGraph } from "./api.js";
import { day, h, replace, toast } from "./dom.js";
import { closeEvidence, showEvidence } from "./evidence.js";
import { fieldText } from "./fields.js";
import { drawGraph, fitGraph, lightGraph } from "./graphview.js";
import { GraphModel } from "./model.js";
import { picture } from "./pictures.js";
import { film } from "./films.js";
import { notAttempted, stageList } from "./progress.js";
import { light, readText } from "./reader.js";

const finished = (job) => !job || ["done", "partial", "failed"].includes(job.state);

export async function articlePage(root, id, signal) {
  const view = await getArticle(id);
  const status = h("section", { class: "status" });
  const body = h("div", { class: "columns" });
  replace(root, heading(view.article), status, body);
  const show = (job) => replace(status, job ? stageList(job) : null, job ? notAttempted(job) : null);
  show(view.job);
  if (!finished(view.job)) {
    replace(body, h("p", { class: "hint" }, "Reading the article. Its graph appears here when the last stage is done."));
    await followJob(view.job.job_id, show, signal);
  }
  if (!signal.aborted) await graphPart(body, view.article, signal);
}

function heading(article) {
  const facts = [day(article.published_at), article.language, article.source_url ? host(article.source_url) : null]
    .filter(Boolean)
    .join(" · ");
  return h(
    "div",
    { class: "heading" },
    h("h1", {}, article.title || `${article.text.slice(0, 80)}…`),
    h("p", { class: "meta" }, facts),
    h("button", { class: "quiet danger", type: "button", onclick: () => remove(article.article_id) }, "Delete"),
  );
}

const host = (url) => {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
};

async function remove(id) {
  if (!window.confirm("Delete this article and everything that only it says?")) return;
  await deleteArticle(id).then(
    () => {
      location.hash = "#/";
    },
    (problem) => toast(problem.message, "error"),
  );
}

async function graphPart(body, article, signal) {
  const model = new GraphModel(await getGraph(article.article_id));
  const left = h("article", { class: "words" });
  const stage = h("div", { class: "graph", id: "graph" });
  const empty = h("p", { class: "hint" }, "Nothing was found that could be shown as a graph.");
  replace(body, left, h("section", { class: "graph-side" }, model.facts().length ? [legend(), stage] : empty));
  let cy = null;
  const context = { model, article, jump: (mention) => jump(left, mention) };
  const select = (thing, mention) => {
    showEvidence(thing, context);
    light(left, thing ? thing.id : "");
    if (cy) lightGraph(cy, thing ? thing.id : null);
    if (mention) jump(left, mention, false);
  };
  context.select = select;
  const escape = (event) => event.key === "Escape" && select(null);
  document.addEventListener("keydown", escape, { signal });
  fill(left, article, model, select);
  closeEvidence();
  if (model.facts().length) cy = drawGraph(stage, model, select);
  if (cy) new ResizeObserver(() => fitGraph(cy)).observe(stage);
  window.newsgraphView = { model, cy, select };
}

function fill(left, article, model, select) {
  const pieces = (field) => readText(fieldText(article, field), model.textMentions(field), model, select);
  const title = article.title ? h("h2", { class: "title-field" }, pieces("title")) : null;
  const pictures = article.images.map((image) =>
    picture(image, article.article_id, model, select, pieces(`caption:${image.image_id}`)),
  );
  replace(
    left,
    title,
    pictures.length ? h("div", { class: "pictures" }, pictures) : null,
    (article.videos || []).map((video) => film(video, article, model, pieces(`caption:${video.video_id}`))),
    h("div", { class: "prose" }, pieces("text")),
  );
}

function jump(left, mention, scroll = true) {
  const target = mention.labels.includes("Region")
    ? left.querySelector(`[data-id="${mention.id}"]`)
    : [...left.querySelectorAll("[data-ids]")].find((s) => s.dataset.ids.split(" ").includes(mention.id));
  if (!target) return;
  if (scroll) target.scrollIntoView({ behavior: "smooth", block: "center" });
  target.classList.add("flash");
  setTimeout(() => target.classList.remove("flash"), 1500);
}

const legend = () =>
  h(
    "p",
    { class: "legend" },
    [
      "PER person",
      "ORG organisation",
      "GPE country or town",
      "LOC place",
      "FAC building",
      "VEH vehicle",
      "WEA weapon",
      "EVENT event",
    ].map((row) => {
      const [type, ...words] = row.split(" ");
      return h("span", { class: "key", "data-type": type }, words.join(" "));
    }),
  );
