"""Glance's own store for images in volumes: what it does when an image is stored, read, shared and deleted."""

import io
import re
import threading

from cinderclient import exceptions

from harness.case import ClientCase, new_id
from harness.glance import GIB, Glance

# What the refusal says tells whoever reads Glance's log why it tries again, and the status that it waits for.
RETRY = (
    'status must be available or downloading to reserve',
    'status must be available or in-use or downloading to reserve',
)


class GlanceStore(ClientCase):
    client = 'glance'

    def setUp(self):
        super().setUp()
        self.glance = Glance(self.server.endpoint, self.project)
        self.enterContext(self.glance)
        self.api = self.glance.store.volume_api
        self.client_at_354 = self.glance.client('3.54')

    def image(self, data=b'an image', **more):
        """Location and volume of a new image."""
        location, written = self.glance.add(new_id(), io.BytesIO(data), **more)
        self.assertEqual(written, len(data))
        return location, location.store_location.volume_id

    def attachments_of(self, volume):
        return self.admin.attachments.list(search_opts={'volume_id': volume})

    # The store

    def test_an_image_is_stored(self):
        _, volume = self.image(b'12345')
        view = self.admin.volumes.get(volume)
        self.assertEqual((view.status, view.size), ('available', 1))
        self.assertEqual((view.metadata['image_size'], view.metadata['image_owner']), ('5', self.project))
        # Nobody writes to an image once it is there.
        self.assertEqual(view.metadata['readonly'], 'True')
        [(_, connected), (what, _)] = self.glance.calls
        self.assertEqual((what, connected['driver_volume_type'], connected['access_mode']), ('disconnect', 'iscsi', 'rw'))
        self.assertEqual(self.attachments_of(volume), [])

    def test_an_image_is_read(self):
        location, volume = self.image(b'12345')
        self.assertEqual(self.glance.store.get_size(location, self.glance.context), 5)
        self.glance.calls.clear()
        self.assertEqual(self.glance.read(location), b'12345')
        access = self.differs(cinder='rw', clinker='ro', why='QUIRK 6: the mode reaches the connection')
        self.assertEqual([(what, info['access_mode']) for what, info in self.glance.calls], [('connect', access), ('disconnect', access)])
        self.assert_volume(volume, 'available')

    def test_a_volume_is_in_use_while_it_is_read(self):
        location, volume = self.image(b'12345')
        chunks, _ = self.glance.store.get(location, context=self.glance.context)
        self.assertEqual(next(chunks), b'12345')
        self.assert_volume(volume, 'in-use')
        [attachment] = self.attachments_of(volume)
        shown = self.admin.attachments.show(attachment.id)
        self.assertEqual((shown.status, shown.attach_mode, shown.instance), ('attached', 'ro', None))
        chunks.close()
        self.assert_volume(volume, 'available')

    def test_an_image_of_unknown_size_makes_its_volume_grow(self):
        data = bytes(range(256)) * (GIB // 256) + b'a little more than two' + bytes(GIB)
        location, volume = self.image(data, size=0)
        self.assertEqual(self.admin.volumes.get(volume).size, 3)
        self.assertEqual(self.admin.volumes.get(volume).metadata['image_size'], str(len(data)))
        self.assertEqual(self.glance.read(location), data)

    def test_an_image_is_deleted(self):
        location, volume = self.image()
        self.glance.delete(location)
        self.assert_volume_goes(volume)
        with self.assertRaises(self.glance.exceptions.NotFound):
            self.glance.delete(location)
        with self.assertRaises(self.glance.exceptions.NotFound):
            self.glance.read(location)

    def test_a_write_that_fails_leaves_nothing(self):
        class Broken(io.BytesIO):
            def read(self, *_):
                raise OSError(28, 'No space left on device')

        with self.assertRaises(self.glance.exceptions.StorageFull):
            self.glance.store.add(new_id(), Broken(), 5, 'sha256', self.glance.context)
        deleted = [one.id for one in self.admin.volumes.list()]
        for volume in deleted:
            self.assert_volume_goes(volume)
        self.assertEqual(self.admin.attachments.list(), [])

    def test_a_type_tells_which_store_an_older_image_belongs_to(self):
        _, volume = self.image()
        belongs = self.glance.store.is_image_associated_with_store
        self.assertTrue(belongs(self.glance.context, volume))
        self.assertFalse(belongs(self.glance.context, self.multiattach_volume()))

    # Several at once

    def test_two_readers_of_a_plain_volume_follow_one_another(self):
        """The second is refused and tries again until the first is through: it goes by the status 400."""
        location, volume = self.image(b'12345')
        first, _ = self.glance.store.get(location, context=self.glance.context)
        next(first)
        with self.assertRaises(exceptions.BadRequest) as caught:
            self.client_at_354.attachments.create(volume, None, mode='ro')
        self.assertEqual(self.read_text(str(caught.exception)), ([RETRY[0]], 'in-use'))

        timer = threading.Timer(0.5, first.close)
        timer.start()
        self.assertEqual(self.glance.read(location), b'12345')
        timer.join()
        self.assert_volume(volume, 'available')

    def read_text(self, text):
        """Which of the texts a refusal has, and the status that it names."""
        status = re.search(r'current status is ([^.]+)\.', text)
        self.assertIsNotNone(status, text)
        return [part for part in RETRY if part in text.lower()], status[1]

    def test_readers_share_a_multiattach_volume(self):
        volume = self.multiattach_volume()
        location = self.glance.location(f'cinder://{volume}')
        readers = [self.glance.store.get(location, chunk_size=4, context=self.glance.context)[0] for _ in range(2)]
        for reader in readers:
            next(reader)
        attachments = self.admin.volumes.get(volume).attachments
        # It counts its own by the name of the host.
        self.assertEqual([one['host_name'] for one in attachments], [self.glance.host] * 2)
        readers[0].close()
        self.assertEqual(len(self.attachments_of(volume)), 1)
        self.assert_volume(volume, 'in-use')
        readers[1].close()
        self.assert_volume(volume, 'available')

    def test_the_text_for_a_shared_volume(self):
        volume = self.multiattach_volume()
        self.api.attachment_create(self.client_at_354, volume, mode='ro')
        with self.assertRaises(exceptions.BadRequest) as caught:
            self.client_at_354.attachments.create(volume, None, mode='rw')
        self.assertEqual(self.read_text(str(caught.exception)), ([RETRY[1]], 'reserved'))

    # Its calls one by one

    def test_what_each_call_of_its_own_api_brings(self):
        client = self.client_at_354
        volume = self.api.create(client, 1, 'image-1', metadata={'glance_image_id': new_id()})
        self.assert_becomes(volume.id, 'available')
        made = self.api.attachment_create(client, volume.id, mode='ro')
        self.assertEqual((made['status'], made['instance'], made['attach_mode']), ('reserved', None, 'ro'))
        host = {'initiator': 'iqn.1994-05.com.example:glance', 'ip': '192.0.2.30', 'host': 'glance-host'}
        connected = self.api.attachment_update(client, made['id'], host, mountpoint='glance_store')
        self.assertEqual(connected.connection_info['driver_volume_type'], 'iscsi')
        self.api.attachment_complete(client, made['id'])
        self.assertEqual(self.api.attachment_get(client, made['id']).status, 'attached')
        self.api.attachment_delete(client, made['id'])
        with self.assertRaises(self.glance.exceptions.BackendException):
            self.api.attachment_delete(client, made['id'])
        self.api.delete(client, volume.id)
        self.assert_volume_goes(volume.id)
