from services.fusion.groups import Facts, Groups


def _groups(**facts: Facts) -> Groups:
    groups = Groups()
    for key, known in facts.items():
        groups.add(key, known)
    return groups


def test_merging_is_transitive_and_keeps_all_reasons() -> None:
    groups = _groups(a=Facts(), b=Facts(), c=Facts(), d=Facts())
    groups.merge("c", "b", "second")
    groups.merge("a", "b", "first")
    assert groups.members() == {"a": ("a", "b", "c"), "d": ("d",)}
    assert groups.reasons("c") == ("first", "second")


def test_a_person_is_never_a_country() -> None:
    groups = _groups(a=Facts(frozenset(("PER",))), b=Facts(frozenset(("GPE",))), c=Facts(frozenset(("LOC",))))
    assert not groups.merge("a", "b", "no")
    assert groups.merge("b", "c", "yes")


def test_two_records_of_one_source_are_two_things_even_through_a_third() -> None:
    groups = _groups(a=Facts(records=frozenset(("wikidata:Q1",))), b=Facts(), c=Facts(records=frozenset(("wikidata:Q2",))))
    assert groups.merge("a", "b", "first")
    assert not groups.merge("b", "c", "second")
    assert groups.find("c") == "c"


def test_two_faces_in_one_picture_are_two_people() -> None:
    left, right = Facts(seen=frozenset((("img", "f1"),))), Facts(seen=frozenset((("img", "f2"),)))
    assert not _groups(a=left, b=right).merge("a", "b", "no")
    assert _groups(a=left, b=Facts(seen=frozenset((("other", "f2"),)))).merge("a", "b", "yes")
