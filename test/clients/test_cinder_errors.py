from harness.case import CinderCase, new_id
from harness.needs import needs_extension


class CinderErrors(CinderCase):
    def test_a_busy_volume_cannot_be_attached_again(self):
        volume, attachment = self.attached_volume()
        refused = self.cinder('attachment-create', volume, new_id())
        self.assert_refused(
            refused,
            f'ERROR: Invalid volume: Volume {volume} '
            'status must be available or downloading to reserve, but the current status is in-use.',
            '(HTTP 400) (Request-ID: req-',
        )
        self.assertEqual([one.id for one in self.admin.attachments.list()], [attachment])

    @needs_extension('os-volume-actions')
    def test_a_volume_in_error_cannot_be_attached(self):
        volume = self.volume()
        self.assert_succeeds(self.cinder('reset-state', volume, '--state', 'error'))
        self.assert_refused(self.cinder('attachment-create', volume, new_id()), '(HTTP 400)')

    def test_an_attached_volume_cannot_be_deleted(self):
        volume, _ = self.attached_volume()
        refused = self.assert_refused(self.cinder('delete', volume), 'Unable to delete any')
        self.assertIn('Invalid volume: Volume status must be available or error', refused.out)
        self.assertIn('(HTTP 400)', refused.out)
        self.assert_volume(volume, 'in-use')

    def test_unknown_attachments_are_not_found(self):
        unknown = new_id()
        text = f'Volume attachment could not be found with filter: attachment_id = {unknown}. (HTTP 404)'
        for command in ('attachment-show', 'attachment-delete', 'attachment-complete', 'attachment-update'):
            with self.subTest(command):
                self.assert_refused(self.cinder(command, unknown), text)

    def test_a_deleted_attachment_is_not_found(self):
        _, attachment = self.attached_volume()
        self.assert_succeeds(self.cinder('attachment-delete', attachment))
        self.assert_refused(self.cinder('attachment-delete', attachment), '(HTTP 404)')

    def test_unknown_volumes_are_not_found(self):
        unknown = new_id()
        for command in (['show', unknown], ['attachment-create', unknown, new_id()]):
            with self.subTest(command[0]):
                self.assert_refused(self.cinder(*command), f"No volume with a name or ID of '{unknown}' exists.")

    def test_an_unknown_volume_type_is_not_found(self):
        self.assert_refused(self.cinder('create', '1', '--volume-type', 'no-such-type'), '(HTTP 404)')

    def test_a_marker_must_exist(self):
        self.assert_refused(self.cinder('attachment-list', '--marker', new_id()), '(HTTP 404)')

    def test_an_unknown_sort_key_is_refused(self):
        self.assert_refused(self.cinder('attachment-list', '--sort', 'size'), 'Invalid sort key', '(HTTP 400)')

    def test_an_id_that_is_no_uuid_is_refused(self):
        refused = self.cinder('attachment-create', self.volume(), 'server-1')
        self.assert_refused(refused, 'Invalid input for field/attribute instance_uuid', '(HTTP 400)')

    def test_a_mode_that_does_not_exist_is_refused(self):
        refused = self.cinder('attachment-create', self.volume(), new_id(), '--mode', 'rx')
        self.assert_refused(refused, 'Invalid input for field/attribute mode', '(HTTP 400)')

    # What the client refuses by itself, from the versions that the server offers.

    def test_complete_needs_version_3_44(self):
        _, attachment = self.attached_volume()
        refused = self.cinder('attachment-complete', attachment, version='3.43')
        self.assert_refused(refused, "invalid choice: 'attachment-complete'", status=2)

    def test_attachments_need_version_3_27(self):
        self.assert_refused(self.cinder('attachment-list', version='3.26'), 'invalid choice', status=2)

    def test_the_mode_needs_version_3_54(self):
        refused = self.cinder('attachment-create', self.volume(), new_id(), '--mode', 'ro', version='3.53')
        self.assert_refused(refused, "'--mode' argument is only allowed since microversion 3.54.")

    def test_a_version_that_the_server_does_not_offer_is_lowered(self):
        lowered = self.assert_succeeds(self.cinder('attachment-list', version='3.999'))
        self.assertRegex(lowered.err, r'downgrading to 3\.\d+ based on server support')
