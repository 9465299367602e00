import json

from case import ADMIN, MEMBER, STRANGER, NovaCase


class BesideNova(NovaCase):
    """What users, operators and nova-manage do that Nova's API does not."""

    client = 'beside Nova'

    def test_detach_of_what_a_server_uses(self):
        server, volume = self.server(), self.volume()
        self.attach(server, volume)
        held = self.assert_agreement(server, volume)['id']
        path = f'/volumes/{volume}/action'
        terminate = {'os-terminate_connection': {'connector': {'host': self.host_of(server)}}}
        for user in (MEMBER, ADMIN):
            self.assertEqual(self.clinker('DELETE', f'/attachments/{held}', user=user)[0], 409)
            self.assertEqual(self.clinker('POST', path, {'os-detach': {'attachment_id': held}}, user)[0], 409)
            self.assertEqual(self.clinker('POST', path, terminate, user)[0], 409)
        self.assertEqual(self.clinker('POST', path, {'os-force_detach': {'attachment_id': held}}, ADMIN)[0], 409)
        self.assertEqual(self.clinker('DELETE', f'/attachments/{held}', user=STRANGER)[0], 404)
        for token in (self.token(MEMBER), 'forged'):
            self.assertEqual(self.clinker('DELETE', f'/attachments/{held}', X_Service_Token=token)[0], 401)
        self.assert_agreement(server, volume)

    def test_detach_while_nova_cannot_be_asked(self):
        server, volume = self.server(), self.volume()
        self.attach(server, volume)
        held = self.assert_agreement(server, volume)['id']
        self.stack.program('api').stop()
        try:
            self.assertEqual(self.clinker('DELETE', f'/attachments/{held}')[0], 503)
        finally:
            self.stack.program('api').start()
        self.assert_agreement(server, volume)

    def test_detach_of_what_nova_does_not_know(self):
        server, volume = self.server(), self.volume()
        connector = {'initiator': 'iqn.1994-05.com.example:x', 'ip': '192.0.2.99', 'host': 'host-x'}
        wanted = {'volume_uuid': volume, 'instance_uuid': server, 'connector': connector}
        made = self.done(self.clinker('POST', '/attachments', {'attachment': wanted}))['attachment']['id']
        self.done(self.clinker('DELETE', f'/attachments/{made}'))
        self.assertEqual(self.states(volume), ('available', []))

    def test_nova_manage(self):
        server, volume = self.server(host='host-a'), self.volume()
        self.attach(server, volume)
        before = self.assert_agreement(server, volume)['id']

        def manage(*arguments):
            status, text = self.stack.nova_manage('volume_attachment', *arguments, host='host-a')
            return status, text.splitlines()[-1] if text else ''

        status, text = manage('get_connector', '--json')
        self.assertEqual(status, 0, text)
        connector = json.loads(text)
        path = self.stack.folder / 'connector.json'
        # The machine may have none.
        initiator = connector.get('initiator') or 'iqn.1994-05.com.example:m'
        path.write_text(json.dumps({**connector, 'initiator': initiator}))
        status, text = manage('show', server, volume, '--json')
        self.assertEqual((status, json.loads(text)['attachment_id']), (0, before))
        self.assertEqual(manage('refresh', server, volume, path)[0], 5, 'refused while the server runs')
        self.act(server, {'os-stop': None})
        self.server_becomes(server, 'SHUTOFF')
        self.assertEqual(manage('refresh', server, volume, path)[0], 0)
        self.assertNotEqual(self.assert_agreement(server, volume)['id'], before)
        self.act(server, {'os-start': None})
        self.server_becomes(server, 'ACTIVE')
        self.detach(server, volume)
