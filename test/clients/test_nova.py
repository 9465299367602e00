"""Nova's calls, in its order and with its versions, through the library that Nova uses."""

from cinderclient import exceptions
from cinderclient.api_versions import APIVersion
from cinderclient.client import get_server_version

from harness.case import ClientCase, connector, new_id
from harness.needs import has_extension, needs_extension


class Nova(ClientCase):
    client = 'nova'

    def setUp(self):
        super().setUp()
        # Before it creates an attachment, Nova asks for the versions each time, without any header of a version.
        self.assertGreaterEqual(get_server_version(self.server.endpoint)[1], APIVersion('3.44'))
        self.attachments = self.library('3.44').attachments
        self.volumes = self.library('3.0').volumes

    def reserve(self, volume, server):
        return self.attachments.create(volume, None, server)['id']

    def connect(self, attachment, host='host-a'):
        info = self.attachments.update(attachment, connector(host)).to_dict()['connection_info']
        self.assertEqual(info['attachment_id'], attachment)
        return info

    def start(self):
        """Ids of a volume that a new server uses, of the server and the attachment."""
        volume, server = self.volume(), new_id()
        attachment = self.reserve(volume, server)
        self.connect(attachment)
        self.attachments.complete(attachment)
        return volume, server, attachment

    def detach(self, volume, attachment):
        # Without the action there is no status `detaching`; the rest is the same.
        if has_extension(self, 'os-volume-actions'):
            self.volumes.begin_detaching(volume)
        self.attachments.delete(attachment)

    def of_server(self, server, volume=None):
        search = {'instance_id': server, **({'volume_id': volume} if volume else {})}
        return [one.id for one in self.attachments.list(search_opts=search)]

    def states(self, volume):
        """The status of the volume, and those of its attachments by their ids."""
        live = self.attachments.list(search_opts={'volume_id': volume})
        return self.volumes.get(volume).status, {one.id: one.status for one in live}

    def test_attach_and_detach(self):
        volume, server = self.volume(), new_id()
        attachment = self.reserve(volume, server)
        self.assertEqual(self.states(volume), ('reserved', {attachment: 'reserved'}))
        self.connect(attachment)
        self.assertEqual(self.states(volume), ('attaching', {attachment: 'attaching'}))
        self.attachments.complete(attachment)
        self.assertEqual(self.states(volume), ('in-use', {attachment: 'attached'}))

        self.detach(volume, attachment)
        self.assertEqual(self.states(volume), ('available', {}))

    def test_what_it_reads_of_an_attached_volume(self):
        volume, server, attachment = self.start()
        view = self.library('3.48').volumes.get(volume)
        [entry] = view.attachments
        self.assertEqual(entry['server_id'], server)
        self.assertEqual((entry['id'], entry['attachment_id']), (volume, attachment))
        self.assertEqual(entry['device'], '/dev/vdb')
        for name in ('availability_zone', 'bootable', 'multiattach', 'shared_targets', 'service_uuid', 'snapshot_id'):
            self.assertTrue(hasattr(view, name), name)

    @needs_extension('os-volume-actions')
    def test_a_detach_is_announced(self):
        volume, _, attachment = self.start()
        self.volumes.begin_detaching(volume)
        self.assertEqual(self.states(volume), ('detaching', {attachment: 'attached'}))
        self.attachments.delete(attachment)
        self.assertEqual(self.states(volume), ('available', {}))

    @needs_extension('os-volume-actions')
    def test_a_detach_that_is_given_up(self):
        volume, _, attachment = self.start()
        self.volumes.begin_detaching(volume)
        self.volumes.roll_detaching(volume)
        self.assertEqual(self.states(volume), ('in-use', {attachment: 'attached'}))

    @needs_extension('os-volume-actions')
    def test_begin_detaching_needs_a_volume_in_use(self):
        with self.assertRaises(exceptions.BadRequest):
            self.volumes.begin_detaching(self.volume())

    def test_live_migration(self):
        volume, server, source = self.start()
        destination = self.attachments.create(volume, connector('host-b'), server)['id']
        self.assertEqual(self.states(volume), ('attaching', {source: 'attached', destination: 'attaching'}))
        self.attachments.complete(destination)
        self.assertEqual(self.states(volume), ('in-use', {source: 'attached', destination: 'attached'}))
        self.attachments.delete(source)
        self.assertEqual(self.states(volume), ('in-use', {destination: 'attached'}))
        self.detach(volume, destination)
        self.assertEqual(self.states(volume), ('available', {}))

    def test_live_migration_that_is_rolled_back(self):
        volume, server, source = self.start()
        destination = self.attachments.create(volume, connector('host-b'), server)['id']
        self.attachments.delete(destination)
        self.assertEqual(self.states(volume), ('in-use', {source: 'attached'}))

    def test_resize_to_another_host(self):
        volume, server, old = self.start()
        new = self.reserve(volume, server)
        self.assertEqual(self.states(volume), ('in-use', {old: 'attached', new: 'reserved'}))
        self.attachments.delete(old)
        self.assertEqual(self.states(volume), ('reserved', {new: 'reserved'}))
        self.connect(new, 'host-b')
        self.attachments.complete(new)
        self.assertEqual(self.states(volume), ('in-use', {new: 'attached'}))

    def test_shelve_and_unshelve(self):
        volume, server, old = self.start()
        kept = self.reserve(volume, server)
        self.attachments.delete(old)
        self.assertEqual(self.states(volume), ('reserved', {kept: 'reserved'}))
        self.connect(kept, 'host-c')
        self.attachments.complete(kept)
        self.assertEqual(self.states(volume), ('in-use', {kept: 'attached'}))

    def test_attach_to_a_shelved_server(self):
        """No host to connect yet: completed without one, connected when the server comes back."""
        volume = self.volume()
        attachment = self.reserve(volume, new_id())
        self.attachments.complete(attachment)
        self.assertEqual(self.states(volume), ('in-use', {attachment: 'attached'}))
        self.connect(attachment)
        self.assertEqual(self.states(volume), ('attaching', {attachment: 'attaching'}))
        self.attachments.complete(attachment)
        self.assertEqual(self.states(volume), ('in-use', {attachment: 'attached'}))
        self.detach(volume, attachment)
        self.assertEqual(self.states(volume), ('available', {}))

    def test_boot_from_a_volume_that_fails(self):
        volume = self.volume()
        attachment = self.reserve(volume, new_id())
        self.attachments.delete(attachment)
        self.assertEqual(self.states(volume), ('available', {}))

    def test_two_servers_share_a_volume(self):
        volume, servers = self.multiattach_volume(), [new_id(), new_id()]
        attachments = [self.reserve(volume, servers[0])]
        self.connect(attachments[0], 'host-a')
        self.attachments.complete(attachments[0])
        attachments.append(self.reserve(volume, servers[1]))
        self.connect(attachments[1], 'host-b')
        self.attachments.complete(attachments[1])
        view = self.volumes.get(volume)
        self.assertTrue(view.multiattach)
        self.assertCountEqual([entry['server_id'] for entry in view.attachments], servers)
        self.detach(volume, attachments[0])
        self.assertEqual(self.states(volume), ('in-use', {attachments[1]: 'attached'}))

    def test_a_reboot_finds_the_attachments_of_its_server_alone(self):
        """It deletes those that it does not know: a list with others in it would cost them their volumes."""
        volume, server, attachment = self.start()
        self.start()
        self.assertEqual(self.of_server(server), [attachment])
        self.assertEqual(self.of_server(server, volume), [attachment])
        self.assertEqual(self.of_server(new_id()), [])

    def test_calls_that_are_repeated(self):
        """An answer that got lost: update is asked again at once, and delete may find nothing."""
        volume = self.volume()
        attachment = self.reserve(volume, new_id())
        first = self.connect(attachment)
        for _ in range(4):
            self.assertEqual(self.connect(attachment), first)
        self.attachments.complete(attachment)
        self.attachments.complete(attachment)
        self.attachments.delete(attachment)
        with self.assertRaises(exceptions.NotFound):
            self.attachments.delete(attachment)
        self.assert_volume(volume, 'available')

    def test_what_it_keeps_of_an_attachment(self):
        """All but the keys it knows ends up in its database and with libvirt: none may be added."""
        _, _, attachment = self.start()
        view = self.attachments.show(attachment).to_dict()
        view.pop('x_openstack_request_ids', None)
        self.assertEqual(
            set(view),
            {'id', 'status', 'instance', 'volume_id', 'attached_at', 'detached_at', 'attach_mode', 'connection_info'},
        )

    def test_limits_and_types(self):
        limits = {limit.name: limit.value for limit in self.library('3.0').limits.get().absolute}
        self.assertIn('maxTotalSnapshots', limits)
        self.assertIn('__DEFAULT__', [one.name for one in self.library('3.0').volume_types.list()])
