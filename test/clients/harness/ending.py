"""How a run ends that somebody else ends."""

import signal


class Ended(KeyboardInterrupt):
    """Not an exit: unittest takes that for the failure of one check, and goes on to the next."""


def end_on_sigterm():
    """Whoever ends the run ends the servers that it has started too."""

    def end(*_):
        raise Ended('ended by SIGTERM')

    signal.signal(signal.SIGTERM, end)
