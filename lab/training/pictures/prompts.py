"""What is said of a photograph that has labels but no caption."""

from lab.training.pictures.sets import FoldPhotograph

_WORDED = {
    "people--driving--car": "people driving a car",
    "Soldier_Firing": "soldiers firing weapons",
    "Soldier_Patrol": "soldiers on patrol",
    "Soldier_Drilling": "soldiers drilling",
    "Students_Schoolkids": "students and school children",
    "Waiter_Waitress": "a waiter or waitress",
    "Worker_Laborer": "workers and labourers",
    "Matador_Bullfighter": "a bullfighter",
    "Parachutist_Paratrooper": "a parachutist",
    "Election_Campain": "an election campaign",
    "Voter": "voters at a polling station",
    "Raid": "a police raid",
    "Riot": "a riot",
    "Dresses": "women in dresses",
    "Jockey": "a jockey on a horse",
    "Angler": "an angler fishing",
    "Balloonist": "a hot-air balloon",
    "Car_Accident": "a car accident",
    "Demonstration": "a demonstration of protesters",
    "Press_Conference": "a press conference",
    "Surgeons": "surgeons in an operating room",
}
_SETS = {"professions": "a photo of a {}", "guns": "a gun", "fire": "{}", "emergency_vehicles": "an {}"}


def worded(label: str) -> str:
    """A WIDER class or label as words."""
    return _WORDED.get(label, label.replace("_", " ").lower())


def captions(picture: FoldPhotograph) -> tuple[str, ...]:
    """The captions of a photograph, or prompts made of its labels; empty where nothing is known of it."""
    given = picture.photograph.captions
    if given:
        return given
    labels = picture.photograph.labels
    if picture.source == "wider_events":
        return tuple(text for label in labels for text in (worded(label), f"people at {worded(label)}"))
    if picture.source in _SETS:
        return tuple(_SETS[picture.source].format(label) for label in labels)
    return ()
