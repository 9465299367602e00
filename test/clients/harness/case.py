"""What the checks of all clients have in common."""

import time
import unittest
import uuid

from cinderclient import api_versions
from cinderclient.contrib.noauth import CinderNoAuthPlugin
from cinderclient.exceptions import NotFound
from cinderclient.v3 import client as volume_client
from keystoneauth1.session import Session

from . import commands


class ClientCase(unittest.TestCase):
    """
    Every test method is one check, in a project of its own: its lists hold only what it made.
    What a check needs to exist beforehand is made with the cinderclient library.
    """

    #: How the report calls the client.
    client = ''
    #: Set by run.py.
    server = None
    cloud = None

    # Failing comparisons show all of the two values.
    maxDiff = None

    def setUp(self):
        self.project = uuid.uuid4().hex
        self.admin = self.library('3.70')

    def library(self, version):
        """The cinderclient library with the version of the API that its user asks for."""
        auth = CinderNoAuthPlugin('admin', self.project, endpoint=self.server.endpoint)
        wanted = api_versions.APIVersion(version)
        return volume_client.Client(session=Session(auth=auth), api_version=wanted)

    def differs(self, cinder, clinker, why):
        """What is expected where Clinker answers differently on purpose; the reason names the decision."""
        assert why
        return cinder if self.server.is_cinder else clinker

    # What checks begin with

    def volume(self, **more):
        """Id of a new volume that is available."""
        volume = self.admin.volumes.create(1, **more)
        self.assert_becomes(volume.id, 'available')
        return volume.id

    def multiattach_volume(self):
        return self.volume(volume_type=self._multiattach_type())

    def attached_volume(self, server_id=None):
        """Ids of a volume that a server uses, and of the attachment."""
        volume = self.volume()
        return volume, self.attach(volume, server_id or new_id())

    def attach(self, volume, server_id, host='host-a'):
        """Id of a new, completed attachment."""
        attachment = self.admin.attachments.create(volume, connector(host), server_id)['id']
        self.admin.attachments.complete(attachment)
        return attachment

    def _multiattach_type(self):
        # One for all checks: types are listed in every project.
        if not hasattr(ClientCase, 'multiattach_type'):
            created = self.admin.volume_types.create(new_name('multiattach'))
            created.set_keys({'multiattach': '<is> True'})
            ClientCase.multiattach_type = created.name
        return ClientCase.multiattach_type

    # What checks end with

    def assert_becomes(self, volume, status, seconds=20):
        deadline = time.monotonic() + seconds
        while True:
            now = self.admin.volumes.get(volume).status
            if now == status:
                return
            if time.monotonic() > deadline or now == 'error':
                self.fail(f'volume {volume} is {now}, not {status}')
            time.sleep(0.05)

    def assert_volume_goes(self, volume, seconds=20):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                self.admin.volumes.get(volume)
            except NotFound:
                return
            time.sleep(0.05)
        self.fail(f'volume {volume} is still there')

    def assert_volume(self, volume, status):
        self.assertEqual(self.admin.volumes.get(volume).status, status)

    def assert_attachment(self, attachment, status):
        self.assertEqual(self.admin.attachments.show(attachment).status, status)

    def assert_succeeds(self, finished):
        """The command ended with 0; gives it back."""
        self.assertEqual(finished.status, 0, str(finished))
        return finished

    def assert_refused(self, finished, *texts, status=1):
        """The command ended with this status and said these texts on its error output."""
        self.assertEqual(finished.status, status, str(finished))
        for text in texts:
            self.assertIn(text, finished.err, str(finished))
        return finished


class CinderCase(ClientCase):
    """Checks of the `cinder` command with its noauth plugin."""

    client = 'cinder'
    #: Whether the endpoint ends with the project, and with it every path that the command asks for.
    project_in_endpoint = False

    def cinder(self, *arguments, version='3.54'):
        endpoint = f'{self.server.endpoint}/{self.project}' if self.project_in_endpoint else self.server.endpoint
        environment = {
            'OS_AUTH_TYPE': 'noauth',
            'OS_USER_ID': 'admin',
            'OS_PROJECT_ID': self.project,
            'CINDER_ENDPOINT': endpoint,
        }
        flag = [] if version is None else ['--os-volume-api-version', version]
        return commands.run(['cinder', *flag, *arguments], environment)


def new_id():
    return str(uuid.uuid4())


def new_name(kind):
    """A name that is used once: clients look names up in all projects, and all projects see all types."""
    return f'{kind}-{uuid.uuid4().hex[:12]}'


def connector(host='host-a', **more):
    """What the host says of itself, as os-brick puts it together."""
    return {
        'initiator': f'iqn.1994-05.com.example:{host}',
        'ip': '192.0.2.10',
        'host': host,
        'platform': 'x86_64',
        'os_type': 'linux',
        'multipath': False,
        'mountpoint': '/dev/vdb',
        **more,
    }
