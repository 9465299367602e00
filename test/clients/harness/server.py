"""The server under test: one that is given by its address, or one started here as the README says."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
START_SECONDS = 300  # the first `npm start` of a clone installs and compiles
STOP_SECONDS = 40


class Server:
    """Where the API is, and what the checks must know of it."""

    def __init__(self, url, is_cinder=False, max_limit=None):
        self.url = url.rstrip('/')
        #: A real Cinder, to prove the checks themselves.
        self.is_cinder = is_cinder
        #: Longest page of a list, where it is known.
        self.max_limit = max_limit

    @property
    def endpoint(self):
        return f'{self.url}/v3'

    def maximum_version(self):
        # urllib takes the 300 of this answer for an error.
        opener = urllib.request.build_opener(_AnyStatus)
        with opener.open(self.url + '/', timeout=10) as answer:
            return json.load(answer)['versions'][0]['version']


class StartedServer:
    """`npm start` with a data folder of its own on a free port, until the end of the with block."""

    # Small, so that the lists of a few checks have several pages.
    MAX_LIMIT = 25

    def __init__(self, **settings):
        #: More of the environment.
        self._settings = settings

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix='clinker-clients-')
        self._log = pathlib.Path(self._folder.name, 'server.log')
        with self._log.open('w') as log:
            self._process = subprocess.Popen(
                ['npm', 'start'],
                cwd=ROOT,
                env={
                    **os.environ,
                    'HOST': '127.0.0.1',
                    'PORT': '0',
                    'CLINKER_DATA_FOLDER': str(pathlib.Path(self._folder.name, 'data')),
                    'CLINKER_MAX_LIMIT': str(self.MAX_LIMIT),
                    'CLINKER_RESPONSE_VALIDATION': 'error',
                    **self._settings,
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own, so that npm and the server under it can be stopped together.
                start_new_session=True,
            )
        try:
            return Server(self._wait_for_address(), max_limit=self.MAX_LIMIT)
        except BaseException:
            self._stop()
            raise

    def __exit__(self, *_):
        self._stop()

    def log(self):
        """What the server has said so far."""
        return self._log.read_text()

    def _wait_for_address(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            for line in self._log.read_text().splitlines():
                api = _logged(line).get('api')
                if api:
                    return api.removesuffix('/').removesuffix('/v3')
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        raise SystemExit(f'The server did not start:\n{self._log.read_text()[-4000:]}')

    def _stop(self):
        try:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait(STOP_SECONDS)
        except ProcessLookupError:
            pass
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            print(f'The server did not stop within {STOP_SECONDS} s', flush=True)
        self._folder.cleanup()


class _AnyStatus(urllib.request.HTTPErrorProcessor):
    def http_response(self, request, response):
        return response


def _logged(line):
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
