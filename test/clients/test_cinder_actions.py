from cinderclient.exceptions import BadRequest, ClientException

from harness.case import CinderCase, ClientCase, connector, new_id


class CinderActionsLibrary(ClientCase):
    """The volume actions as the cinderclient library sends them: Nova before attachments, ironic, terraform."""

    client = 'cinderclient'

    def setUp(self):
        super().setUp()
        self.volumes = self.admin.volumes
        self.id = self.volume()

    def test_reserve_and_unreserve(self):
        self.volumes.reserve(self.id)
        self.assert_volume(self.id, 'attaching')
        with self.assertRaises(BadRequest) as refused:
            self.volumes.reserve(self.id)
        self.assertIn('Volume status must be available to reserve', str(refused.exception))
        self.volumes.unreserve(self.id)
        self.assert_volume(self.id, 'available')

    def test_the_whole_legacy_attachment(self):
        server = new_id()
        self.volumes.reserve(self.id)
        info = self.volumes.initialize_connection(self.id, connector())
        self.assertEqual(info['driver_volume_type'], 'iscsi')
        self.assertEqual(info['data']['access_mode'], 'rw')
        self.assertTrue(info['data']['auth_password'])
        self.volumes.attach(self.id, server, '/dev/vdb', mode='rw')
        self.assert_volume(self.id, 'in-use')
        [attachment] = self.volumes.get(self.id).attachments
        self.assertEqual((attachment['server_id'], attachment['device']), (server, '/dev/vdb'))
        self.volumes.begin_detaching(self.id)
        self.assert_volume(self.id, 'detaching')
        self.volumes.terminate_connection(self.id, connector())
        self.volumes.detach(self.id, attachment['attachment_id'])
        self.assert_volume(self.id, 'available')
        self.assertEqual(self.volumes.get(self.id).attachments, [])

    def test_attach_to_a_host(self):
        self.volumes.attach(self.id, None, '/dev/vdc', host_name='My Host')
        [attachment] = self.volumes.get(self.id).attachments
        self.assertEqual(attachment['host_name'], 'my-host')
        self.volumes.detach(self.id)
        self.assert_volume(self.id, 'available')

    def test_begin_and_roll_detaching(self):
        volume, _ = self.attached_volume()
        self.volumes.begin_detaching(volume)
        self.assert_volume(volume, 'detaching')
        self.volumes.roll_detaching(volume)
        self.assert_volume(volume, 'in-use')
        with self.assertRaises(BadRequest):
            self.volumes.begin_detaching(self.id)

    def test_a_connector_without_initiator_is_refused(self):
        with self.assertRaises(ClientException) as refused:
            self.volumes.initialize_connection(self.id, {'host': 'host-a'})
        code = self.differs(cinder=500, clinker=400, why='QUIRK 4: repeating it cannot help')
        self.assertEqual(refused.exception.code, code)

    def test_extend(self):
        self.volumes.extend(self.id, 2)
        self.assert_becomes(self.id, 'available')
        self.assertEqual(self.volumes.get(self.id).size, 2)

    def test_extend_in_use(self):
        volume, _ = self.attached_volume()
        with self.assertRaises(BadRequest):
            self.library('3.41').volumes.extend(volume, 2)
        self.volumes.extend(volume, 2)
        self.assert_becomes(volume, 'in-use')
        self.assertEqual(self.volumes.get(volume).size, 2)


class CinderActions(CinderCase):
    def view(self, volume):
        return self.assert_succeeds(self.cinder('show', volume)).properties()

    def test_set_bootable(self):
        volume = self.volume()
        self.assert_succeeds(self.cinder('set-bootable', volume, 'True'))
        self.assertEqual(self.view(volume)['bootable'], 'true')
        self.assert_succeeds(self.cinder('set-bootable', volume, 'False'))
        self.assertEqual(self.view(volume)['bootable'], 'false')

    def test_readonly_mode_update(self):
        volume = self.volume()
        self.assert_succeeds(self.cinder('readonly-mode-update', volume, 'True'))
        self.assertEqual(self.view(volume)['readonly'], 'True')
        self.assert_succeeds(self.cinder('readonly-mode-update', volume, 'False'))
        self.assertEqual(self.view(volume)['readonly'], 'False')

    def test_extend(self):
        volume = self.volume()
        self.assert_succeeds(self.cinder('extend', volume, '3'))
        self.assert_becomes(volume, 'available')
        self.assertEqual(self.view(volume)['size'], '3')
        self.assert_refused(self.cinder('extend', volume, '2'), 'New size for extend must be greater than current size')

    def test_reset_state(self):
        volume = self.volume()
        self.assert_succeeds(self.cinder('reset-state', '--state', 'maintenance', volume))
        self.assert_volume(volume, 'maintenance')
        self.assert_succeeds(self.cinder('reset-state', '--state', 'available', volume))
        self.assert_volume(volume, 'available')

    def test_reset_of_the_attach_status(self):
        volume, _ = self.attached_volume()
        self.assert_succeeds(self.cinder('reset-state', '--state', 'available', '--attach-status', 'detached', volume))
        self.assert_volume(volume, 'available')
        self.assertEqual(self.admin.volumes.get(volume).attachments, [])

    def test_snapshot_list_is_empty(self):
        self.assertEqual(self.assert_succeeds(self.cinder('snapshot-list')).table().rows, [])

    def test_the_extension_is_announced(self):
        aliases = self.assert_succeeds(self.cinder('list-extensions')).table().column('Alias')
        self.assertIn('os-volume-actions', aliases)
