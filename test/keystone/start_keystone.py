#!/usr/bin/python3
"""
Starts a real Keystone, Debian's own, that belongs to this process alone, and fills it with what tests need.

    /usr/bin/python3 test/keystone/start_keystone.py --volume-url http://127.0.0.1:8776 [--folder FOLDER] [--port PORT]

Needs the packages python3-keystone, uwsgi-core and uwsgi-plugin-python3; installs nothing. Everything is in one folder
(a temporary one by default, removed at the end): configuration, SQLite, keys, logs. When Keystone is ready, one line
of JSON is printed, and written to cloud.json in that folder: addresses, pid, and every user with id, password and
project. It runs until SIGTERM or SIGINT. cloud.py says what there is in it.
"""

import argparse
import base64
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid

sys.dont_write_bytecode = True

import cloud

START_SECONDS = 120
ADMIN_PASSWORD = 'bootstrap-secret'
SCRIPT = '/usr/bin/keystone-wsgi-public'
# Begins the lines of requests in the log.
REQUEST = 'request '
PROGRAMS = (SCRIPT, '/usr/bin/keystone-manage', '/usr/bin/uwsgi-core')

CONFIGURATION = """\
[DEFAULT]
log_file = {folder}/keystone.log
[database]
connection = sqlite:///{folder}/keystone.db
sqlite_synchronous = false
[token]
expiration = {token_seconds}
allow_expired_window = {expired_seconds}
[fernet_tokens]
key_repository = {folder}/fernet-keys
[fernet_receipts]
key_repository = {folder}/fernet-keys
[credential]
key_repository = {folder}/credential-keys
[identity]
# Fast to check: these passwords protect nothing.
password_hash_rounds = 4
"""


