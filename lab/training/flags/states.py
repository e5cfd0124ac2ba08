"""Which drawings of svg-country-flags are no flag of a state of their own, by ISO code in lower case."""

NOT_STATES = {"eu", "an"}
FLAG_OF_ANOTHER = {"bl", "gf", "gp", "mf", "mq", "pm", "re", "wf", "yt", "bv", "sj", "hm", "um"}
"""Territories drawn with the flag of France, Norway, Australia or the United States, which it shall be taken for."""
