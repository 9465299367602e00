from cinderclient import exceptions
from cinderclient.api_versions import APIVersion
from cinderclient.client import get_highest_client_server_version, get_server_version

from harness.case import ClientCase, connector, new_id
from harness.needs import needs_extension


class CinderclientLibrary(ClientCase):
    client = 'cinderclient'

    def test_the_versions_of_the_server(self):
        minimum, maximum = get_server_version(self.server.endpoint)
        self.assertEqual(minimum, APIVersion('3.0'))
        self.assertGreaterEqual(maximum, APIVersion('3.70'))
        self.assertRegex(str(get_highest_client_server_version(self.server.endpoint)), r'^3\.7\d$')

    def test_create_answers_a_dictionary(self):
        volume, server = self.volume(), new_id()
        created = self.library('3.44').attachments.create(volume, None, server)
        identity = created.pop('id')
        self.assertEqual(
            created,
            {
                'status': 'reserved',
                'instance': server,
                'volume_id': volume,
                'attached_at': '',
                'detached_at': '',
                'attach_mode': 'null',
                'connection_info': {},
            },
        )
        self.assertEqual(self.admin.attachments.show(identity).instance, server)

    def test_update_show_complete_and_delete(self):
        attachments = self.library('3.44').attachments
        volume = self.volume()
        attachment = attachments.create(volume, None, new_id())['id']
        updated = attachments.update(attachment, connector())
        self.assertEqual(updated.connection_info['attachment_id'], attachment)
        self.assertEqual(updated.connection_info, attachments.show(attachment).connection_info)
        completed = attachments.complete(attachment)
        self.assertEqual((completed.status_code, completed.text), (204, ''))
        response, body = attachments.delete(attachment)
        self.assertEqual((response.status_code, body), (200, {'attachments': []}))

    def test_lists_are_summaries_or_details(self):
        volume, attachment = self.attached_volume()
        [summary] = self.admin.attachments.list()
        keys = set(summary.to_dict()) - {'x_openstack_request_ids'}
        self.assertEqual(keys, {'id', 'status', 'instance', 'volume_id'})
        [detail] = self.admin.attachments.list(detailed=True)
        self.assertEqual(detail.id, attachment)
        self.assertEqual(detail.connection_info['volume_id'], volume)

    def test_lists_follow_the_links_to_the_next_page(self):
        if self.server.max_limit is None:
            self.skipTest('the longest page of this server is not known')
        volume, server = self.volume(), new_id()
        # An instance may reserve one volume as often as it likes.
        made = [
            self.admin.attachments.create(volume, None, server)['id'] for _ in range(self.server.max_limit * 2 + 1)
        ]
        for detailed in (False, True):
            listed = self.admin.attachments.list(detailed=detailed, search_opts={'volume_id': volume}, sort='id:asc')
            self.assertEqual([one.id for one in listed], sorted(made))
        self.assertEqual(len(self.admin.attachments.list(limit=self.server.max_limit + 2)), self.server.max_limit + 2)

    def test_pages_by_marker(self):
        volume, server = self.volume(), new_id()
        made = sorted(self.admin.attachments.create(volume, None, server)['id'] for _ in range(5))
        listed, marker = [], None
        while page := self.admin.attachments.list(limit=2, marker=marker, sort='id:asc'):
            self.assertLessEqual(len(page), 2)
            listed += [one.id for one in page]
            marker = listed[-1]
        self.assertEqual(listed, made)

    def test_volumes_with_their_count(self):
        volumes = [self.volume() for _ in range(3)]
        page, count = self.library('3.45').volumes.list(search_opts={'with_count': True}, limit=2)
        self.assertEqual((len(page), count), (2, len(volumes)))

    def test_errors_are_exceptions_with_the_request_id(self):
        with self.assertRaises(exceptions.NotFound) as caught:
            self.admin.attachments.show(new_id())
        self.assertEqual(caught.exception.code, 404)
        self.assertRegex(caught.exception.request_id, r'^req-[0-9a-f-]{36}$')
        volume, _ = self.attached_volume()
        with self.assertRaises(exceptions.BadRequest) as caught:
            self.admin.attachments.create(volume, None, new_id())
        self.assertIn('status must be available or downloading to reserve', str(caught.exception))

    def test_attachments_do_not_exist_before_3_27(self):
        with self.assertRaises(exceptions.VersionNotFoundForAPIMethod):
            self.library('3.26').attachments.list()

    @needs_extension('os-volume-actions')
    def test_the_legacy_actions(self):
        """What Ironic and Terraform do: reserve, initialize, attach, and all the way back."""
        volumes = self.library('3.0').volumes
        volume, server = self.volume(), new_id()
        volumes.reserve(volume)
        self.assert_volume(volume, 'attaching')
        connection = volumes.initialize_connection(volume, connector())
        self.assertEqual(connection['driver_volume_type'], 'iscsi')
        self.assertEqual(connection['data']['volume_id'], volume)
        volumes.attach(volume, server, 'ironic_mountpoint', mode='rw')
        attached = self.admin.volumes.get(volume)
        [entry] = attached.attachments
        self.assertEqual((attached.status, entry['server_id']), ('in-use', server))
        self.assertEqual(entry['device'], 'ironic_mountpoint')

        volumes.begin_detaching(volume)
        self.assert_volume(volume, 'detaching')
        volumes.terminate_connection(volume, connector())
        volumes.detach(volume, entry['attachment_id'])
        self.assert_volume(volume, 'available')
        self.assertEqual(self.admin.attachments.list(), [])

    @needs_extension('os-volume-actions')
    def test_a_reservation_is_given_back(self):
        volumes, volume = self.library('3.0').volumes, self.volume()
        volumes.reserve(volume)
        volumes.unreserve(volume)
        self.assert_volume(volume, 'available')