class Keystone:
    """A Keystone on loopback until the end of the with block. It can be stopped, started again, and slowed down."""

    def __init__(self, volume_url, folder=None, port=0):
        self.volume_url = volume_url.rstrip('/')
        self._is_temporary = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix='clinker-keystone-'))
        self.port = port or free_port()
        self.url = f'http://127.0.0.1:{self.port}'
        #: What was made in it, see cloud.py.
        self.cloud = None
        #: Seconds from nothing to the first answer, and until everything was made.
        self.seconds = {}
        self._process = None

    def __enter__(self):
        missing = [program for program in PROGRAMS if not os.path.exists(program)]
        if missing:
            raise SystemExit(f'{missing[0]} is missing: install python3-keystone uwsgi-core uwsgi-plugin-python3')
        began = time.monotonic()
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self.configure()
            if not (self.folder / 'keystone.db').exists():
                self._initialize()
            self.start()
            self.seconds['ready'] = round(time.monotonic() - began, 1)
            self.fill()
            self.seconds['filled'] = round(time.monotonic() - began, 1)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        if self._is_temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def configure(self, token_seconds=3600, expired_seconds=172800):
        """Writes the configuration; it counts from the next start."""
        text = CONFIGURATION.format(folder=self.folder, token_seconds=token_seconds, expired_seconds=expired_seconds)
        (self.folder / 'keystone.conf').write_text(text)

    def _initialize(self):
        for name in ('fernet-keys', 'credential-keys'):
            keys = self.folder / name
            keys.mkdir(mode=0o700)
            # The staged key and the primary one, as the set-up commands leave them; two seconds less for each.
            for number in ('0', '1'):
                _write_key(keys / number)
        # Readers do not keep writers waiting. This stays with the file.
        with contextlib.closing(sqlite3.connect(self.folder / 'keystone.db')) as database:
            database.execute('PRAGMA journal_mode=WAL')
        self.manage('db_sync')
        self.manage(
            'bootstrap',
            f'--bootstrap-public-url={self.url}/v3',
            f'--bootstrap-internal-url={self.url}/v3',
            f'--bootstrap-region-id={cloud.REGION}',
            OS_BOOTSTRAP_PASSWORD=ADMIN_PASSWORD,
        )

    def fill(self):
        """Makes what is missing, see cloud.py."""
        self.cloud = cloud.fill(self.url, ADMIN_PASSWORD, self.volume_url)

    def admin(self):
        """Its API under a new token of the admin."""
        return cloud.Identity(self.url, cloud.Identity(self.url).issue(cloud.scoped(self.cloud['admin']))[0])

    def manage(self, *arguments, **environment):
        """Runs keystone-manage."""
        done = subprocess.run(
            ['/usr/bin/keystone-manage', '--config-file', str(self.folder / 'keystone.conf'), *arguments],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise RuntimeError(f'keystone-manage {arguments[0]} ended with {done.returncode}:\n{done.stderr}')

    @property
    def pid(self):
        return self._process.pid

    def start(self):
        """Starts the process, which is one alone, and waits until it answers."""
        with (self.folder / 'uwsgi.log').open('a') as log:
            self._process = subprocess.Popen(
                [
                    '/usr/bin/uwsgi-core',
                    '--plugin=python3',
                    f'--wsgi-file={SCRIPT}',
                    '--need-app',
                    f'--http-socket=127.0.0.1:{self.port}',
                    # One at a time: an idle thread of Keystone holds what the last request that it served had found,
                    # and takes that for true in the beginning of the next one.
                    '--enable-threads',
                    '--die-on-term',
                    '--buffer-size=65535',
                    '--add-header=Connection: close',
                    f'--log-format={REQUEST}%(method) %(uri) %(status)',
                ],
                env={**os.environ, 'OS_KEYSTONE_CONFIG_FILES': str(self.folder / 'keystone.conf')},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f'Keystone does not start:\n{(self.folder / "uwsgi.log").read_text()[-4000:]}')
            time.sleep(0.05)

    def _answers(self):
        try:
            with urllib.request.urlopen(f'{self.url}/v3', timeout=START_SECONDS) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self, how=signal.SIGKILL):
        """Ends the process; connections to it are refused from now on."""
        if self._process is not None:
            self._process.send_signal(how)
            # A process that is paused would not see any other signal.
            self._process.send_signal(signal.SIGCONT)
            self._process.wait()
            self._process = None

    def pause(self):
        """Connections are accepted and nothing answers, until it is resumed."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self):
        self._process.send_signal(signal.SIGCONT)

    def requests(self):
        """The requests so far, `METHOD URI STATUS` each."""
        # A line is written after its answer was sent: when that of a later request is there, those before are.
        last = f'/v3?last={uuid.uuid4().hex}'
        urllib.request.urlopen(self.url + last, timeout=60).close()
        while f'GET {last} 200' not in (lines := self._logged()):
            time.sleep(0.02)
        return [line for line in lines if not line.startswith('GET /v3?last=')]

    def _logged(self):
        lines = (self.folder / 'uwsgi.log').read_text().splitlines()
        return [line.removeprefix(REQUEST) for line in lines if line.startswith(REQUEST)]

    def description(self):
        return {
            'auth_url': f'{self.url}/v3',
            'pid': self.pid,
            'folder': str(self.folder),
            'volume_url': self.volume_url,
            'seconds': self.seconds,
            **self.cloud,
        }


def _write_key(path):
    path.write_bytes(base64.urlsafe_b64encode(os.urandom(32)))
    path.chmod(0o600)


def free_port():
    """A port on loopback that nobody listens on now."""
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        return free.getsockname()[1]


def main():
    parser = argparse.ArgumentParser(description='Starts a real Keystone for tests.')
    parser.add_argument('--volume-url', required=True, help='where the volume service is or will be, without /v3')
    parser.add_argument('--folder', help='keeps everything there, over restarts too')
    parser.add_argument('--port', type=int, default=0, help='a port on loopback (default: a free one)')
    options = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with Keystone(options.volume_url, options.folder, options.port) as keystone:
        text = json.dumps(keystone.description())
        (keystone.folder / 'cloud.json').write_text(text + '\n')
        print(text, flush=True)
        ended.wait()


if __name__ == '__main__':
    main()
