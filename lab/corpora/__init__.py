"""Readers of public corpora: each file layout becomes ``GoldDocument``s; training and evaluation share them."""
