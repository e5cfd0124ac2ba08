"""What the text says of its events: that they happened, that they did not, or that it is open."""

from typing import Final

import pytest

from services.text_ie.english.events.assertion import asserted
from services.text_ie.english.parse.spacy_parser import MODEL, SpacyParser
from shared.schemas.text import Asserted
from shared.settings import Settings
from shared.weights import Weights

pytestmark = pytest.mark.integration
_ASSERTED: Final = [
    ("The rebels attacked the town on Tuesday.", "attacked"),
    ("Moscow denied any involvement in the attack.", "attack"),
    ("He was convicted of attacking a nurse.", "attacking"),
    ("The two leaders are meeting in Geneva.", "meeting"),
    ("He said the rebels attacked the town.", "attacked"),
    ("Witnesses said the rebels had attacked the town.", "attacked"),
    ("The attack killed 12 people.", "attack"),
    ("He was jailed for murdering his wife.", "murdering"),
    ("The suspected bomber attacked the church.", "attacked"),
    ("The army attacked the town but did not shell it.", "attacked"),
    ("The rebels managed to attack the base.", "attack"),
    ("The rebels began attacking the base.", "attacking"),
    ("The troops, who did not flee, attacked the base.", "attacked"),
    ("The group claimed responsibility for the attack.", "attack"),
    ("The attack did not kill anyone.", "attack"),
    ("The troops left after attacking the town.", "attacking"),
    ("The protest against the war went ahead.", "protest"),
    ("Thousands protested against plans to attack Iran.", "protested"),
    ("Gunmen stormed the hotel before dawn.", "stormed"),
    ("It is unclear who shot the senator.", "shot"),
    ("Police said the man stabbed two officers.", "stabbed"),
    ("The group said it had kidnapped the engineer.", "kidnapped"),
    ("He was sentenced to ten years for bombing a mosque.", "bombing"),
    ("Rescuers pulled 12 people from the rubble.", "pulled"),
    ("The minister resigned after protests in the capital.", "protests"),
    ("The company bought its rival, which made phones.", "bought"),
    ("Fighters who surrendered were executed.", "surrendered"),
]
_NEGATED: Final = [
    ("The rebels did not attack the town.", "attack"),
    ("The army never attacked the village.", "attacked"),
    ("The minister denied that his troops attacked the convoy.", "attacked"),
    ("The minister denied attacking the convoy.", "attacking"),
    ("The group failed to attack the port.", "attack"),
    ("The court cleared him of attacking a nurse.", "attacking"),
    ("Police prevented an attack on the embassy.", "attack"),
    ("Police foiled a planned attack on the embassy.", "attack"),
    ("The talks, planned for Friday, were cancelled.", "talks"),
    ("The meeting was called off.", "meeting"),
    ("The leaders refused to meet.", "meet"),
    ("Nobody was killed in the attack.", "killed"),
    ("No one was killed.", "killed"),
    ("No soldiers were killed.", "killed"),
    ("None of the soldiers were killed.", "killed"),
    ("The claim that the army attacked civilians is false.", "attacked"),
    ("It is not true that the army attacked civilians.", "attacked"),
    ("The rebels attacked without killing anyone.", "killing"),
    ("The army neither attacked nor shelled the town.", "shelled"),
    ("The planned visit was postponed.", "visit"),
    ("Police ruled out an attack.", "attack"),
    ("The report rejected claims that troops attacked the hospital.", "attacked"),
    ("The government dismissed reports that troops attacked the hospital.", "attacked"),
    ("He was nearly killed.", "killed"),
    ("The army has not yet attacked the city.", "attacked"),
    ("The visit, which has been cancelled, was to last two days.", "visit"),
    ("The navy did not intercept the tanker.", "intercept"),
    ("There were no arrests after the march.", "arrests"),
    ("The embassy denied that it had expelled the envoy.", "expelled"),
    ("The commandos failed to rescue the hostages.", "rescue"),
    ("The judge refused to release the activists.", "release"),
    ("The militia stopped short of invading the island.", "invading"),
    ("The court acquitted the officer of murdering the boy.", "murdering"),
    ("Nobody died in the crash.", "died"),
    ("No ships were sunk.", "sunk"),
    ("The ministry dismissed claims that its jets bombed the port.", "bombed"),
    ("The trip was called off because of rain.", "trip"),
    ("Troops entered the city without firing a shot.", "firing"),
    ("The convoy was nearly ambushed.", "ambushed"),
    ("The army says it never used gas.", "used"),
]
_UNCERTAIN: Final = [
    ("There is no evidence that the army attacked the village.", "attacked"),
    ("There was no evidence of an attack on the school.", "attack"),
    ("He allegedly attacked a police officer.", "attacked"),
    ("The man may have attacked two tourists.", "attacked"),
    ("Rebels might attack the capital.", "attack"),
    ("The group plans to attack the port.", "attack"),
    ("The general threatened to attack the port.", "attack"),
    ("If they attack the port, we will respond.", "attack"),
    ("The president called for an attack on the camp.", "attack"),
    ("He was accused of attacking a nurse.", "attacking"),
    ("She is suspected of attacking a nurse.", "attacking"),
    ("The army will attack the city on Monday.", "attack"),
    ("The two leaders are to meet in Geneva.", "meet"),
    ("The two leaders are expected to meet in Geneva on Friday.", "meet"),
    ("Officials reportedly attacked the plan.", "attacked"),
    ("It is unclear whether the army attacked civilians.", "attacked"),
    ("Investigators believe that the group attacked the ship.", "attacked"),
    ("He urged the army to attack.", "attack"),
    ("The army would have attacked the city.", "attacked"),
    ("The army should attack the city.", "attack"),
    ("The army was about to attack the city.", "attack"),
    ("The army could attack within days.", "attack"),
    ("The man was arrested for attacking a tourist.", "attacking"),
    ("He was charged with murdering his wife.", "murdering"),
    ("An alleged attack on the village was reported.", "attack"),
    ("Fears of an attack grew.", "attack"),
    ("The threat of attack remains high.", "attack"),
    ("The court ordered that the man be released.", "released"),
    ("He did not deny attacking the nurse.", "attacking"),
    ("The company hardly attacked the plan.", "attacked"),
    ("The rebels said they would not attack.", "attack"),
    ("Unless they surrender, troops will attack.", "attack"),
    ("He warned of attacks on tourists.", "attacks"),
    ("The war could not have started without him.", "started"),
    ("Protesters demanded the arrest of the mayor.", "arrest"),
    ("The army is considering an attack on the island.", "attack"),
    ("Turkey was set to attack the town.", "attack"),
    ("The president promised that troops would leave.", "leave"),
    ("He was killed before he could attack anyone.", "attack"),
    ("To attack the city, the army needs tanks.", "attack"),
    ("The army has yet to attack the city.", "attack"),
    ("A possible attack worries residents.", "attack"),
    ("Had the army attacked, thousands would have died.", "attacked"),
    ("In the event of an attack, residents should hide.", "attack"),
    ("The troops were accused of an attack on a market.", "attack"),
    ("The ban on protests was lifted.", "protests"),
    ("The attempted murder of the mayor shocked the town.", "murder"),
    ("Thousands protested against plans to attack Iran.", "attack"),
    ("Investigators found no sign of an explosion.", "explosion"),
    ("The pilot allegedly bombed the wrong village.", "bombed"),
    ("The suspect may have fled to Mexico.", "fled"),
    ("Ankara plans to withdraw its troops.", "withdraw"),
    ("North Korea threatened to launch another missile.", "launch"),
    ("If the union strikes, trains will stop.", "strikes"),
    ("The opposition called for the resignation of the mayor.", "resignation"),
    ("Two guards were accused of beating prisoners.", "beating"),
    ("The teacher is suspected of killing her husband.", "killing"),
    ("The delegation will visit Moscow next week.", "visit"),
    ("The airline intends to fire 500 pilots.", "fire"),
    ("The bank agreed to pay the fine.", "pay"),
    ("The general ordered his men to burn the village.", "burn"),
    ("Residents fear that the army will return.", "return"),
    ("The possible sale of the company was discussed.", "sale"),
    ("The union threatened a strike.", "strike"),
    ("Rumours that the king had died spread quickly.", "died"),
    ("The two sides are due to sign the treaty.", "sign"),
    ("The parliament rejected a proposal to dissolve the council.", "dissolve"),
    ("The plot to assassinate the king was uncovered.", "assassinate"),
    ("Was the ambassador expelled?", "expelled"),
]


@pytest.fixture(scope="module")
def parser() -> SpacyParser:
    return SpacyParser(Weights(Settings().models_file).path(MODEL))


def reading(parser: SpacyParser, text: str, trigger: str) -> Asserted:
    return asserted(next(token for token in next(parser.parse([text])) if token.text == trigger))


@pytest.mark.parametrize(("text", "trigger"), _ASSERTED)
def test_what_is_told_as_a_fact_is_asserted(parser: SpacyParser, text: str, trigger: str) -> None:
    assert reading(parser, text, trigger) == "asserted"


@pytest.mark.parametrize(("text", "trigger"), _NEGATED)
def test_what_is_said_not_to_have_happened_is_negated(parser: SpacyParser, text: str, trigger: str) -> None:
    assert reading(parser, text, trigger) == "negated"


@pytest.mark.parametrize(("text", "trigger"), _UNCERTAIN)
def test_plans_claims_and_conditions_are_uncertain(parser: SpacyParser, text: str, trigger: str) -> None:
    assert reading(parser, text, trigger) == "uncertain"
