"""What every sequence does with servers and volumes, and looks at afterwards."""

import json
import time
import unittest

from stack import ask

MEMBER, ADMIN, STRANGER = 'member-a', 'admin-a', 'member-b'
PROJECT = {MEMBER: 'a', ADMIN: 'a', STRANGER: 'b'}
MULTIATTACH = 'multiattach'


class NovaCase(unittest.TestCase):
    """Every test method is one sequence. What it makes is removed after it, and nothing may be inconsistent then."""

    client = ''
    #: Set by run.py.
    stack = None
    maxDiff = None
    _tokens = {}

    def setUp(self):
        self._servers = []
        self._volumes = []
        self.addCleanup(self._tidy)

    # Requests

    def token(self, user):
        if user not in self._tokens:
            self._tokens[user] = self.stack.token(user)
        return self._tokens[user]

    def nova(self, method, path, body=None, user=MEMBER):
        """Status and body of Nova's answer."""
        url = self.stack.nova_url + path
        return ask(method, url, self.token(user), body, OpenStack_API_Version='compute 2.93')

    def clinker(self, method, path, body=None, user=MEMBER, **headers):
        url = f'{self.stack.clinker_url}/v3/{self.stack.project(PROJECT[user])}{path}'
        return ask(method, url, self.token(user), body, OpenStack_API_Version='volume latest', **headers)

    def done(self, answered):
        """The body of what must have succeeded."""
        status, body = answered
        self.assertLess(status, 300, body)
        return body

    def eventually(self, look, wanted, what, seconds=120):
        """Waits until what is seen is as wanted."""
        deadline = time.monotonic() + seconds
        while (seen := look()) != wanted:
            if time.monotonic() > deadline:
                self.fail(f'{what}: {seen!r} after {seconds} s, not {wanted!r}')
            time.sleep(0.15)

    # Volumes

    def volume(self, user=MEMBER, **more):
        made = self.done(self.clinker('POST', '/volumes', {'volume': {'size': 1, **more}}, user))['volume']['id']
        self._volumes.append(made)
        self.volume_becomes(made, 'available')
        return made

    def bootable_volume(self):
        made = self.volume()
        self.act_on_volume(made, {'os-set_bootable': {'bootable': True}})
        return made

    def shared_volume(self):
        """One that several servers may use."""
        types = self.done(self.clinker('GET', '/types', user=ADMIN))['volume_types']
        if not any(each['name'] == MULTIATTACH for each in types):
            wanted = {'name': MULTIATTACH, 'extra_specs': {'multiattach': '<is> True'}}
            self.done(self.clinker('POST', '/types', {'volume_type': wanted}, ADMIN))
        return self.volume(volume_type=MULTIATTACH)

    def act_on_volume(self, volume, body, user=MEMBER):
        return self.done(self.clinker('POST', f'/volumes/{volume}/action', body, user))

    def shown_volume(self, volume):
        return self.done(self.clinker('GET', f'/volumes/{volume}', user=ADMIN))['volume']

    def volume_status(self, volume):
        status, body = self.clinker('GET', f'/volumes/{volume}', user=ADMIN)
        return 'gone' if status == 404 else self.done((status, body))['volume']['status']

    def volume_becomes(self, volume, status):
        self.eventually(lambda: self.volume_status(volume), status, f'volume {volume}')

    def attachments(self, volume, server=None):
        """Those of a volume, or of a server's use of it."""
        found = self.done(self.clinker('GET', f'/attachments/detail?volume_id={volume}', user=ADMIN))['attachments']
        return [each for each in found if server in (None, each['instance'])]

    def states(self, volume):
        """The status of a volume, and those of its attachments."""
        return self.volume_status(volume), sorted(each['status'] for each in self.attachments(volume))

    def hosts_of(self, volume):
        return sorted(each['host_name'] for each in self.shown_volume(volume)['attachments'])

    # Servers

    def server(self, root=None, host=None, others=(), wait=True):
        """One that boots from a volume."""
        root = root or self.bootable_volume()
        from_volume = {'source_type': 'volume', 'destination_type': 'volume'}
        wanted = {
            'name': 'server',
            'flavorRef': 'tiny',
            'networks': 'none',
            'block_device_mapping_v2': [{**from_volume, 'boot_index': 0, 'uuid': root}, *others],
        }
        if host:
            wanted['host'] = host
        answer = self.nova('POST', '/servers', {'server': wanted}, ADMIN if host else MEMBER)
        if not wait:
            return answer
        made = self.done(answer)['server']['id']
        self._servers.append(made)
        self.server_becomes(made, 'ACTIVE')
        return made

    def shown_server(self, server):
        status, body = self.nova('GET', f'/servers/{server}', user=ADMIN)
        return None if status == 404 else self.done((status, body))['server']

    def host_of(self, server):
        return self.shown_server(server)['OS-EXT-SRV-ATTR:host']

    def server_becomes(self, server, status):
        """Until it has that status, or is `gone`, and nothing is being done to it."""

        def look():
            shown = self.shown_server(server)
            if shown is None:
                return 'gone', None
            if shown['status'] == 'ERROR':
                self.fail(f'server in ERROR: {shown.get("fault", {}).get("message")}')
            return shown['status'], shown['OS-EXT-STS:task_state']

        self.eventually(look, (status, None), f'server {server}')

    def act(self, server, body, user=MEMBER):
        return self.done(self.nova('POST', f'/servers/{server}/action', body, user))

    def delete_server(self, server):
        self.done(self.nova('DELETE', f'/servers/{server}', user=ADMIN))
        self.server_becomes(server, 'gone')

    # Servers' volumes

    def attach(self, server, volume, wait=True, **more):
        body = {'volumeAttachment': {'volumeId': volume, **more}}
        self.done(self.nova('POST', f'/servers/{server}/os-volume_attachments', body))
        if wait:
            self.is_attached(server, volume)

    def is_attached(self, server, volume):
        def look():
            return [each['status'] for each in self.attachments(volume, server)], self.volume_status(volume)

        self.eventually(look, (['attached'], 'in-use'), 'attachment')

    def asked_to_detach(self, server, volume):
        """Status and body of Nova's answer."""
        return self.nova('DELETE', f'/servers/{server}/os-volume_attachments/{volume}')

    def detach(self, server, volume, leaves='available'):
        self.done(self.asked_to_detach(server, volume))
        self.is_detached(server, volume, leaves)

    def is_detached(self, server, volume, leaves='available'):
        def look():
            return self.attachments(volume, server), self.volume_status(volume), volume in self.listed(server)

        self.eventually(look, ([], leaves, False), 'detached volume')

    def listed(self, server):
        """The ids of attachments that Nova's API shows, by their volumes."""
        shown = self.done(self.nova('GET', f'/servers/{server}/os-volume_attachments', user=ADMIN))
        return {each['volumeId']: each['attachment_id'] for each in shown['volumeAttachments']}

    def rows(self, server, volume):
        """What Nova's database holds of a server's volume."""
        return self.stack.databases.rows(
            'nova',
            'SELECT attachment_id, connection_info, volume_size FROM block_device_mapping'
            ' WHERE instance_uuid = %s AND volume_id = %s AND deleted = 0',
            server,
            volume,
        )

    def assert_agreement(self, server, volume, host=None):
        """Nova's API, its database and Clinker name one attachment, with one connection. Gives it back."""
        [held] = self.attachments(volume, server)
        [row] = self.rows(server, volume)
        self.assertEqual((held['status'], self.volume_status(volume)), ('attached', 'in-use'))
        self.assertEqual((row['attachment_id'], self.listed(server).get(volume)), (held['id'], held['id']))
        kept = json.loads(row['connection_info'] or 'null')
        if kept:
            for key in ('target_iqn', 'target_portal', 'auth_username', 'auth_password'):
                self.assertEqual(kept['data'].get(key), held['connection_info'].get(key), key)
        if host:
            self.assertEqual(self.hosts_of(volume), [host])
        self.assertEqual(self.findings(volume), [])
        return held

    def outcome(self, server, action):
        """How Nova says that its last action of that name went; None while it goes on, or was never begun."""
        path = f'/servers/{server}/os-instance-actions'
        for each in self.done(self.nova('GET', path, user=ADMIN))['instanceActions']:
            if each['action'] == action:
                path = f'{path}/{each["request_id"]}'
                events = self.done(self.nova('GET', path, user=ADMIN))['instanceAction'].get('events') or []
                return events[0]['result'] if events else None
        return None

    # What clinker doctor finds

    def checked(self, repair=False):
        """Findings, and what could not be looked at."""
        asked = ('POST', '/action', {'repair': None}) if repair else ('GET', '', None)
        findings, unchecked, marker = [], [], ''
        while marker is not None:
            method, path, body = asked
            path = f'/clinker-consistency{path}{f"?marker={marker}" if marker else ""}'
            report = self.done(self.clinker(method, path, body, ADMIN))['consistency']
            findings += report['findings']
            unchecked += report['unchecked']
            marker = report.get('next_marker')
        return findings, unchecked

    def findings(self, volume=None, repair=False):
        findings, unchecked = self.checked(repair)
        self.assertEqual(unchecked, [])
        return [each for each in findings if volume in (None, each['volume_id'])]

    def _tidy(self):
        problems = []
        for server in self._servers:
            if self.shown_server(server) is not None:
                self.delete_server(server)
        for volume in self._volumes:
            if self.volume_status(volume) != 'gone':
                try:
                    self.eventually(lambda: self.states(volume), ('available', []), f'volume {volume} at the end', 60)
                except AssertionError as error:
                    problems.append(str(error))
                # The next sequence is not to find what this one has failed to free.
                for each in self.attachments(volume):
                    self.clinker('DELETE', f'/attachments/{each["id"]}', user=ADMIN)
                self.done(self.clinker('DELETE', f'/volumes/{volume}', user=ADMIN))
                self.volume_becomes(volume, 'gone')
        self.assertEqual((problems, self.findings()), ([], []))
