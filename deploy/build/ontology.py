"""Build shared/ontology/{entity_types,relation_types,event_types,imsitu}.yaml.

Usage: ``python -m deploy.build.ontology --aida LDCOntologyM36.ttl --imsitu generation_templates.tab --swig FOLDER``.
Reads the AIDA LDC ontology (M36, MIT), the verb and role names of imSitu and SWiG, and the hand-made files beside the output.
"""

import argparse
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "ontology"
RENAMED = {"VAL": "VALUE", "MON": "MONEY", "TTL": "TITLE", "EventType": "EVENT"}
PREPOSITIONS = {
    "place": "at", "tool": "with", "instrument": "with", "weapon": "with", "firearm": "with", "glue": "with", "connector": "with",
    "source": "from", "start": "from", "from": "from", "seller": "from", "destination": "to", "end": "to", "goal": "to",
    "recipient": "to", "recipients": "to", "receiver": "to", "buyer": "to", "addressee": "to", "adressee": "to", "listener": "to",
    "audience": "to", "against": "against", "container": "in", "vehicle": "in", "surface": "on", "contact": "on", "stage": "on",
    "coagent": "with", "substance": "using", "liquid": "using", "beneficiary": "for", "payment": "for", "occasion": "on",
}  # fmt: skip

Row = dict[str, Any]


@dataclass
class AidaType:
    """A class of the AIDA ontology with its argument roles: name -> filler ids."""

    id: str
    kind: str = ""
    parent: str | None = None
    roles: dict[str, list[str]] = field(default_factory=dict)


def read_aida(path: Path) -> dict[str, AidaType]:
    """All classes by id; ``kind`` is EventType, RelationType or EntityType."""
    text = re.sub(r"^#.*$", "", path.read_text(encoding="utf-8"), flags=re.M)
    types: dict[str, AidaType] = {}
    for block in re.split(r"\n\s*\n", text):
        head = re.match(r"\s*ldcOnt:(\S+)\s+a\s+owl:(\w+)", block)
        if head and head[2] == "Class":
            types[head[1]] = _aida_class(head[1], block)
        elif head:
            _add_role(types, block)
    for row in types.values():
        row.kind = _kind(types, row)
    return types


def _aida_class(name: str, block: str) -> AidaType:
    parent = re.search(r"subClassOf[^;]*?ldcOnt:(\S+)", block)
    kind = re.search(r"aidaDomainCommon:(EventType|RelationType|EntityType)", block)
    return AidaType(id=name, kind=kind[1] if kind else "", parent=parent[1] if parent else None)


def _add_role(types: dict[str, AidaType], block: str) -> None:
    domain = re.search(r"rdfs:domain\s+ldcOnt:(\S+)", block)
    label = re.search(r'rdfs:label\s+"(.*?)"', block)
    fillers = re.search(r"rangeIncludes\s+(.*?)\s*\.\s*$", block, re.S)
    if domain and label and fillers and domain[1] in types:
        names = [name.split(":")[1].strip() for name in fillers[1].split(",")]
        names = [name.split(".")[0] for name in names]
        types[domain[1]].roles[label[1]] = sorted({RENAMED.get(name, name) for name in names})


def _kind(types: dict[str, AidaType], row: AidaType) -> str:
    while not row.kind and row.parent:
        row = types[row.parent]
    return row.kind or "EntityType"


def with_second_level(rows: list[AidaType]) -> list[AidaType]:
    """Add the missing level-2 row of types such as Conflict.Coup.Coup, with the roles of all that is below it."""
    known = {row.id for row in rows}
    result: list[AidaType] = []
    for row in rows:
        parent = ".".join(row.id.split(".")[:2])
        if parent not in known:
            known.add(parent)
            below = [r for r in rows if r.id.startswith(parent + ".")]
            result.append(AidaType(parent, row.kind, None, {n: f for r in below for n, f in r.roles.items()}))
        result.append(row)
    return result


def labels(ids: list[str], given: dict[str, str]) -> dict[str, str]:
    """A CamelCase label per id: the last part, with the part before it where two types would share one."""
    result = dict(given)
    ends = [i.split(".")[-1] for i in ids if i not in given and not _doubled(i)]
    for name in ids:
        parts = name.split(".")
        clash = ends.count(parts[-1]) > 1 or parts[-1] in given.values()
        long = clash and len(parts) > 2 and not _doubled(name)
        own = "".join(parts[-2:]) if long else parts[-1]
        result.setdefault(name, result.get(".".join(parts[:2]), own) if _doubled(name) else own)
    return result


