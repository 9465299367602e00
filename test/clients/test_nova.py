"""
Nova's own nova.volume.cinder, called in the order in which its compute, conductor and API services call it.

What later releases ask beside it is asked through the library that Nova uses.
"""

from harness.case import ClientCase, connector, new_id
from harness.nova import NovaVolumes

# What may be added to an attachment is kept in Nova's database and reaches libvirt.
KEPT = {'driver_volume_type', 'data', 'status', 'instance', 'attached_at', 'detached_at', 'volume_id'}


class Nova(ClientCase):
    client = 'nova'

    def setUp(self):
        super().setUp()
        self.nova = NovaVolumes(self.server.endpoint, self.project)
        self.errors = self.nova.exceptions
        self.attachments = self.library('3.44').attachments

    def reserve(self, volume, server):
        """As the API service does before it answers."""
        self.nova.get(volume)
        return self.nova.attachment_create(volume, server)['id']

    def connect(self, attachment, host='host-a'):
        """As the compute service does; gives back the connection information in Nova's own form."""
        info = self.nova.attachment_update(attachment, connector(host), '/dev/vdb')['connection_info']
        self.assertEqual(set(info), KEPT)
        self.assertEqual(info['driver_volume_type'], 'iscsi')
        return info['data']

    def start(self, host='host-a'):
        """Ids of a volume that a new server uses, of the server and the attachment."""
        volume, server = self.volume(), new_id()
        attachment = self.reserve(volume, server)
        self.connect(attachment, host)
        self.nova.attachment_complete(attachment)
        return volume, server, attachment

    def detach(self, volume, attachment):
        self.nova.begin_detaching(volume)
        self.nova.attachment_delete(attachment)

    def states(self, volume):
        """The status of the volume, and those of its attachments by their ids."""
        live = self.attachments.list(search_opts={'volume_id': volume})
        return self.nova.get(volume)['status'], {one.id: one.status for one in live}

    # Attach and detach

    def test_attach_and_detach(self):
        volume, server = self.volume(), new_id()
        attachment = self.reserve(volume, server)
        self.assertEqual(self.states(volume), ('reserved', {attachment: 'reserved'}))
        self.connect(attachment)
        self.assertEqual(self.states(volume), ('attaching', {attachment: 'attaching'}))
        self.nova.attachment_complete(attachment)
        self.assertEqual(self.states(volume), ('in-use', {attachment: 'attached'}))

        self.nova.begin_detaching(volume)
        self.assertEqual(self.states(volume), ('detaching', {attachment: 'attached'}))
        self.nova.attachment_delete(attachment)
        self.assertEqual(self.states(volume), ('available', {}))

    def test_what_it_reads_of_an_attached_volume(self):
        volume, server, attachment = self.start()
        view = self.nova.get(volume, microversion='3.48')
        self.assertEqual(
            dict(view['attachments']), {server: {'attachment_id': attachment, 'mountpoint': '/dev/vdb'}}
        )
        self.assertEqual((view['status'], view['attach_status']), ('in-use', 'attached'))
        self.assertIs(view['multiattach'], False)
        self.assertIs(view['bootable'], False)
        # It locks by these while it connects to targets that volumes share.
        self.assertIsInstance(view['shared_targets'], bool)
        self.assertTrue(view['service_uuid'])
        self.nova.check_attached(view)
        self.nova.check_availability_zone(view)

    def test_what_it_reads_of_an_attachment(self):
        _, server, attachment = self.start()
        first = self.nova.attachment_get(attachment)
        self.assertEqual(first['id'], attachment)
        self.assertEqual(first['attach_mode'], 'rw')
        info = first['connection_info']
        self.assertEqual(set(info), KEPT)
        self.assertEqual((info['instance'], info['status']), (server, 'attached'))
        self.assertEqual(info['data']['access_mode'], 'rw')
        self.assertEqual(self.nova.attachment_get(attachment), first)

    def test_a_reservation_has_no_connection(self):
        attachment = self.reserve(self.volume(), new_id())
        self.assertEqual(self.nova.attachment_get(attachment)['connection_info'], {})

    def test_a_detach_that_is_given_up(self):
        volume, _, attachment = self.start()
        self.nova.begin_detaching(volume)
        self.nova.roll_detaching(volume)
        self.assertEqual(self.states(volume), ('in-use', {attachment: 'attached'}))

    def test_begin_detaching_needs_a_volume_in_use(self):
        with self.assertRaises(self.errors.InvalidInput):
            self.nova.begin_detaching(self.volume())

    # Boot from volume

    def test_boot_from_a_new_volume(self):
        volume = self.nova.create(1, 'root', 'of a server', metadata={'a': 'b'})
        self.assertEqual((volume['status'], volume['volume_metadata']), ('creating', {'a': 'b'}))
        self.assert_becomes(volume['id'], 'available')
        attachment = self.reserve(volume['id'], new_id())
        self.connect(attachment)
        self.nova.attachment_complete(attachment)
        # The server goes, and its volume with it.
        self.nova.attachment_delete(attachment)
        self.nova.delete(volume['id'])
        self.assert_volume_goes(volume['id'])

    def test_boot_from_a_volume_that_fails_before_the_host_is_known(self):
        volume = self.volume()
        attachment = self.reserve(volume, new_id())
        self.nova.attachment_delete(attachment)
        self.assertEqual(self.states(volume), ('available', {}))

    def test_boot_from_a_volume_that_fails_on_the_host(self):
        volume = self.volume()
        attachment = self.reserve(volume, new_id())
        self.connect(attachment)
        self.nova.attachment_delete(attachment)
        self.assertEqual(self.states(volume), ('available', {}))

    def test_boot_on_another_host_after_a_failure(self):
        volume, server = self.volume(), new_id()
        attachment = self.reserve(volume, server)
        self.connect(attachment, 'host-a')
        self.connect(attachment, 'host-b')
        self.nova.attachment_complete(attachment)
        self.assertEqual(self.states(volume), ('in-use', {attachment: 'attached'}))

    # Moves

    def test_live_migration(self):
        volume, server, source = self.start()
        destination = self.nova.attachment_create(volume, server, connector('host-b'), '/dev/vdb')['id']
        self.assertEqual(self.states(volume), ('attaching', {source: 'attached', destination: 'attaching'}))
        self.nova.attachment_complete(destination)
        self.assertEqual(self.states(volume), ('in-use', {source: 'attached', destination: 'attached'}))
        self.nova.attachment_delete(source)
        self.assertEqual(self.states(volume), ('in-use', {destination: 'attached'}))
        self.detach(volume, destination)
        self.assertEqual(self.states(volume), ('available', {}))

    def test_live_migration_that_is_rolled_back(self):
        volume, server, source = self.start()
        destination = self.nova.attachment_create(volume, server, connector('host-b'))['id']
        self.nova.attachment_delete(destination)
        self.assertEqual(self.states(volume), ('in-use', {source: 'attached'}))

    def test_resize_to_another_host(self):
        """An evacuation of a dead host does the same."""
        volume, server, old = self.start()
        new = self.reserve(volume, server)
        self.assertEqual(self.states(volume), ('in-use', {old: 'attached', new: 'reserved'}))
        self.nova.attachment_delete(old)
        self.assertEqual(self.states(volume), ('reserved', {new: 'reserved'}))
        self.connect(new, 'host-b')
        self.nova.attachment_complete(new)
        self.assertEqual(self.states(volume), ('in-use', {new: 'attached'}))

    def test_shelve_and_unshelve(self):
        volume, server, old = self.start()
        kept = self.reserve(volume, server)
        self.nova.attachment_delete(old)
        self.assertEqual(self.states(volume), ('reserved', {kept: 'reserved'}))
        self.connect(kept, 'host-c')
        self.nova.attachment_complete(kept)
        self.assertEqual(self.states(volume), ('in-use', {kept: 'attached'}))

    def test_attach_to_a_shelved_server(self):
        """No host to connect yet: completed without one, connected when the server comes back."""
        volume = self.volume()
        attachment = self.reserve(volume, new_id())
        self.nova.attachment_complete(attachment)
        self.assertEqual(self.states(volume), ('in-use', {attachment: 'attached'}))
        self.connect(attachment)
        self.assertEqual(self.states(volume), ('attaching', {attachment: 'attaching'}))
        self.nova.attachment_complete(attachment)
        self.assertEqual(self.states(volume), ('in-use', {attachment: 'attached'}))
        self.detach(volume, attachment)
        self.assertEqual(self.states(volume), ('available', {}))

    def test_two_servers_share_a_volume(self):
        volume, servers = self.multiattach_volume(), [new_id(), new_id()]
        attachments = []
        for server, host in zip(servers, ('host-a', 'host-b')):
            attachments.append(self.reserve(volume, server))
            self.connect(attachments[-1], host)
            self.nova.attachment_complete(attachments[-1])
        view = self.nova.get(volume)
        self.assertIs(view['multiattach'], True)
        self.assertEqual({one: entry['attachment_id'] for one, entry in view['attachments'].items()}, dict(zip(servers, attachments)))
        self.detach(volume, attachments[0])
        self.assertEqual(self.states(volume), ('in-use', {attachments[1]: 'attached'}))

    # Repetition and refusal

    def test_calls_that_are_repeated(self):
        """An answer that got lost: update is asked again at once, and delete may find nothing."""
        volume = self.volume()
        attachment = self.reserve(volume, new_id())
        first = self.connect(attachment)
        for _ in range(4):
            self.assertEqual(self.connect(attachment), first)
        self.nova.attachment_complete(attachment)
        self.nova.attachment_complete(attachment)
        self.nova.attachment_delete(attachment)
        # It takes 404 for done.
        self.nova.attachment_delete(attachment)
        self.assert_volume(volume, 'available')

    def test_refusals_have_the_classes_that_it_handles(self):
        volume, _, attachment = self.start()
        refused = {
            self.errors.InvalidInput: lambda: self.reserve(volume, new_id()),
            self.errors.VolumeNotFound: lambda: self.nova.get(new_id()),
            self.errors.VolumeAttachmentNotFound: lambda: self.nova.attachment_get(new_id()),
            self.errors.SnapshotNotFound: lambda: self.nova.get_snapshot(new_id()),
        }
        for expected, call in refused.items():
            with self.assertRaises(expected):
                call()
        for call in (self.nova.attachment_complete, lambda one: self.nova.attachment_update(one, connector())):
            with self.assertRaises(self.errors.VolumeAttachmentNotFound):
                call(new_id())
        with self.assertRaises(self.errors.InvalidInput):
            self.nova.delete(volume)
        self.assert_attachment(attachment, 'attached')

    def test_a_version_that_is_not_served_is_said_to_be(self):
        with self.assertRaises(self.errors.CinderAPIVersionNotAvailable):
            self.nova.get(self.volume(), microversion='3.99')

    # The calls of before attachments, for servers that were started then

    def test_the_older_attach_and_detach(self):
        volume, server = self.volume(), new_id()
        self.nova.reserve_volume(volume)
        self.assert_volume(volume, 'attaching')
        info = self.nova.initialize_connection(volume, connector())
        self.assertEqual(info['driver_volume_type'], 'iscsi')
        self.assertEqual(info['data']['access_mode'], 'rw')
        self.nova.attach(volume, server, '/dev/vdb')
        self.assertEqual(list(self.nova.get(volume)['attachments']), [server])

        self.nova.begin_detaching(volume)
        self.nova.terminate_connection(volume, connector())
        self.nova.detach(volume, server)
        self.assertEqual(self.states(volume), ('available', {}))

    def test_the_older_detach_of_a_shared_volume(self):
        """It looks for the attachment of its server first."""
        volume, servers = self.multiattach_volume(), [new_id(), new_id()]
        for server in servers:
            self.nova.reserve_volume(volume)
            self.nova.attach(volume, server, '/dev/vdb')
        self.nova.detach(volume, servers[0])
        self.assertEqual(list(self.nova.get(volume)['attachments']), servers[1:])

    def test_an_older_reservation_that_is_given_back(self):
        volume = self.volume()
        self.nova.reserve_volume(volume)
        self.nova.unreserve_volume(volume)
        self.assertEqual(self.states(volume), ('available', {}))

    def test_an_older_attach_becomes_an_attachment(self):
        """It does so by itself when the compute service starts: block_device.py migrates what it finds."""
        volume, server = self.volume(), new_id()
        self.nova.reserve_volume(volume)
        self.nova.initialize_connection(volume, connector())
        self.nova.attach(volume, server, '/dev/vdb')
        old = self.nova.get(volume)['attachments'][server]['attachment_id']
        self.nova.attachment_update(old, connector(), '/dev/vdb')
        self.nova.attachment_complete(old)
        self.assertEqual(self.states(volume), ('in-use', {old: 'attached'}))
        self.assertTrue(self.nova.attachment_get(old)['connection_info']['data'])

    # Everything else that it reads

    def test_lists(self):
        volumes = [self.volume(), self.volume()]
        self.assertCountEqual([one['id'] for one in self.nova.get_all()], volumes)
        self.assertEqual(self.nova.get_all(search_opts={'status': 'in-use'}), [])
        self.assertEqual(self.nova.get_all_snapshots(), [])
        self.assertIn('__DEFAULT__', [one['name'] for one in self.nova.get_all_volume_types()])

    def test_limits(self):
        self.volume()
        limits = self.nova.get_absolute_limits()
        self.assertEqual((limits['totalVolumesUsed'], limits['totalSnapshotsUsed']), (1, 0))
        # Nova refuses to make an image of a server that boots from a volume, instead of failing half way.
        self.assertEqual(limits['maxTotalSnapshots'], 0)

    def test_encryption_of_a_volume_that_has_none(self):
        metadata = self.nova.get_volume_encryption_metadata(self.volume())
        self.assertEqual({key: value for key, value in metadata.items() if value}, {})

    def test_snapshots_cannot_be_made_yet(self):
        volume = self.volume()
        for call in (self.nova.create_snapshot, self.nova.create_snapshot_force):
            with self.assertRaisesRegex(self.errors.InvalidInput, 'does not make snapshots'):
                call(volume, 'a', 'b')

    def test_a_reboot_finds_the_attachments_of_its_server_alone(self):
        """It deletes those that it does not know: a list with others in it would cost them their volumes."""
        volume, server, attachment = self.start()
        self.start()

        def found(**search):
            return [one.id for one in self.attachments.list(search_opts=search)]

        self.assertEqual(found(instance_id=server), [attachment])
        self.assertEqual(found(instance_id=server, volume_id=volume), [attachment])
        self.assertEqual(found(instance_id=new_id()), [])
