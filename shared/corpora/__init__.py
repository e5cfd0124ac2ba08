"""Readers of public corpora: each file layout becomes :class:`shared.corpora.document.GoldDocument`. Training and evaluation share them."""
