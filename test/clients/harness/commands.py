"""
Runs the command-line clients as a user does: as processes, with nothing but the environment they document. With
CLIENTS_COLD=1 each is started by itself; otherwise see warm.py.
"""

import atexit
import os
import shutil
import subprocess
import tempfile

from .tables import read_tables
from .warm import WarmProgram

PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
LONGEST_SECONDS = 60

# Without a home of somebody, whose clouds.yaml would be read.
_home = tempfile.TemporaryDirectory(prefix='clinker-clients-')
BASE = {'PATH': PATH, 'HOME': _home.name, 'LANG': 'C.UTF-8'}


class Finished:
    """A command that has ended: its exit status and what it printed."""

    def __init__(self, arguments, status, out, err):
        self.arguments = arguments
        self.status = status
        self.out = out
        self.err = err

    def __str__(self):
        return f'$ {" ".join(self.arguments)}\n{self.out}{self.err}(exit {self.status})'

    def table(self, number=0):
        return read_tables(self.out)[number]

    def properties(self, number=0):
        return self.table(number).as_properties()


_programs = {}


def run(arguments, environment):
    arguments = [str(argument) for argument in arguments]
    environment = {**BASE, **environment}
    with tempfile.TemporaryFile('w+') as out, tempfile.TemporaryFile('w+') as err:
        start = _started_cold if os.environ.get('CLIENTS_COLD') else _started_warm
        status = start(arguments, environment, (out, err))
        for output in (out, err):
            output.seek(0)
        return Finished(arguments, status, out.read(), err.read())


def _started_cold(arguments, environment, outputs):
    out, err = outputs
    return subprocess.run(
        arguments, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err, timeout=LONGEST_SECONDS
    ).returncode


def _started_warm(arguments, environment, outputs):
    path = shutil.which(arguments[0], path=PATH)
    program = _programs.pop(path, None) or WarmProgram(path, BASE)
    status = program.run([path, *arguments[1:]], environment, outputs, LONGEST_SECONDS)
    _programs[path] = program
    return status


@atexit.register
def _end_programs():
    for program in _programs.values():
        program.end()
