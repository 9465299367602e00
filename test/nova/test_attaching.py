import json
import os
import subprocess

from case import ADMIN, MEMBER, STRANGER, NovaCase


class Attaching(NovaCase):
    client = 'attaching'

    def test_attach_detach_and_both_again(self):
        server, volume = self.server(), self.volume()
        host = self.host_of(server)
        for _ in range(2):
            self.attach(server, volume)
            self.assert_agreement(server, volume, host)
            self.detach(server, volume)
            self.assertEqual(len(self.rows(server, volume)), 0)
            self.assertEqual(self.asked_to_detach(server, volume)[0], 404)

    def test_attach_and_detach_by_the_command(self):
        server, volume = self.server(), self.volume()
        user = self.stack.keystone.cloud['users'][MEMBER]

        def openstack(*arguments):
            environment = {
                **os.environ,
                'OS_AUTH_URL': f'{self.stack.keystone.url}/v3',
                'OS_USERNAME': user['name'],
                'OS_PASSWORD': user['password'],
                'OS_PROJECT_NAME': user['project'],
                'OS_USER_DOMAIN_NAME': 'Default',
                'OS_PROJECT_DOMAIN_NAME': 'Default',
                'OS_IDENTITY_API_VERSION': '3',
                'OS_COMPUTE_API_VERSION': '2.89',
            }
            ran = subprocess.run(
                ['openstack', *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
            )
            self.assertEqual(ran.returncode, 0, ran.stderr)
            return ran.stdout

        openstack('server', 'add', 'volume', server, volume)
        self.is_attached(server, volume)
        self.assert_agreement(server, volume)
        shown = json.loads(openstack('server', 'volume', 'list', server, '-f', 'json'))
        self.assertEqual(len([each for each in shown if volume in each.values()]), 1)
        openstack('server', 'remove', 'volume', server, volume)
        self.is_detached(server, volume)

    def test_refusals(self):
        server, other, volume = self.server(), self.server(), self.volume()
        self.attach(server, volume)

        def asked(to, what):
            body = {'volumeAttachment': {'volumeId': what}}
            return self.nova('POST', f'/servers/{to}/os-volume_attachments', body)[0]

        self.assertEqual(asked(other, volume), 400)
        self.assertIn(asked(server, volume), (400, 409))
        self.assertEqual(asked(other, '00000000-0000-4000-8000-00000000000f'), 404)
        self.assertEqual(asked(other, self.volume(user=STRANGER)), 404)
        self.assertEqual(self.clinker('DELETE', f'/volumes/{volume}')[0], 400)
        self.assert_agreement(server, volume)
        unbootable = self.volume()
        self.assertEqual(self.server(unbootable, wait=False)[0], 400)
        self.assertEqual(self.states(unbootable), ('available', []))

    def test_swap(self):
        server, old, new = self.server(), self.volume(), self.volume()
        self.attach(server, old)
        path = f'/servers/{server}/os-volume_attachments/{old}'
        self.done(self.nova('PUT', path, {'volumeAttachment': {'volumeId': new}}, ADMIN))
        self.eventually(lambda: self.states(old), ('available', []), 'the old volume')
        self.is_attached(server, new)
        self.server_becomes(server, 'ACTIVE')
        self.assert_agreement(server, new, self.host_of(server))

    def test_extension(self):
        server, volume = self.server(), self.volume()
        self.attach(server, volume)
        self.act_on_volume(volume, {'os-extend': {'new_size': 3}})
        self.eventually(lambda: self.outcome(server, 'extend_volume'), 'Success', "Nova's extension")
        self.eventually(lambda: self.rows(server, volume)[0]['volume_size'], 3, "the size in Nova's database")
        self.assertEqual(self.shown_volume(volume)['size'], 3)
        self.assert_agreement(server, volume)

    def test_extension_while_nova_is_away(self):
        server, volume = self.server(), self.volume()
        self.attach(server, volume)
        self.stack.program('api').stop()
        try:
            self.act_on_volume(volume, {'os-extend': {'new_size': 2}})
            self.eventually(lambda: self.states(volume), ('in-use', ['attached']), 'volume')
            self.assertEqual(self.shown_volume(volume)['size'], 2)
            self.stack.program('clinker').kill()
            self.stack.program('clinker').start()
        finally:
            self.stack.program('api').start()
        self.eventually(lambda: self.outcome(server, 'extend_volume'), 'Success', "Nova's extension")
        self.eventually(lambda: self.rows(server, volume)[0]['volume_size'], 2, "the size in Nova's database")
        self.eventually(lambda: self.findings(), [], 'what is inconsistent')

    def test_image_of_a_server_that_boots_from_a_volume(self):
        server = self.server()
        status, body = self.nova('POST', f'/servers/{server}/action', {'createImage': {'name': 'image'}})
        self.assertEqual((status, list(body)), (403, ['forbidden']), body)
        self.assertIn('snapshots', body['forbidden']['message'])
        self.server_becomes(server, 'ACTIVE')
