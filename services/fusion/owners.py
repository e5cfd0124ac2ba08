"""Which group each region belongs to, once linking and grounding have spoken."""

from collections.abc import Iterable

from services.fusion.article_index import ArticleIndex
from services.fusion.groups import Facts, Groups
from services.fusion.people import Person


class Owners:
    """Answers for regions: the group they are known to show, and a group of their own where they fill a role unknown.

    ``shown`` maps regions to the text entity that grounding, written words or an alignment found in them.
    """

    def __init__(self, groups: Groups, index: ArticleIndex, people: Iterable[Person], shown: dict[str, str]) -> None:
        self._groups = groups
        self._index = index
        self._people = {region_id: person for person in people for region_id in person.region_ids}
        self._shown = dict(shown)
        self._marks = frozenset(index.marks)
        self._named = {person.key for person in self._people.values() if person.name}

    def show(self, region_id: str, entity_id: str) -> None:
        """Record that a region shows a text entity."""
        self._shown.setdefault(region_id, entity_id)

    def known(self, region_id: str) -> str | None:
        """The group of someone or something of the text, of a named face or of a flag; None for anyone else."""
        key = self._key(region_id)
        if key in self._groups and (key in self._marks or self._is_identified(key)):
            return self._groups.find(key)
        entity_id = self._entity_shown(region_id)
        return self._groups.find(entity_id) if entity_id else None

    def owner(self, region_id: str, entity_type: str) -> str:
        """The known group, else the group of the unknown person or thing in the region."""
        known = self.known(region_id)
        if known is not None:
            return known
        key = self._key(region_id)
        if key not in self._groups:
            self._groups.add(key, Facts(frozenset((entity_type,))))
        return self._groups.find(key)

    def regions(self) -> dict[str, tuple[str, ...]]:
        """The regions that show each group, by group."""
        found: dict[str, set[str]] = {}
        for region_id in self._index.regions:
            group = self.known(region_id)
            if group is None and self._key(region_id) in self._groups:
                group = self._groups.find(self._key(region_id))
            if group is not None:
                found.setdefault(group, set()).add(region_id)
        return {group: tuple(sorted(regions)) for group, regions in sorted(found.items())}

    def _key(self, region_id: str) -> str:
        person = self._people.get(region_id)
        return person.key if person else region_id

    def _entity_shown(self, region_id: str) -> str | None:
        person = self._people.get(region_id)
        candidates = person.region_ids if person else (region_id,)
        return next((self._shown[r] for r in candidates if r in self._shown), None)

    def _is_identified(self, key: str) -> bool:
        root = self._groups.find(key)
        return any(self._groups.find(k) == root for k in [*self._index.entities, *self._named] if k in self._groups)
