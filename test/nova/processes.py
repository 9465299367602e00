"""Programs that belong to a run: each in a group of its own, ended by its id and no other way."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

from machine import listens

START_SECONDS = 300
STOP_SECONDS = 30


class Program:
    """A program that can be started, ended and killed over and over."""

    def __init__(self, name, arguments, folder, port=None, health=None, **environment):
        """`health`: a path that is 200 once the program does its work, which may be later than that it listens."""
        self.name = name
        self._arguments = [str(each) for each in arguments]
        self._folder = folder
        self._port = port
        self._health = health
        self._environment = {name: str(value) for name, value in environment.items()}
        self._log = folder / f'{name}.out'
        self._process = None

    @property
    def is_running(self):
        return self._process is not None and self._process.poll() is None

    def log(self):
        return self._log.read_text() if self._log.exists() else ''

    def start(self, wait=True):
        if self.is_running:
            return
        with self._log.open('a') as out:
            self._process = subprocess.Popen(
                self._arguments,
                env={**os.environ, 'PYTHONDONTWRITEBYTECODE': '1', **self._environment},
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                # Its workers go with it.
                start_new_session=True,
            )
        if wait:
            self.wait()

    def wait(self):
        """Until it answers, if that is what it does."""
        deadline = time.monotonic() + START_SECONDS
        while self._port is not None and not self._answers():
            if not self.is_running or time.monotonic() > deadline:
                raise RuntimeError(f'{self.name} does not start:\n{self.log()[-4000:]}')
            time.sleep(0.05)

    def _answers(self):
        if self._health is None:
            return listens(self._port)
        try:
            with urllib.request.urlopen(f'http://127.0.0.1:{self._port}{self._health}', timeout=10):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def signal(self, number):
        """To the whole group, whose leader has not been waited for: the id is still its own."""
        if self._process is not None:
            try:
                os.killpg(self._process.pid, number)
            except ProcessLookupError:
                pass

    def stop(self):
        self.signal(signal.SIGTERM)
        if self._process is not None:
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                pass
        self.kill()

    def kill(self):
        self.signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
            self._process = None


def run(arguments, folder, **environment):
    """Starts a command whose end is waited for by `finish`."""
    return subprocess.Popen(
        [str(each) for each in arguments],
        env={**os.environ, **environment},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(*commands):
    """Waits for commands; the output of the last one."""
    output = ''
    for command in commands:
        output = command.communicate()[0]
        if command.returncode != 0:
            raise RuntimeError(f'{" ".join(command.args)} ended with {command.returncode}:\n{output[-4000:]}')
    return output
