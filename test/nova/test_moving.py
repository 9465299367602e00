import time

from case import ADMIN, NovaCase

TO_B = {'os-migrateLive': {'host': 'host-b', 'block_migration': 'auto'}}


class Moving(NovaCase):
    client = 'moving'

    def attached(self, host=None):
        """A server and its volume, and the attachment."""
        server, volume = self.server(host=host), self.volume()
        self.attach(server, volume)
        return server, volume, self.assert_agreement(server, volume, host)['id']

    def test_shelving(self):
        server, volume, _ = self.attached()
        late = self.volume()
        self.act(server, {'shelve': None})
        self.server_becomes(server, 'SHELVED_OFFLOADED')
        self.assertEqual(self.states(volume), ('reserved', ['reserved']))
        self.assertEqual(self.rows(server, volume)[0]['attachment_id'], self.attachments(volume)[0]['id'])
        self.assertEqual(self.findings(volume), [])
        self.attach(server, late, wait=False)
        self.eventually(lambda: self.states(late), ('in-use', ['attached']), 'attached while shelved')
        self.act(server, {'unshelve': None})
        self.server_becomes(server, 'ACTIVE')
        for each in (volume, late):
            self.assert_agreement(server, each, self.host_of(server))
            self.detach(server, each)

    def test_detach_and_deletion_while_shelved(self):
        server, kept, _ = self.attached()
        volume, late = self.volume(), self.volume()
        self.attach(server, volume)
        self.act(server, {'shelve': None})
        self.server_becomes(server, 'SHELVED_OFFLOADED')
        self.attach(server, late, wait=False)
        self.eventually(lambda: self.states(late), ('in-use', ['attached']), 'attached while shelved')
        # What it had before is reserved, of which Nova says that it cannot be detached.
        self.assertIn(self.asked_to_detach(server, volume)[0], (202, 400, 409))
        self.detach(server, late)
        self.delete_server(server)
        for each in (volume, late, kept):
            self.volume_becomes(each, 'available')

    def test_migration_that_is_confirmed(self):
        server, volume, before = self.attached('host-a')
        self.act(server, {'migrate': {'host': 'host-b'}}, ADMIN)
        self.server_becomes(server, 'VERIFY_RESIZE')
        self.assertNotEqual(self.assert_agreement(server, volume, 'host-b')['id'], before)
        self.act(server, {'confirmResize': None})
        self.server_becomes(server, 'ACTIVE')
        self.assert_agreement(server, volume, 'host-b')

    def test_resize_that_is_reverted(self):
        server, volume, _ = self.attached('host-a')
        self.act(server, {'resize': {'flavorRef': 'small'}})
        self.server_becomes(server, 'VERIFY_RESIZE')
        self.assert_agreement(server, volume, self.host_of(server))
        self.act(server, {'revertResize': None})
        self.server_becomes(server, 'ACTIVE')
        self.assert_agreement(server, volume, 'host-a')

    def test_live_migration(self):
        server, volume, before = self.attached('host-a')
        self.act(server, TO_B, ADMIN)
        self.eventually(lambda: len(self.attachments(volume)), 2, 'attachments on the way')
        self.eventually(lambda: self.host_of(server), 'host-b', 'host')
        self.server_becomes(server, 'ACTIVE')
        self.assertNotEqual(self.assert_agreement(server, volume, 'host-b')['id'], before)

    def test_live_migration_that_is_aborted(self):
        server, volume, before = self.attached('host-a')
        self.act(server, TO_B, ADMIN)
        self.eventually(lambda: len(self.attachments(volume)), 2, 'attachments on the way')

        def migrations():
            return self.done(self.nova('GET', f'/servers/{server}/migrations', user=ADMIN))['migrations']

        self.eventually(lambda: [each['status'] for each in migrations()], ['running'], 'migration')
        self.done(self.nova('DELETE', f'/servers/{server}/migrations/{migrations()[0]["id"]}', user=ADMIN))
        self.server_becomes(server, 'ACTIVE')
        self.eventually(lambda: len(self.attachments(volume)), 1, 'attachments')
        self.assertEqual(self.host_of(server), 'host-a')
        self.assertEqual(self.assert_agreement(server, volume, 'host-a')['id'], before)

    def test_evacuation(self):
        server, volume, before = self.attached('host-a')
        services = self.done(self.nova('GET', '/os-services?binary=nova-compute', user=ADMIN))['services']
        [service] = [each['id'] for each in services if each['host'] == 'host-a']
        self.stack.program('host-a').kill()
        try:
            self.done(self.nova('PUT', f'/os-services/{service}', {'forced_down': True}, ADMIN))
            self.act(server, {'evacuate': {'host': 'host-b'}}, ADMIN)
            self.eventually(lambda: self.host_of(server), 'host-b', 'host')
            self.server_becomes(server, 'ACTIVE')
            self.assertNotEqual(self.assert_agreement(server, volume, 'host-b')['id'], before)
        finally:
            self.stack.program('host-a').start()
            # Refused until the host has cleaned up what was evacuated from it.
            path, body = f'/os-services/{service}', {'forced_down': False}
            self.eventually(lambda: self.nova('PUT', path, body, ADMIN)[0], 200, 'host-a up again')
            self.stack.wait_for_hosts(time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime()))
        self.assert_agreement(server, volume, 'host-b')

    def test_reboot_stop_pause_and_suspend(self):
        server, volume, _ = self.attached()
        before = self.assert_agreement(server, volume)['connection_info']
        for body, status in (
            ({'reboot': {'type': 'SOFT'}}, 'ACTIVE'),
            ({'reboot': {'type': 'HARD'}}, 'ACTIVE'),
            ({'os-stop': None}, 'SHUTOFF'),
            ({'os-start': None}, 'ACTIVE'),
            ({'pause': None}, 'PAUSED'),
            ({'unpause': None}, 'ACTIVE'),
            ({'suspend': None}, 'SUSPENDED'),
            ({'resume': None}, 'ACTIVE'),
        ):
            self.act(server, body)
            # An action begins with a task, so that a status from before it does not count.
            self.server_becomes(server, status)
            self.assertEqual(self.assert_agreement(server, volume)['connection_info'], before, body)
