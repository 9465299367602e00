"""Runs the command-line clients as a user does: as processes, with nothing but the environment they document."""

import subprocess
import tempfile

from .tables import read_tables

PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
LONGEST_SECONDS = 60

# Without a home of somebody, whose clouds.yaml would be read.
_home = tempfile.TemporaryDirectory(prefix='clinker-clients-')


class Finished:
    """A command that has ended: its exit status and what it printed."""

    def __init__(self, arguments, process):
        self.arguments = arguments
        self.status = process.returncode
        self.out = process.stdout
        self.err = process.stderr

    def __str__(self):
        return f'$ {" ".join(self.arguments)}\n{self.out}{self.err}(exit {self.status})'

    def table(self, number=0):
        return read_tables(self.out)[number]

    def properties(self, number=0):
        return self.table(number).as_properties()


def run(arguments, environment):
    arguments = [str(argument) for argument in arguments]
    process = subprocess.run(
        arguments,
        env={'PATH': PATH, 'HOME': _home.name, 'LANG': 'C.UTF-8', **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
    )
    return Finished(arguments, process)
