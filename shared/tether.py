"""Run a command that ends when its parent does, however that dies: ``python -m shared.tether PARENT SIGNAL COMMAND...``.

Linux only (``PR_SET_PDEATHSIG`` survives exec); elsewhere the command runs untethered and the next start cleans up.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def tethered(command: list[str], signal_number: int) -> list[str]:
    """The command line that runs ``command`` and sends it the signal when this process dies."""
    return [sys.executable, "-m", "shared.tether", str(os.getpid()), str(int(signal_number)), *command]


def end_with_parent(signal_number: int) -> None:
    """Have the kernel send this process the signal when the thread that started it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal_number)


def main(parent: int, signal_number: int, command: list[str]) -> None:
    """Replace this process by the command."""
    end_with_parent(signal_number)
    if os.getppid() != parent:  # it died before the call above
        sys.exit(0)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
