// The people gallery: reference pictures by which faces are named. Opt-in.
import { addPerson, deletePerson, listPeople } from "./api.js";
import { h, replace, toast } from "./dom.js";

export async function peoplePage(root) {
  const list = h("ul", { class: "results" });
  const draw = async () => {
    const { people } = await listPeople();
    replace(
      list,
      people.length
        ? people.map((person) => row(person, draw))
        : h("p", { class: "hint" }, "Nobody is in the gallery, so faces stay unnamed unless a caption names them."),
    );
  };
  replace(
    root,
    h(
      "div",
      { class: "search" },
      h("h1", {}, "People"),
      h(
        "p",
        { class: "hint" },
        "Faces are only compared with people that you add here. Deleting a person deletes the reference pictures and face vectors.",
      ),
      form(draw),
      list,
    ),
  );
  await draw();
}

function row(person, draw) {
  const remove = () => deletePerson(person.person_id).then(draw, (problem) => toast(problem.message, "error"));
  return h(
    "li",
    { class: "person" },
    h("b", {}, person.name),
    h("small", {}, `${person.pictures} reference ${person.pictures === 1 ? "picture" : "pictures"} ${person.kb_id || ""}`),
    h("button", { class: "quiet danger", type: "button", onclick: remove }, "Delete"),
  );
}

function form(draw) {
  const name = h("input", { placeholder: "Full name", "aria-label": "Full name", required: true });
  const files = h("input", {
    type: "file",
    multiple: true,
    accept: "image/*",
    required: true,
    "aria-label": "Reference pictures",
  });
  const button = h("button", { class: "primary", type: "submit" }, "Add");
  const submit = async (event) => {
    event.preventDefault();
    const body = new FormData();
    body.set("name", name.value);
    for (const file of files.files) body.append("images", file);
    button.disabled = true;
    await addPerson(body)
      .then(() => {
        name.value = "";
        files.value = "";
        return draw();
      })
      .catch((problem) => toast(problem.message, "error"));
    button.disabled = false;
  };
  return h("form", { class: "row add-person", onsubmit: submit }, name, files, button);
}
