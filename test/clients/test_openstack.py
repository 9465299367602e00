import json

from harness import commands
from harness.case import ClientCase, new_id, new_name

HOST_OPTIONS = ('--initiator', 'iqn.1994-05.com.example:host-a', '--ip', '192.0.2.10', '--host', 'host-a')


class OpenStackCase(ClientCase):
    """Checks of the `openstack` command, which finds the server through Keystone's catalogue."""

    client = 'openstack'

    def openstack(self, *arguments, version='3.54'):
        return commands.run(['openstack', *arguments], self.cloud.environment(self.project, version))

    def do(self, *arguments, **options):
        return self.assert_succeeds(self.openstack(*arguments, **options))

    def json(self, *arguments, **options):
        return json.loads(self.do(*arguments, '-f', 'json', **options).out)


class OpenStackVolumes(OpenStackCase):
    def test_create_list_show_and_delete(self):
        name = new_name('data')
        made = self.do('volume', 'create', '--size', '1', '--property', 'tier=gold', name).properties()
        self.assertEqual((made['name'], made['size'], made['type']), (name, '1', '__DEFAULT__'))
        volume = made['id']
        self.assert_becomes(volume, 'available')
        listed = self.do('volume', 'list').table()
        self.assertEqual(listed.columns, ['ID', 'Name', 'Status', 'Size', 'Attached to'])
        self.assertEqual(listed.rows, [[volume, name, 'available', '1', '']])
        shown = self.json('volume', 'show', name)
        self.assertEqual((shown['id'], shown['properties']), (volume, {'tier': 'gold'}))
        self.do('volume', 'delete', name)
        self.assert_volume_goes(volume)

    def test_set_and_unset(self):
        volume, name = self.volume(), new_name('set')
        self.do('volume', 'set', volume, '--name', name, '--description', 'said later', '--property', 'a=b')
        shown = self.json('volume', 'show', name)
        self.assertEqual((shown['description'], shown['properties']), ('said later', {'a': 'b'}))
        self.do('volume', 'unset', volume, '--property', 'a')
        self.assertEqual(self.json('volume', 'show', volume)['properties'], {})

    def test_list_with_filters(self):
        name = new_name('one')
        volume = self.volume(name=name)
        self.volume()
        self.assertEqual([row['ID'] for row in self.json('volume', 'list', '--name', name)], [volume])
        self.assertEqual(self.json('volume', 'list', '--status', 'error'), [])
        self.assertEqual(len(self.json('volume', 'list', '--limit', '1')), 1)
        [row] = self.json('volume', 'list', '--long', '--name', name)
        self.assertEqual((row['Type'], row['Bootable']), ('__DEFAULT__', 'false'))

    def test_types(self):
        name = new_name('type')
        made = self.json('volume', 'type', 'create', name, '--property', 'multiattach=<is> True')
        self.addCleanup(self.openstack, 'volume', 'type', 'delete', made['id'])
        self.assertEqual((made['name'], made['properties']), (name, {'multiattach': '<is> True'}))
        listed = {row['Name']: row['Is Public'] for row in self.json('volume', 'type', 'list')}
        self.assertEqual((listed['__DEFAULT__'], listed[name]), (True, True))
        self.do('volume', 'type', 'set', name, '--property', 'speed=high', '--description', 'fast')
        self.do('volume', 'type', 'unset', name, '--property', 'multiattach')
        shown = self.json('volume', 'type', 'show', name)
        self.assertEqual((shown['properties'], shown['description']), ({'speed': 'high'}, 'fast'))
        self.do('volume', 'type', 'delete', name)
        self.assert_refused(self.openstack('volume', 'type', 'show', name), 'No volumetype with a name or ID of')

    def test_a_volume_that_does_not_exist(self):
        unknown = new_id()
        self.assert_refused(self.openstack('volume', 'show', unknown), f"No volume with a name or ID of '{unknown}'")

    def test_services_and_zones(self):
        services = self.json('volume', 'service', 'list', '--service', 'cinder-volume')
        self.assertTrue(services)
        for service in services:
            self.assertEqual((service['Status'], service['State']), ('enabled', 'up'))
        zones = self.json('availability', 'zone', 'list', '--volume')
        self.assertEqual(zones, [{'Zone Name': 'nova', 'Zone Status': 'available'}])

    def test_service_set(self):
        host = self.json('volume', 'service', 'list', '--service', 'cinder-volume')[0]['Host']
        self.addCleanup(self.openstack, 'volume', 'service', 'set', '--enable', host, 'cinder-volume')
        self.openstack('volume', 'service', 'set', '--disable', '--disable-reason', 'old disks', host, 'cinder-volume')
        [service] = self.json('volume', 'service', 'list', '--host', host, '--long')
        self.assertEqual((service['Status'], service['Disabled Reason']), ('disabled', 'old disks'))

    def test_extensions(self):
        aliases = [row['Alias'] for row in self.json('extension', 'list', '--volume')]
        self.assertIn('os-services', aliases)


