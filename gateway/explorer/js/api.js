// The REST API. Every refusal is a problem document (RFC 9457); its detail is what the reader sees.
import { readEvents } from "./events.js";

const KEY = "newsgraph-api-key";
export const getKey = () => localStorage.getItem(KEY) || "";
export const setKey = (key) => localStorage.setItem(KEY, key);

export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || `The server answered ${status}`);
    this.status = status;
  }
}

async function call(path, options = {}) {
  const headers = new Headers(options.headers);
  if (getKey()) headers.set("X-API-Key", getKey());
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch {
    throw new Problem(0, { detail: "The gateway does not answer. Is newsgraph still running?" });
  }
  if (response.status === 401 || response.status === 403) document.getElementById("key").hidden = false;
  if (!response.ok) throw new Problem(response.status, await response.json().catch(() => ({})));
  return response;
}

const json = async (path, options) => (await call(path, options)).json();
const query = (parameters) => new URLSearchParams(Object.entries(parameters).filter(([, value]) => value)).toString();

export const listArticles = () => json("articles?limit=100");
export const getArticle = (id) => json(`articles/${encodeURIComponent(id)}`);
export const getGraph = (id) => json(`articles/${encodeURIComponent(id)}/graph`);
export const getPicture = (article, image) => json(`articles/${encodeURIComponent(article)}/images/${encodeURIComponent(image)}`);
export const searchPictures = (q) => json(`images?${query({ q, limit: 24 })}`);
export const deleteArticle = (id) => call(`articles/${encodeURIComponent(id)}`, { method: "DELETE" });
export const getJob = (id) => json(`jobs/${encodeURIComponent(id)}`);
export const searchEntities = (q, type) => json(`entities?${query({ q, type, limit: 60 })}`);
export const getEntity = (id) => json(`entities/${encodeURIComponent(id)}`);
export const searchEvents = (parameters) => json(`events?${query({ ...parameters, limit: 100 })}`);
export const getOntology = () => json("ontology");
export const listPeople = () => json("people");
export const addPerson = (form) => json("people", { method: "POST", body: form });
export const deletePerson = (id) => call(`people/${encodeURIComponent(id)}`, { method: "DELETE" });
export const postArticle = (form, force) => json(`articles${force ? "?force=true" : ""}`, { method: "POST", body: form });

export async function ready() {
  const response = await fetch("health/ready").catch(() => null);
  return response ? { ok: response.ok, body: await response.json().catch(() => ({})) } : { ok: false, body: {} };
}

export const videoBlob = (videoId) => call(`videos/${videoId}`).then((response) => response.blob());

const pictures = new Map();
// Pictures go through fetch, since an <img> cannot send an API key.
export function pictureBlob(imageId) {
  if (!pictures.has(imageId)) {
    const blob = call(`images/${imageId}`).then((response) => response.blob());
    blob.catch(() => pictures.delete(imageId));
    pictures.set(imageId, blob);
  }
  return pictures.get(imageId);
}

// Server-sent events over fetch: calls onJob with every snapshot until the job ends.
export async function followJob(jobId, onJob, signal) {
  const response = await call(`jobs/${encodeURIComponent(jobId)}/events`, { signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const { messages, rest } = readEvents(buffer + value);
    buffer = rest;
    messages.forEach(onJob);
  }
}
