"""Pronouns stand once in the lexicon: rules and network read the same."""

from onnxruntime import InferenceSession

from services.text_ie.english.network.features import CoreferenceFeatures
from services.text_ie.english.network.model import MODEL
from services.text_ie.pronouns import pronoun_forms, pronouns
from shared.settings import Settings
from shared.weights import Weights


def test_a_personal_form_belongs_to_one_pronoun() -> None:
    forms = [form for pronoun in pronouns() for form in pronoun.forms]
    assert len(forms) == len(set(forms))


def test_forms_are_asked_for_by_grammar() -> None:
    assert pronoun_forms(gender="f") == {"she", "her", "hers", "herself"}
    assert pronoun_forms(person=3, number="plural") == {"they", "them", "their", "theirs", "themselves"}
    assert {"i", "me", "he", "it"} < pronoun_forms(number="singular")
    assert "which" in pronoun_forms(role="relative")
    assert "which" not in pronoun_forms()


def test_the_network_has_a_feature_for_each_pronoun_as_it_was_trained() -> None:
    weights = Weights(Settings().models_file).path(MODEL) / "coreference.onnx"
    inputs = {row.name: row.shape for row in InferenceSession(str(weights), providers=["CPUExecutionProvider"]).get_inputs()}
    assert inputs["features"][1] == CoreferenceFeatures.size