def _doubled(name: str) -> bool:
    parts = name.split(".")
    return len(parts) == 3 and parts[1] == parts[2]


def build_events(aida: dict[str, AidaType], views: list[Row], texts: Row) -> list[Row]:
    """Event rows: the views first, then AIDA's other types; what lies below a view takes its role names and view."""
    types = with_second_level([t for t in aida.values() if t.kind == "EventType"])
    label_of = labels([t.id for t in types], {view["id"]: view["label"] for view in views} | texts["labels"])
    rows = [_view_row(view, aida) for view in views]
    done = {row["id"] for row in rows}
    for item in types:
        if item.id not in done:
            rows.append(_event_row(item, label_of[item.id], texts["events"][item.id], _view_above(item.id, views)))
    return rows


def _view_row(view: Row, aida: dict[str, AidaType]) -> Row:
    known = {name: given for same in view.get("aida", []) if same in aida for name, given in aida[same].roles.items()}
    rename: dict[str, str] = view.get("rename", {})
    note = " (AIDA's Seedling ontology has this id; LDC M36 has no such type at this level.)" if "source" in view else ""
    row = {"id": view["id"], "label": view["label"], "definition": view["definition"] + note}
    row |= {key: view[key] for key in ("ace", "m2e2", "wikidata") if key in view}
    row["roles"] = _roles(known, rename, view["roles"])
    return row | {"examples": view["examples"]}


def _event_row(item: AidaType, label: str, definition: str, view: Row | None) -> Row:
    row: Row = {"id": item.id, "label": label, "definition": definition}
    if view is None:
        return row | {"roles": _roles(item.roles, {}, {})}
    inside = item.id not in view.get("outside", [])
    row |= {key: view[key] for key in ("ace", "m2e2") if inside and key in view}
    return row | {"roles": _roles(item.roles, view.get("rename", {}), view["roles"] if inside else {})}


def _roles(known: dict[str, list[str]], rename: dict[str, str], added: dict[str, list[str]]) -> list[Row]:
    """Role rows under their new names; ``added`` come first, in their order, and lend their fillers."""
    fillers = {name: set(given) for name, given in added.items()}
    old_names = {new: old for old, new in rename.items() if not known}
    for name, given in known.items():
        new = rename.get(name, name)
        fillers.setdefault(new, set()).update(given)
        old_names[new] = name
    return [
        {"name": name, "fillers": sorted(given)} | ({"aida": old_names[name]} if name in old_names else {})
        for name, given in fillers.items()
    ]


def _view_above(name: str, views: list[Row]) -> Row | None:
    for view in views:
        if any(name == top or name.startswith(top + ".") for top in [view["id"], *view.get("aida", [])]):
            return view
    return None


def build_relations(aida: dict[str, AidaType], texts: Row, own: list[Row]) -> list[Row]:
    """Relation rows with the two ends; a relation with one role (Person) has the same type at both."""
    types = with_second_level([t for t in aida.values() if t.kind == "RelationType"])
    label_of = labels([t.id for t in types] + [row["id"] for row in own], {})
    rows = []
    for item in types:
        text = texts.get(item.id) or _below(item.id, texts)
        source = item.roles.get(text["first"]) or next(iter(item.roles.values()))
        target = next((given for name, given in item.roles.items() if name != text["first"]), source)
        row = {"id": item.id, "label": relation_label(label_of[item.id]), "definition": text["definition"]}
        rows.append(row | {"source": source, "target": target})
    return rows + [
        {"id": r["id"], "label": relation_label(label_of[r["id"]]), **{k: v for k, v in r.items() if k != "id"}} for r in own
    ]


def _below(name: str, texts: Row) -> Row:
    """The text of a level-2 row that AIDA lacks: that of its only type, or of all its types together."""
    found = [text for key, text in texts.items() if key.startswith(name + ".")]
    return {"first": found[0]["first"], "definition": " Or: ".join(text["definition"] for text in found)}


_SHORT = {
    "ARTIFACT_POLITICAL_ORGANIZATION_RELIGIOUS_AFFILIATION": "ARTIFACT_AFFILIATION",
    "ORGANIZATION_POLITICAL_RELIGIOUS_AFFILIATION": "AFFILIATION",
    "MEMBER_ORIGIN_RELIGION_ETHNICITY": "MEMBER_ORIGIN",
    "NATIONALITY_CITIZEN": "NATIONALITY",
}


