"""One hand-written document in each layout of the event corpora."""

WIKIEVENTS = {
    "doc_id": "d1",
    "tokens": ["Rebels", "shelled", "Aldova", ".", "Mayor", "Ilic", "fled", "to", "Brenna", "."],
    "text": "Rebels shelled Aldova.Mayor Ilic fled to Brenna.",
    "sentences": [
        [[["Rebels", 0, 6], ["shelled", 7, 14], ["Aldova", 15, 21], [".", 21, 22]], "Rebels shelled Aldova."],
        [
            [["Mayor", 22, 27], ["Ilic", 28, 32], ["fled", 33, 37], ["to", 38, 40], ["Brenna", 41, 47], [".", 47, 48]],
            "Mayor Ilic fled to Brenna.",
        ],
    ],
    "entity_mentions": [
        {"id": "T1", "sent_idx": 0, "start": 0, "end": 1, "entity_type": "PER", "mention_type": "UNK", "text": "Rebels"},
        {"id": "T2", "sent_idx": 0, "start": 2, "end": 3, "entity_type": "GPE", "mention_type": "UNK", "text": "Aldova"},
        {"id": "T3", "sent_idx": 1, "start": 5, "end": 6, "entity_type": "PER", "mention_type": "UNK", "text": "Ilic"},
        {"id": "T4", "sent_idx": 1, "start": 8, "end": 9, "entity_type": "GPE", "mention_type": "UNK", "text": "Brenna"},
        {"id": "T5", "sent_idx": 1, "start": 4, "end": 5, "entity_type": "ABS", "mention_type": "UNK", "text": "Mayor"},
    ],
    "event_mentions": [
        {
            "id": "E1",
            "event_type": "Conflict.Attack.Unspecified",
            "trigger": {"start": 1, "end": 2, "text": "shelled", "sent_idx": 0},
            "arguments": [
                {"entity_id": "T1", "role": "Attacker", "text": "Rebels"},
                {"entity_id": "T4", "role": "Place", "text": "Brenna"},
            ],
        },
        {
            "id": "E2",
            "event_type": "Movement.Transportation.Unspecified",
            "trigger": {"start": 6, "end": 7, "text": "fled", "sent_idx": 1},
            "arguments": [
                {"entity_id": "T3", "role": "Transporter", "text": "Ilic"},
                {"entity_id": "T4", "role": "Destination", "text": "Brenna"},
                {"entity_id": "T2", "role": "Topic", "text": "Aldova"},
            ],
        },
        {
            "id": "E3",
            "event_type": "Control.ImpedeInterfereWith.Unspecified",
            "trigger": {"start": 7, "end": 8, "text": "to", "sent_idx": 1},
            "arguments": [],
        },
        {
            "id": "E4",
            "event_type": "Life.Consume.Unspecified",
            "trigger": {"start": 4, "end": 5, "text": "Mayor", "sent_idx": 1},
            "arguments": [],
        },
    ],
}

REBUILT = {
    "doc_id": "d2",
    "tokens": ["Police", "held", "two", "men", ".", "The", "blast", "and", "a", "blast", "hurt", "nine", "men", "."],
    "sentence_spans": [[0, 5], [5, 14]],
    "ambiguous_trigger_spans": [[6, 7], [9, 10]],
    "event_mentions": [
        {
            "event_type": "Justice.ArrestJailDetain",
            "trigger": {"start": 1, "end": 2, "text": "held"},
            "confidence": "unique",
            "arguments": [
                {"role": "Jailer", "text": "Police", "how": "same_sentence", "start": 0, "end": 1},
                {"role": "Detainee", "text": "men", "how": "other_sentence", "start": 12, "end": 13},
                {"role": "Place", "text": "nine", "how": "other_sentence", "start": 11, "end": 12},
                {"role": "Crime", "text": "theft", "how": "none"},
            ],
        },
        {
            "event_type": "Conflict.Attack",
            "trigger": {"start": 6, "end": 7, "text": "blast"},
            "confidence": "guess",
            "arguments": [{"role": "Target", "text": "men", "how": "same_sentence", "start": 12, "end": 13}],
        },
    ],
}

RAMS = {
    "doc_key": "r1",
    "sentences": [["He", "left", "."], ["The", "minister", "flew", "to", "Oslo", "."]],
    "evt_triggers": [[5, 5, [["movement.transportperson.selfmotion", 1.0]]]],
    "ent_spans": [],
    "gold_evt_links": [[[5, 5], [3, 4], "evt1arg01transporter"], [[5, 5], [7, 7], "evt1arg03destination"]],
}

MEANTIME = """<?xml version="1.0" ?><Document doc_id="1" doc_name="n">
<token number="0" sentence="0" t_id="1">Orlen</token><token number="1" sentence="0" t_id="2">may</token>
<token number="2" sentence="0" t_id="3">resign</token><token number="3" sentence="1" t_id="4">She</token>
<token number="4" sentence="1" t_id="5">left</token>
<Markables>
<ENTITY_MENTION m_id="11" syntactic_type="NAM"><token_anchor t_id="1"/></ENTITY_MENTION>
<ENTITY_MENTION m_id="12" syntactic_type=""><token_anchor t_id="4"/></ENTITY_MENTION>
<EVENT_MENTION m_id="13" certainty="POSSIBLE" polarity="POS"><token_anchor t_id="3"/></EVENT_MENTION>
<EVENT_MENTION m_id="14" certainty="CERTAIN" polarity="POS"><token_anchor t_id="5"/></EVENT_MENTION>
<ENTITY TAG_DESCRIPTOR="Orlen" ent_type="PER" m_id="20"/>
<ENTITY TAG_DESCRIPTOR="Orlen" ent_type="PER" instance_id="PER1" m_id="21"/>
<EVENT TAG_DESCRIPTOR="leave" class="OTHER" m_id="22"/>
</Markables>
<Relations>
<REFERS_TO r_id="30"><source m_id="11"/><source m_id="12"/><target m_id="21"/></REFERS_TO>
<REFERS_TO r_id="31"><source m_id="11"/><target m_id="20"/></REFERS_TO>
<REFERS_TO r_id="32"><source m_id="13"/><source m_id="14"/><target m_id="22"/></REFERS_TO>
</Relations></Document>"""