class OpenStackAttachments(OpenStackCase):
    def test_reserve_set_complete_and_delete(self):
        name, server = new_name('data'), new_id()
        volume = self.volume(name=name)
        made = self.do('volume', 'attachment', 'create', name, server).properties()
        attachment = made['ID']
        self.assertEqual((made['Volume ID'], made['Instance ID'], made['Status']), (volume, server, 'reserved'))
        self.assertEqual((made['Attach Mode'], made['Attached At'], made['Properties']), ('null', '', ''))

        connected = self.json('volume', 'attachment', 'set', attachment, *HOST_OPTIONS)
        fresh = self.differs(cinder='reserved', clinker='attaching', why='QUIRK 2: fresh values')
        self.assertEqual(connected['Status'], fresh)
        self.assertEqual(connected['Properties']['attachment_id'], attachment)
        self.assertEqual(connected['Properties']['driver_volume_type'], 'iscsi')

        self.assertEqual(self.do('volume', 'attachment', 'complete', attachment).out, '')
        shown = self.json('volume', 'attachment', 'show', attachment)
        self.assertEqual((shown['Status'], shown['Attach Mode']), ('attached', 'rw'))
        self.assertEqual(shown['Properties'], connected['Properties'])
        [row] = self.json('volume', 'list')
        self.assertEqual((row['Status'], row['Attached to'][0]['server_id']), ('in-use', server))

        self.assertEqual(self.do('volume', 'attachment', 'delete', attachment).out, '')
        self.assert_volume(volume, 'available')

    def test_create_with_a_connector(self):
        volume = self.volume()
        create = ('volume', 'attachment', 'create', volume, new_id(), '--connect', *HOST_OPTIONS)
        made = self.json(*create, '--mode', 'ro')
        self.assertEqual(made['Attach Mode'], 'ro')
        self.assertEqual(made['Properties']['volume_id'], volume)
        access = self.differs(cinder='rw', clinker='ro', why='QUIRK 6: the mode reaches the connection')
        self.assertEqual(made['Properties']['access_mode'], access)
        self.assert_volume(volume, 'attaching')

    def test_a_set_without_options_sends_nulls(self):
        attachment = self.admin.attachments.create(self.volume(), None, new_id())['id']
        connected = self.json('volume', 'attachment', 'set', attachment)
        self.assertEqual(connected['Properties']['attachment_id'], attachment)

    def test_list(self):
        server = new_id()
        volume, attachment = self.attached_volume(server)
        reserved = self.admin.attachments.create(self.volume(), None, new_id())['id']
        listed = self.do('volume', 'attachment', 'list').table()
        self.assertEqual(listed.columns, ['ID', 'Volume ID', 'Server ID', 'Status'])
        self.assertEqual(
            listed.row(ID=attachment),
            {'ID': attachment, 'Volume ID': volume, 'Server ID': server, 'Status': 'attached'},
        )
        self.assertCountEqual(listed.column('ID'), [attachment, reserved])
        of_volume = self.json('volume', 'attachment', 'list', '--volume-id', volume)
        self.assertEqual([row['ID'] for row in of_volume], [attachment])
        by_status = self.json('volume', 'attachment', 'list', '--status', 'reserved')
        found = self.differs(cinder=[], clinker=[reserved], why='QUIRK 1: status finds rows')
        self.assertEqual([row['ID'] for row in by_status], found)
        self.assertEqual(len(self.json('volume', 'attachment', 'list', '--limit', '1')), 1)

    def test_list_of_all_projects(self):
        volume, attachment = self.attached_volume()
        self.project = new_id().replace('-', '')
        self.assertEqual(self.json('volume', 'attachment', 'list'), [])
        everywhere = self.json('volume', 'attachment', 'list', '--all-projects', '--volume-id', volume)
        self.assertEqual([row['ID'] for row in everywhere], [attachment])

    def test_a_busy_volume_is_refused(self):
        volume, _ = self.attached_volume()
        refused = self.openstack('volume', 'attachment', 'create', volume, new_id())
        text = 'status must be available or downloading to reserve, but the current status is in-use. (HTTP 400)'
        self.assert_refused(refused, text)

    def test_an_unknown_attachment_is_not_found(self):
        for command in ('show', 'complete', 'delete', 'set'):
            with self.subTest(command):
                self.assert_refused(self.openstack('volume', 'attachment', command, new_id()), '(HTTP 404)')

    def test_complete_needs_version_3_44(self):
        _, attachment = self.attached_volume()
        refused = self.openstack('volume', 'attachment', 'complete', attachment, version='3.43')
        self.assert_refused(refused, '--os-volume-api-version 3.44 or greater is required')
