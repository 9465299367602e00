from case import MEMBER, NovaCase


class Booting(NovaCase):
    client = 'booting'

    def test_boot_with_a_blank_volume_made_by_nova(self):
        root = self.bootable_volume()
        blank = {
            'source_type': 'blank',
            'destination_type': 'volume',
            'boot_index': -1,
            'volume_size': 2,
            'delete_on_termination': True,
        }
        server = self.server(root, others=[blank])
        host = self.host_of(server)
        self.assert_agreement(server, root, host)
        [made] = set(self.listed(server)) - {root}
        self.assert_agreement(server, made, host)
        self.assertEqual(self.shown_volume(made)['size'], 2)
        self.delete_server(server)
        self.volume_becomes(root, 'available')
        self.volume_becomes(made, 'gone')

    def test_boot_with_a_volume_that_is_taken(self):
        first, taken, root = self.server(), self.volume(), self.bootable_volume()
        self.attach(first, taken)
        other = {'source_type': 'volume', 'destination_type': 'volume', 'boot_index': -1, 'uuid': taken}
        self.assertEqual(self.server(root, others=[other], wait=False)[0], 400)
        # Nova forgets what it reserved before the refusal, with Cinder too: it is the owner's to release.
        for each in self.attachments(root):
            self.done(self.clinker('DELETE', f'/attachments/{each["id"]}', user=MEMBER))
        self.assertEqual(self.states(root), ('available', []))
        self.assert_agreement(first, taken)

    def test_deletion_of_a_server_with_volumes(self):
        server, kept, doomed = self.server(), self.volume(), self.volume()
        self.attach(server, kept)
        self.attach(server, doomed, delete_on_termination=True)
        self.delete_server(server)
        self.volume_becomes(kept, 'available')
        self.volume_becomes(doomed, 'gone')
        self.assertEqual(self.states(kept), ('available', []))
