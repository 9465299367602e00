from harness.case import CinderCase, new_id, new_name

# What --connect and attachment-update send of the host.
HOST_OPTIONS = ('--initiator', 'iqn.1994-05.com.example:host-a', '--ip', '192.0.2.10', '--host', 'host-a')
CONNECT = ('--connect', 'True', *HOST_OPTIONS, '--mountpoint', '/dev/vdb')


class CinderAttachments(CinderCase):
    def create(self, *arguments, **options):
        """The printed tables of a successful attachment-create: the attachment, and its connection if any."""
        return self.assert_succeeds(self.cinder('attachment-create', *arguments, **options))

    def listed(self, *arguments, **options):
        """The ids that attachment-list prints."""
        return self.assert_succeeds(self.cinder('attachment-list', *arguments, **options)).table().column('ID')

    def test_reserve_a_volume_for_a_server(self):
        volume, server = self.volume(), new_id()
        printed = self.create(volume, server)
        attachment = printed.properties()
        self.assertEqual(attachment.pop('id'), self.admin.attachments.list()[0].id)
        self.assertEqual(
            attachment,
            {
                'attach_mode': 'null',
                'attached_at': '',
                'detached_at': '',
                'instance': server,
                'status': 'reserved',
                'volume_id': volume,
            },
        )
        self.assertNotIn('driver_volume_type', printed.out)
        self.assert_volume(volume, 'reserved')

    def test_reserve_without_a_server(self):
        attachment = self.create(self.volume()).properties()
        self.assertEqual((attachment['status'], attachment['instance']), ('reserved', 'None'))

    def test_reserve_a_volume_by_its_name(self):
        name = new_name('database')
        volume = self.volume(name=name)
        self.assertEqual(self.create(name, new_id()).properties()['volume_id'], volume)

    def test_create_with_a_connector(self):
        volume = self.volume()
        printed = self.create(volume, new_id(), *CONNECT)
        attachment, connection = printed.properties(0), printed.properties(1)
        fresh = self.differs(cinder='reserved', clinker='attaching', why='QUIRK 2: fresh values')
        self.assertEqual(attachment['status'], fresh)
        mode = self.differs(cinder='null', clinker='rw', why='QUIRK 7: rw when nothing is asked')
        self.assertEqual(attachment['attach_mode'], mode)
        self.assertEqual(connection['driver_volume_type'], 'iscsi')
        self.assertEqual(connection['attachment_id'], attachment['id'])
        self.assertEqual(connection['volume_id'], volume)
        self.assertEqual(connection['access_mode'], 'rw')
        for name in ('target_portal', 'target_iqn', 'target_lun', 'auth_method', 'auth_username', 'auth_password'):
            self.assertTrue(connection[name], name)
        self.assert_volume(volume, 'attaching')

    def test_create_read_only(self):
        printed = self.create(self.volume(), new_id(), *CONNECT, '--mode', 'ro')
        self.assertEqual(printed.properties(0)['attach_mode'], 'ro')
        access = self.differs(cinder='rw', clinker='ro', why='QUIRK 6: the mode reaches the connection')
        self.assertEqual(printed.properties(1)['access_mode'], access)

    def test_reserve_read_only(self):
        self.assertEqual(self.create(self.volume(), new_id(), '--mode', 'ro').properties()['attach_mode'], 'ro')

    def test_create_at_the_lowest_version(self):
        self.assertEqual(self.create(self.volume(), new_id(), version='3.27').properties()['status'], 'reserved')

    def test_create_without_naming_a_version(self):
        attachment = self.create(self.volume(), new_id(), version=None).properties()
        self.assertEqual(attachment['status'], 'reserved')

    def test_update_with_a_connector(self):
        volume = self.volume()
        attachment = self.admin.attachments.create(volume, None, new_id())['id']
        printed = self.assert_succeeds(
            self.cinder('attachment-update', attachment, *HOST_OPTIONS, '--mountpoint', '/dev/vdb')
        )
        fresh = self.differs(cinder='reserved', clinker='attaching', why='QUIRK 2: fresh values')
        self.assertEqual(printed.properties(0)['status'], fresh)
        self.assertEqual(printed.properties(1)['attachment_id'], attachment)
        self.assert_attachment(attachment, 'attaching')
        self.assert_volume(volume, 'attaching')

    def test_update_without_options_sends_nulls(self):
        attachment = self.admin.attachments.create(self.volume(), None, new_id())['id']
        printed = self.assert_succeeds(self.cinder('attachment-update', attachment))
        self.assertEqual(printed.properties(1)['driver_volume_type'], 'iscsi')

    def test_update_with_multipath_as_text(self):
        attachment = self.admin.attachments.create(self.volume(), None, new_id())['id']
        self.assert_succeeds(self.cinder('attachment-update', attachment, *HOST_OPTIONS, '--multipath', 'True'))
        self.assert_attachment(attachment, 'attaching')

    def test_show_a_reserved_attachment(self):
        volume, server = self.volume(), new_id()
        attachment = self.admin.attachments.create(volume, None, server)['id']
        printed = self.assert_succeeds(self.cinder('attachment-show', attachment))
        self.assertEqual(printed.properties()['instance'], server)
        self.assertEqual(printed.properties()['attached_at'], '')
        self.assertEqual(printed.out.count('Property'), 1, 'no connection to print')

    def test_show_an_attached_one(self):
        volume, attachment = self.attached_volume()
        printed = self.assert_succeeds(self.cinder('attachment-show', attachment))
        self.assertEqual(printed.properties()['status'], 'attached')
        # Times have no zone, and none when there is none.
        self.assertRegex(printed.properties()['attached_at'], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$')
        self.assertEqual(printed.properties()['detached_at'], '')
        self.assertEqual(printed.properties(1)['volume_id'], volume)

    def test_complete(self):
        volume, server = self.volume(), new_id()
        attachment = self.create(volume, server, *CONNECT).properties()['id']
        completed = self.assert_succeeds(self.cinder('attachment-complete', attachment, version='3.44'))
        self.assertEqual(completed.out, '')
        self.assert_attachment(attachment, 'attached')
        shown = self.assert_succeeds(self.cinder('show', volume)).properties()
        self.assertEqual(shown['status'], 'in-use')
        self.assertEqual(shown['attached_servers'], f"['{server}']")
        self.assertEqual(shown['attachment_ids'], f"['{attachment}']")
        [row] = self.assert_succeeds(self.cinder('list')).table().rows
        self.assertIn(server, row)

    def test_complete_a_reserved_one(self):
        volume = self.volume()
        attachment = self.admin.attachments.create(volume, None, new_id())['id']
        self.assert_succeeds(self.cinder('attachment-complete', attachment))
        self.assert_volume(volume, 'in-use')

    def test_complete_and_delete_several(self):
        volumes = [self.volume(), self.volume()]
        attachments = [self.admin.attachments.create(volume, None, new_id())['id'] for volume in volumes]
        self.assert_succeeds(self.cinder('attachment-complete', *attachments))
        for volume in volumes:
            self.assert_volume(volume, 'in-use')
        self.assert_succeeds(self.cinder('attachment-delete', *attachments))
        for volume in volumes:
            self.assert_volume(volume, 'available')
        self.assertEqual(self.listed(), [])

    def test_delete_frees_the_volume(self):
        volume, attachment = self.attached_volume()
        deleted = self.assert_succeeds(self.cinder('attachment-delete', attachment))
        self.assertEqual(deleted.out, '')
        self.assert_volume(volume, 'available')
        shown = self.assert_succeeds(self.cinder('show', volume)).properties()
        self.assertEqual(shown['attached_servers'], '[]')
        self.assert_succeeds(self.cinder('delete', volume))

    def test_list(self):
        volume, server = self.volume(), new_id()
        attachment = self.admin.attachments.create(volume, None, server)['id']
        table = self.assert_succeeds(self.cinder('attachment-list')).table()
        self.assertEqual(table.columns, ['ID', 'Volume ID', 'Status', 'Server ID'])
        self.assertEqual(table.rows, [[attachment, volume, 'reserved', server]])

    def test_list_of_a_volume(self):
        _, other = self.attached_volume()
        volume, attachment = self.attached_volume()
        self.assertEqual(self.listed('--volume-id', volume), [attachment])
        self.assertCountEqual(self.listed(), [attachment, other])

    def test_list_by_status(self):
        _, attached = self.attached_volume()
        self.admin.attachments.create(self.volume(), None, new_id())
        found = self.differs(cinder=[], clinker=[attached], why='QUIRK 1: status finds rows')
        self.assertEqual(self.listed('--status', 'attached'), found)
        self.assertEqual(self.listed('--status', 'error_attaching'), [])

    def test_list_with_filters(self):
        server = new_id()
        _, attached = self.attached_volume(server)
        reserved = self.admin.attachments.create(self.volume(), None, new_id())['id']
        self.assertEqual(self.listed('--filters', 'attach_status=reserved'), [reserved])
        self.assertEqual(self.listed('--filters', f'instance_id={server}'), [attached])
        self.assertEqual(self.listed('--filters', f'instance_id={new_id()}'), [])

    def test_list_sorted_and_in_pages(self):
        volume = self.multiattach_volume()
        attachments = sorted(self.attach(volume, new_id(), host=f'host-{n}') for n in range(3))
        self.assertEqual(self.listed('--sort', 'id:asc'), attachments)
        self.assertEqual(self.listed('--sort', 'id:asc', '--limit', '2'), attachments[:2])
        self.assertEqual(self.listed('--sort', 'id:asc', '--marker', attachments[1]), attachments[2:])

    def test_list_of_another_project(self):
        _, attachment = self.attached_volume()
        mine, self.project = self.project, new_id().replace('-', '')
        self.assertEqual(self.listed(), [])
        self.assertEqual(self.listed('--tenant', mine), [attachment])
        everywhere = self.listed('--all-tenants', '1', '--volume-id', self.admin.attachments.show(attachment).volume_id)
        self.assertEqual(everywhere, [attachment])


class CinderAttachmentsBelowProject(CinderAttachments):
    client = 'cinder, project in the endpoint'
    project_in_endpoint = True


class CinderMultiattach(CinderCase):
    def test_two_servers_share_a_volume(self):
        volume, servers = self.multiattach_volume(), [new_id(), new_id()]
        attachments = []
        for server in servers:
            printed = self.assert_succeeds(self.cinder('attachment-create', volume, server, *CONNECT))
            attachments.append(printed.properties()['id'])
            self.assert_succeeds(self.cinder('attachment-complete', attachments[-1]))
        shown = self.assert_succeeds(self.cinder('show', volume)).properties()
        self.assertEqual((shown['status'], shown['multiattach']), ('in-use', 'True'))
        for server in servers:
            self.assertIn(server, shown['attached_servers'])

        self.assert_succeeds(self.cinder('attachment-delete', attachments[0]))
        shown = self.assert_succeeds(self.cinder('show', volume)).properties()
        self.assertEqual((shown['status'], shown['attached_servers']), ('in-use', f"['{servers[1]}']"))
        self.assert_succeeds(self.cinder('attachment-delete', attachments[1]))
        self.assert_volume(volume, 'available')

    def test_a_second_server_waits_while_the_volume_is_reserved(self):
        volume = self.multiattach_volume()
        self.admin.attachments.create(volume, None, new_id())
        self.assert_refused(
            self.cinder('attachment-create', volume, new_id()),
            'status must be available or in-use or downloading to reserve, but the current status is reserved.',
            '(HTTP 400)',
        )