def relation_label(name: str) -> str:
    """An edge type of readable length."""
    label = upper_snake(name)
    for long, short in _SHORT.items():
        label = label.replace(long, short)
    return label


def upper_snake(name: str) -> str:
    """``LocatedNear`` -> ``LOCATED_NEAR``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()


def build_entities(aida: dict[str, AidaType], tops: list[Row], given: dict[str, str]) -> list[Row]:
    """Entity rows: the top level, then AIDA's second and third levels, defined by their place in the hierarchy."""
    rows = [{k: v for k, v in top.items() if k != "aida"} for top in tops]
    by_aida = {top.get("aida", top["id"]): top for top in tops}
    types = with_second_level([t for t in aida.values() if t.kind == "EntityType" and "." in t.id])
    names = {t.id: RENAMED.get(t.id.split(".")[0], t.id.split(".")[0]) + t.id[t.id.index(".") :] for t in types}
    label_of = labels(list(names), given | {top["id"]: top["label"] for top in tops})
    for item in types:
        top = by_aida[item.id.split(".")[0]]
        kinds = ", ".join(dict.fromkeys(spaced(part) for part in item.id.split(".")[1:]))
        rows.append({"id": names[item.id], "label": label_of[item.id], "definition": f"{top['label']} of the kind {kinds}."})
    return rows


def spaced(name: str) -> str:
    """``MolotovCocktail`` -> ``molotov cocktail``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def build_verbs(templates: Path, swig: Path, mapping: dict[str, dict[str, dict[str, str]]], events: list[Row]) -> list[Row]:
    """A row per verb of SWiG; of imSitu's sentences only the role names are read, the template is made from those."""
    verbs = sorted((swig / "swig_verb_indices.txt").read_text().split())
    known = set((swig / "swig_role_indices.txt").read_text().split())
    lines = dict(line.split("\t", 1) for line in templates.read_text().splitlines())
    events_of = {verb: (event, roles) for event, rows in mapping.items() for verb, roles in rows.items()}
    with_place = {row["id"] for row in events if any(role["name"] == "Place" for role in row["roles"])}
    rows = []
    for verb in verbs:
        found = [word.lower() for word in re.findall(r"\b[A-Z][A-Z0-9]+\b", lines[verb])]
        roles = [role for role in dict.fromkeys(found) if role in known]
        row: Row = {"verb": verb, "roles": roles, "template": template(verb, roles)}
        if verb in events_of:
            event, role_map = events_of[verb]
            place = {"place": "Place"} if event in with_place and "place" in roles else {}
            row |= {"event": event, "role_map": role_map | place}
        rows.append(row)
    return rows


def template(verb: str, roles: list[str]) -> str:
    """A sentence made from the roles, such as ``AGENT attacking VICTIM with WEAPON at PLACE``."""
    words = [verb]
    for position, role in enumerate(roles):
        preposition = PREPOSITIONS.get(role)
        if position == 0 and role != "place":
            words.insert(0, role.upper())
        else:
            words += [preposition, role.upper()] if preposition else [role.upper()]
    return " ".join(words)


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


class _Plain(yaml.SafeDumper):
    """Writes repeated lists in full instead of YAML anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _write(name: str, rows: list[Row]) -> None:
    head = "# Written by deploy/build/ontology.py: change its inputs, not this file. Sources and licences: NOTICE.md\n"
    lines = [yaml.dump([row], Dumper=_Plain, sort_keys=False, width=120, default_flow_style=None) for row in rows]
    (FOLDER / f"{name}.yaml").write_text(head + "".join(lines), encoding="utf-8")


def main() -> None:
    """Read the sources named on the command line and write the four files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--aida", type=Path, required=True, help="LDCOntologyM36.ttl of AIDA-Interchange-Format")
    parser.add_argument("--imsitu", type=Path, required=True, help="generation_templates.tab of imSitu")
    parser.add_argument("--swig", type=Path, required=True, help="folder with swig_verb_indices.txt and swig_role_indices.txt")
    options = parser.parse_args()
    aida, texts = read_aida(options.aida), _read("definitions")
    events = build_events(aida, _read("ace_views"), texts)
    _write("event_types", events)
    _write("relation_types", build_relations(aida, texts["relations"], texts["own_relations"]))
    _write("entity_types", build_entities(aida, _read("entity_views"), texts["labels"]))
    _write("imsitu", build_verbs(options.imsitu, options.swig, _read("imsitu_events"), events))


if __name__ == "__main__":
    main()
