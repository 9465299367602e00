"""The calls of `cinder local-attach` and `local-detach`: a host without Nova that attaches volumes to itself."""

from cinderclient import exceptions

from harness.case import ClientCase, new_id
from harness.needs import needs_extension

# What os-brick says of a real host: lists, truth values, and a key with a space in it.
CONNECTOR = {
    'platform': 'x86_64',
    'os_type': 'linux',
    'ip': '192.0.2.21',
    'host': 'bare-metal-1',
    'multipath': False,
    'enforce_multipath': True,
    'initiator': 'iqn.1993-08.org.debian:01:3ae1c0f5b2',
    'do_local_attach': False,
    'nqn': 'nqn.2014-08.org.nvmexpress:uuid:5b3c1d8e-6f5e-4c0a-9a6e-0d3f1a2b4c5d',
    'nvme_hostid': '5b3c1d8e-6f5e-4c0a-9a6e-0d3f1a2b4c5d',
    'nvme_native_multipath': False,
    'found_dsc': '',
    'system uuid': '4c4c4544-0044-3010-8032-b4c04f4e4a32',
    'uuid': '0d2b8f8e-93c1-4c52-8b0a-6a2f0e7d9c11',
    'wwnns': ['50014380186b3f65', '50014380186b3f67'],
    'wwpns': ['50014380186b3f64', '50014380186b3f66'],
}
PROTOCOLS = ('ISCSI', 'RBD', 'FIBRE_CHANNEL')


class Brick(ClientCase):
    client = 'brick-cinderclient-ext'

    def setUp(self):
        super().setUp()
        self.attachments = self.library('3.44').attachments

    def local_attach(self, volume):
        attachment = self.attachments.create(volume, CONNECTOR, new_id())
        connection = attachment['connection_info']
        self.assertIn(connection['driver_volume_type'].upper(), PROTOCOLS)
        # It completes what the connection names, not the attachment it got.
        self.attachments.complete(connection['attachment_id'])
        return attachment['id'], connection

    def local_detach(self, volume):
        [attachment] = self.attachments.list(search_opts={'volume_id': volume})
        connection = self.attachments.show(attachment.id).connection_info
        # The server is made up: no Nova may be asked about it, and none may hinder the owner.
        self.attachments.delete(attachment.id)
        return connection

    def test_local_attach_and_detach(self):
        volume = self.volume()
        attachment, connection = self.local_attach(volume)
        self.assertEqual(connection['attachment_id'], attachment)
        self.assert_volume(volume, 'in-use')
        self.assertEqual(self.local_detach(volume), connection)
        self.assert_volume(volume, 'available')

    def test_the_connection_is_flat_and_complete(self):
        _, connection = self.local_attach(self.volume())
        self.assertNotIn('data', connection)
        for name in ('target_portal', 'target_iqn', 'target_lun', 'auth_method', 'auth_username', 'auth_password'):
            self.assertIn(name, connection)
        self.assertIs(connection['target_discovered'], False)
        if not self.server.is_cinder:
            # Later releases say it; the Cinder at hand does not yet.
            self.assertIs(connection['enforce_multipath'], True)

    def test_detach_finds_the_one_attachment_of_its_volume(self):
        volume, other = self.volume(), self.volume()
        self.local_attach(other)
        attachment, _ = self.local_attach(volume)
        self.local_detach(volume)
        with self.assertRaises(exceptions.NotFound):
            self.attachments.show(attachment)
        self.assert_volume(other, 'in-use')

    def test_attach_again_after_a_detach(self):
        volume = self.volume()
        first, _ = self.local_attach(volume)
        self.local_detach(volume)
        second, _ = self.local_attach(volume)
        self.assertNotEqual(first, second)

    @needs_extension('os-volume-actions')
    def test_paths_of_a_volume(self):
        """get-volume-paths asks the legacy way, beside any attachment."""
        volume = self.volume()
        info = self.library('3.0').volumes.initialize_connection(volume, CONNECTOR)
        self.assertEqual(info['data']['volume_id'], volume)
        self.library('3.0').volumes.terminate_connection(volume, CONNECTOR)
        self.assert_volume(volume, 'available')
