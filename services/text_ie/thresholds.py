"""The numbers of text IE that decide, from ``thresholds.yaml``."""

from pathlib import Path

from shared.thresholds import Thresholds

LIMITS = Thresholds(Path(__file__).with_name("thresholds.yaml"))
