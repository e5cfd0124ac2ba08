"""What several processes of newsgraph need."""

__version__ = "0.1.0"
