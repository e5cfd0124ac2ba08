"""Grids of windows in which flags are looked for; and the parts of a flag that the references in data/flags.npz show."""

SIZES = (0.1, 0.14, 0.2, 0.28, 0.4, 0.56, 0.78)
"""Square roots of the windows' areas as shares of that of the picture."""
SHAPES = (0.55, 0.9, 1.45, 2.2)
"""Width to height."""
FOLDED_SIZES = (0.15, 0.22, 0.32, 0.45, 0.62)
FOLDED_SHAPES = (0.35, 0.6, 1.0, 1.6, 2.2)
"""The same for flags in folds, which may hang down."""
PARTS = ((0.0, 1.0, 0.0, 1.0), (0.0, 1.0, 0.0, 0.6), (0.0, 0.75, 0.0, 0.5), (0.2, 1.0, 0.0, 0.45))
"""Top, bottom, left, right of the parts of a flag that references show, as shares of its height and width."""
