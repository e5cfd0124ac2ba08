"""Errors that a user or operator can act on.

NewsgraphError
├── InputError            the request or file must change (the gateway answers 4xx)
├── ConfigurationError    a setting must change
├── WeightsError          a model's files are missing or not what models.toml says
├── ServiceUnavailable    broker, graph or worker cannot be reached now
│   └── StorageFull       the disk takes no more
└── StageError            a stage cannot process this input; the job goes on as partial
"""


class NewsgraphError(Exception):
    """Base of all expected failures; the message says what happened and what to change."""


class InputError(NewsgraphError):
    """Raised when what the user sent cannot be accepted."""


class ConfigurationError(NewsgraphError):
    """Raised when a setting is missing or contradicts another."""


class WeightsError(NewsgraphError):
    """Raised when model files are missing, or differ from the checksum in models.toml."""


class ServiceUnavailable(NewsgraphError):
    """Raised when the broker, the graph or a worker does not answer."""


class StorageFull(ServiceUnavailable):
    """Raised when the disk takes no more; what was to be written is not there, not even in part."""


class StageError(NewsgraphError):
    """Raised by a stage for an input it cannot process; recorded in the StageReport, never fatal for the job."""
