"""A Keystone, a Clinker that validates tokens there, and requests to it under the tokens of users."""

import contextlib
import json
import pathlib
import tempfile
import time
import unittest
import urllib.error
import urllib.request
import uuid

from cloud import Identity, scoped
from harness.server import StartedServer
from start_keystone import Keystone, free_port

#: What a connector with `fail` makes the fake driver do.
FAULT = {'call': 'initializeConnection', 'error': 'INTERNAL', 'message': 'broken', 'connector': {'fail': 'yes'}}
BACKENDS = [{'name': 'fake', 'driver': 'fake', 'options': {'faults': [FAULT]}}]

#: How long the server waits for Keystone; on a busy machine each answer takes a good part of a second.
TIMEOUT_S = 10


class Clinker:
    """A server whose tokens are those of a Keystone, until the end of the with block."""

    def __init__(self, keystone, **settings):
        self._folder = tempfile.TemporaryDirectory(prefix='clinker-keystone-')
        self.password_file = pathlib.Path(self._folder.name, 'password')
        self.password_file.write_text('clinker-secret\n')
        self._process = StartedServer(
            CLINKER_AUTH_STRATEGY='keystone',
            CLINKER_KEYSTONE_AUTH_URL=f'{keystone.url}/v3',
            CLINKER_KEYSTONE_PASSWORD_FILE=str(self.password_file),
            CLINKER_KEYSTONE_TIMEOUT_MS=str(TIMEOUT_S * 1000),
            CLINKER_BACKENDS=json.dumps(BACKENDS),
            # Streams of events end soon: the tests read whole answers.
            CLINKER_EVENT_STREAM_S='1',
            # Not the zone of Keystone's times.
            TZ='Asia/Kolkata',
            **settings,
        )

    def __enter__(self):
        self.url = self._process.__enter__().url
        return self

    def __exit__(self, *ending):
        self._process.__exit__(*ending)
        self._folder.cleanup()

    def log(self):
        return self._process.log()

    def ask(self, method, path, token=None, body=None, version='latest', **headers):
        """The answer to a request, whatever its status; header names with underscores for hyphens."""
        headers = {name.replace('_', '-'): value for name, value in headers.items()}
        headers['OpenStack-API-Version'] = f'volume {version}'
        if token is not None:
            headers['X-Auth-Token'] = token
        if body is not None:
            headers['Content-Type'] = 'application/json'
            body = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, refused.headers, refused.read())


class Answer:
    def __init__(self, status, headers, data):
        self.status = status
        self.headers = headers
        try:
            self.body = json.loads(data) if data else None
        except ValueError:
            self.body = data.decode(errors='replace')

    def __str__(self):
        return f'{self.status} {json.dumps(self.body)}'


class Rig:
    """Keystone and Clinker, until the end of the with block."""

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            port = free_port()
            self.keystone = Keystone(f'http://127.0.0.1:{port}')
            # First: its start does not wait for Keystone's.
            self.clinker = stack.enter_context(Clinker(self.keystone, PORT=str(port)))
            stack.enter_context(self.keystone)
            self._tokens = {}
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    @property
    def cloud(self):
        return self.keystone.cloud

    def fill(self):
        """Makes again what is missing, with new ids."""
        self.keystone.fill()
        self.forget_tokens()

    def user(self, name):
        return self.cloud['admin'] if name == 'admin' else self.cloud['users'][name]

    def project(self, name):
        return self.cloud['projects'][name]

    def token(self, name):
        """A token of the user in their project; the same one each time."""
        if name not in self._tokens:
            self._tokens[name] = self.fresh_token(name)
        return self._tokens[name]

    def fresh_token(self, name, scope=None):
        return Identity(self.keystone.url).issue(scoped(self.user(name), scope))[0]

    def forget_tokens(self):
        """After Keystone has lost them."""
        self._tokens.clear()

    def identity(self, name='admin'):
        """Keystone's API under a new token of a user."""
        return Identity(self.keystone.url, self.fresh_token(name))

    def ask(self, user, method, path, body=None, **more):
        return self.clinker.ask(method, path, self.token(user), body, **more)


class RigCase(unittest.TestCase):
    """Every test method is one check."""

    client = ''
    #: Set by run.py.
    rig = None
    maxDiff = None

    def status(self, token, path='/v3/volumes', method='GET', on=None, **headers):
        """The status that a token gets."""
        return (on or self.rig.clinker).ask(method, path, token, **headers).status

    def eventually(self, what, seconds=30):
        """Waits until the function says True."""
        deadline = time.monotonic() + seconds
        while not what():
            if time.monotonic() > deadline:
                self.fail(f'not within {seconds} s')
            time.sleep(0.05)

    # Things to ask about, made by the project's member

    def assert_logged(self, text, times=1, on=None):
        """Gives back the log once the text is in it so many times: the server writes it after its answers."""
        clinker = on or self.rig.clinker
        self.eventually(lambda: clinker.log().count(text) >= times)
        return clinker.log()

    def done(self, user, method, path, body=None, **more):
        """The body of what must succeed."""
        answer = self.rig.ask(user, method, path, body, **more)
        self.assertLess(answer.status, 300, f'{user} {method} {path}: {answer}')
        return answer.body

    def volume(self, user='member-a'):
        volume = self.done(user, 'POST', '/v3/volumes', {'volume': {'size': 1}})['volume']['id']
        self.becomes_available(volume, user)
        return volume

    def becomes_available(self, volume, user='member-a'):
        self.eventually(lambda: self.done(user, 'GET', f'/v3/volumes/{volume}')['volume']['status'] == 'available')

    def attachment(self, volume, user='member-a', **more):
        body = {'attachment': {'volume_uuid': volume, 'instance_uuid': str(uuid.uuid4()), **more}}
        return self.done(user, 'POST', '/v3/attachments', body)['attachment']['id']


def connector(**more):
    return {'initiator': 'iqn.1994-05.com.example:host-a', 'ip': '192.0.2.10', 'host': 'host-a', **more}
