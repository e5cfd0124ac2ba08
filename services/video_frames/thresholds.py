"""The numbers by which this stage decides; thresholds.yaml beside this file says why each is what it is."""

from pathlib import Path

from shared.thresholds import Thresholds

LIMITS = Thresholds(Path(__file__).with_name("thresholds.yaml"))
