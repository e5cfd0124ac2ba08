// A video with its keyframes: each opens the picture page.
import { pictureBlob, videoBlob } from "./api.js";
import { h } from "./dom.js";

export function film(video, article, model, captionPieces) {
  const player = h("video", { controls: true, preload: "metadata" });
  const note = h("p", { class: "hint" });
  videoBlob(video.video_id).then(
    (blob) => {
      player.src = URL.createObjectURL(blob);
    },
    (problem) => {
      note.textContent = problem.message;
    },
  );
  const frames = [...model.node.values()]
    .filter((n) => n.labels.includes("Keyframe") && n.properties.video_id === video.video_id)
    .sort((a, b) => seconds(a) - seconds(b));
  return h(
    "figure",
    { class: "film" },
    player,
    note,
    h("figcaption", {}, ...captionPieces),
    h(
      "div",
      { class: "keyframes" },
      frames.map((frame) => keyframe(frame, article, player)),
    ),
  );
}

const seconds = (frame) => frame.properties.seconds ?? frame.properties.start_seconds ?? 0;

function keyframe(frame, article, player) {
  const img = h("img", { alt: `Keyframe at ${seconds(frame).toFixed(1)} s`, title: "Jump to this second" });
  pictureBlob(frame.id).then(
    (blob) => {
      img.src = URL.createObjectURL(blob);
    },
    () => {
      img.alt = "This keyframe could not be loaded";
    },
  );
  img.addEventListener("click", () => {
    player.currentTime = seconds(frame);
  });
  return h("span", {}, img, h("a", { href: `#/picture/${article.article_id}/${frame.id}` }, `${seconds(frame).toFixed(1)} s`));
}
