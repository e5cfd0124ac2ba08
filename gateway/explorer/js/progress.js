// Stages of a job as they run.
import { h } from "./dom.js";

const NAMES = {
  text_ie: "Text",
  video_frames: "Video",
  object_detection: "Objects",
  entity_linking: "Faces and links",
  visual_events: "Picture events",
  fusion: "Fusion",
  graph_writer: "Graph",
};
export const counted = (counts) =>
  Object.entries(counts || {})
    .filter(([, n]) => n)
    .slice(0, 4)
    .map(([name, n]) => `${n} ${name}`)
    .join(", ");

export function stageList(job) {
  return h(
    "ol",
    { class: `stages ${job.state}`, "aria-label": "Progress" },
    job.stages.map((stage) =>
      h(
        "li",
        { class: stage.state, title: stage.error || counted(stage.counts) },
        h("b", {}, NAMES[stage.stage] || stage.stage),
        h(
          "span",
          {},
          stage.state === "waiting"
            ? ""
            : stage.state === "running"
              ? "running"
              : `${stage.state}${stage.seconds ? ` in ${stage.seconds.toFixed(1)} s` : ""}`,
        ),
        stage.error ? h("em", {}, stage.error) : h("small", {}, counted(stage.counts)),
      ),
    ),
  );
}

export function notAttempted(job) {
  const lines = job.stages.flatMap((stage) => stage.not_attempted || []);
  if (!lines.length) return null;
  return h(
    "details",
    { class: "not-attempted", open: job.stages.some((s) => s.stage === "text_ie" && s.not_attempted.length) },
    h("summary", {}, "What was not attempted"),
    h(
      "ul",
      {},
      lines.map((line) => h("li", {}, h("b", {}, line.part), `: ${line.reason}`)),
    ),
  );
}
