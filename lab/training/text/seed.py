"""The one seed of training."""

SEED = 20261124
