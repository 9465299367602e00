"""The calls of Glance's store on volumes, at the one version that it asks for."""

import re

from cinderclient import exceptions

from harness.case import ClientCase, connector, new_id
from harness.needs import needs_extension

# Glance tries again when the refusal says one of these, and logs the status that it reads from it.
RETRY = (
    'status must be available or downloading to reserve',
    'status must be available or in-use or downloading to reserve',
)
HOST = 'glance-host'


class Glance(ClientCase):
    client = 'glance'

    def setUp(self):
        super().setUp()
        self.library_at_354 = self.library('3.54')
        self.attachments = self.library_at_354.attachments

    def open(self, volume, mode):
        """An image's volume is attached to the host itself: there is no server."""
        attachment = self.attachments.create(volume, None, mode=mode)
        self.assertEqual((attachment['status'], attachment['instance']), ('reserved', None))
        self.assertEqual(attachment['attach_mode'], mode)
        self.assertEqual(self.library_at_354.volumes.get(volume).id, volume)
        properties = connector(HOST, mountpoint='glance_store')
        info = self.attachments.update(attachment['id'], properties).to_dict()['connection_info']
        return attachment['id'], info

    def refusal(self, volume):
        with self.assertRaises(exceptions.BadRequest) as caught:
            self.attachments.create(volume, None, mode='rw')
        text = str(caught.exception)
        status = re.search(r'current status is ([^.]+)\.', text)
        self.assertIsNotNone(status, text)
        return [part for part in RETRY if part in text.lower()], status[1]

    def test_read_an_image(self):
        volume = self.volume()
        attachment, info = self.open(volume, 'ro')
        self.assertEqual(info['driver_volume_type'], 'iscsi')
        access = self.differs(cinder='rw', clinker='ro', why='QUIRK 6: the mode reaches the connection')
        self.assertEqual(info['access_mode'], access)
        self.attachments.complete(attachment)
        self.assertEqual(self.attachments.show(attachment).attach_mode, 'ro')
        self.attachments.delete(attachment)
        self.assert_volume(volume, 'available')

    def test_write_an_image(self):
        volume = self.volume()
        attachment, info = self.open(volume, 'rw')
        self.assertEqual(info['access_mode'], 'rw')
        self.attachments.complete(attachment)
        self.attachments.delete(attachment)
        self.assert_volume(volume, 'available')

    @needs_extension('os-volume-actions')
    def test_an_image_grows_while_it_is_written(self):
        volume = self.volume()
        attachment, _ = self.open(volume, 'rw')
        self.attachments.complete(attachment)
        self.library_at_354.volumes.extend(volume, 2)
        self.assert_becomes(volume, 'in-use')
        self.assertEqual(self.library_at_354.volumes.get(volume).size, 2)
        self.attachments.delete(attachment)
        self.assert_becomes(volume, 'available')

    def test_the_text_that_makes_it_try_again(self):
        volume = self.volume()
        attachment, _ = self.open(volume, 'ro')
        self.assertEqual(self.refusal(volume), ([RETRY[0]], 'attaching'))
        self.attachments.complete(attachment)
        self.assertEqual(self.refusal(volume), ([RETRY[0]], 'in-use'))
        self.attachments.delete(attachment)
        again, _ = self.open(volume, 'ro')
        self.assert_attachment(again, 'attaching')

    def test_the_text_for_a_shared_volume(self):
        volume = self.multiattach_volume()
        self.attachments.create(volume, None, mode='ro')
        self.assertEqual(self.refusal(volume), ([RETRY[1]], 'reserved'))

    def test_its_own_attachments_are_counted_by_the_host_name(self):
        volume = self.multiattach_volume()
        attachments = []
        for _ in range(2):
            attachment, _ = self.open(volume, 'ro')
            self.attachments.complete(attachment)
            attachments.append(attachment)
        self.attach(volume, new_id(), host='another-host')
        view = self.library_at_354.volumes.get(volume)
        self.assertTrue(view.multiattach)
        own = [entry for entry in view.attachments if entry['host_name'] == HOST]
        self.assertCountEqual([entry['attachment_id'] for entry in own], attachments)

    def test_a_volume_for_an_image(self):
        """What it stores an image in is made and thrown away by itself."""
        volume = self.library_at_354.volumes.create(1, name='image-1', metadata={'glance_image_id': new_id()})
        self.assert_becomes(volume.id, 'available')
        self.library_at_354.volumes.delete(volume.id)
        self.assert_volume_goes(volume.id)
