"""The numbers by which this service decides; thresholds.yaml says of each why, and what it was measured on."""

from pathlib import Path

from shared.thresholds import Thresholds

LIMITS = Thresholds(Path(__file__).with_name("thresholds.yaml"))
