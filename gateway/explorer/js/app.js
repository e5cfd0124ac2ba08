// Routes by the hash, so that the page needs no server of its own.
import { getKey, ready, setKey } from "./api.js";
import { articlePage } from "./article.js";
import { h, replace, toast } from "./dom.js";
import { closeEvidence } from "./evidence.js";
import { homePage } from "./home.js";
import { peoplePage } from "./people.js";
import { findPage } from "./find.js";
import { picturePage } from "./picturepage.js";
import { readHash } from "./hash.js";
import { entitiesPage, entityPage, eventsPage } from "./search.js";

const ROUTES = {
  "": homePage,
  article: articlePage,
  entities: entitiesPage,
  entity: entityPage,
  events: eventsPage,
  people: peoplePage,
  picture: picturePage,
  pictures: findPage,
};
let leaving = new AbortController();

async function route() {
  leaving.abort();
  leaving = new AbortController();
  closeEvidence();
  const { name, rest } = readHash(location.hash);
  const page = document.getElementById("page");
  for (const link of document.querySelectorAll("nav a"))
    link.classList.toggle("here", link.dataset.route.startsWith(name || "home"));
  page.setAttribute("aria-busy", "true");
  const { signal } = leaving;
  try {
    if (!Object.hasOwn(ROUTES, name)) throw new Error(`There is no page ${location.hash}.`);
    await ROUTES[name](page, rest, signal);
  } catch (problem) {
    if (problem.name === "AbortError") return;
    replace(
      page,
      h(
        "div",
        { class: "search" },
        h("h1", {}, "That did not work"),
        h("p", { class: "hint" }, problem.message),
        h("a", { href: "#/" }, "Back to the articles"),
      ),
    );
  } finally {
    if (!signal.aborted) page.setAttribute("aria-busy", "false");
  }
}

async function watchReady() {
  const mark = document.getElementById("ready");
  const { ok, body } = await ready();
  mark.textContent = ok ? "ready" : "not ready";
  mark.className = `ready ${ok ? "yes" : "no"}`;
  mark.title = ok ? "Broker, graph and all models are ready" : body.detail || "The gateway does not answer";
  setTimeout(watchReady, ok ? 20000 : 3000);
}

document.getElementById("key").addEventListener("click", () => {
  const key = window.prompt("API key", getKey());
  if (key !== null) {
    setKey(key.trim());
    route();
  }
});
window.addEventListener("hashchange", route);
window.addEventListener("unhandledrejection", (event) => {
  if (event.reason?.name !== "AbortError") toast(String(event.reason?.message || event.reason), "error");
});
route();
watchReady();
