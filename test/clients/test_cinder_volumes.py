from harness.case import CinderCase, new_id, new_name
from harness.needs import needs_extension


class CinderVolumes(CinderCase):
    def properties(self, *arguments, **options):
        return self.assert_succeeds(self.cinder(*arguments, **options)).properties()

    def listed(self, *arguments, **options):
        return self.assert_succeeds(self.cinder('list', *arguments, **options)).table().column('ID')

    def metadata(self, volume):
        return self.properties('metadata-show', volume)

    def test_create_show_list_and_delete(self):
        name = new_name('data')
        made = self.properties('create', '1', '--name', name, '--description', 'of a database')
        self.assertEqual((made['name'], made['size'], made['bootable']), (name, '1', 'false'))
        self.assertEqual((made['volume_type'], made['multiattach']), ('__DEFAULT__', 'False'))
        self.assertEqual(made['os-vol-tenant-attr:tenant_id'], self.project)
        volume = made['id']
        self.assert_becomes(volume, 'available')

        shown = self.properties('show', volume)
        self.assertEqual((shown['status'], shown['description']), ('available', 'of a database'))
        self.assertRegex(shown['os-vol-host-attr:host'], r'^[^@]+@[^@#]+#.+$')
        self.assertEqual(self.properties('show', name)['id'], volume)
        row = self.assert_succeeds(self.cinder('list')).table().row(ID=volume)
        self.assertEqual((row['Status'], row['Name'], row['Size']), ('available', name, '1'))

        deleted = self.assert_succeeds(self.cinder('delete', name))
        self.assertIn(f'Request to delete volume {name} has been accepted.', deleted.out)
        self.assert_volume_goes(volume)
        self.assertEqual(self.listed(), [])

    def test_versions_show_more_and_more(self):
        volume = self.volume()
        self.assertNotIn('shared_targets', self.properties('show', volume, version='3.47'))
        self.assertIn('shared_targets', self.properties('show', volume, version='3.48'))
        self.assertNotIn('volume_type_id', self.properties('show', volume, version='3.62'))
        self.assertIn('volume_type_id', self.properties('show', volume, version='3.63'))

    def test_rename(self):
        volume, name = self.volume(name='old'), new_name('new')
        self.assert_succeeds(self.cinder('rename', volume, name, '--description', 'renamed'))
        shown = self.properties('show', name)
        self.assertEqual((shown['id'], shown['description']), (volume, 'renamed'))

    @needs_extension('os-volume-actions')
    def test_extend(self):
        volume = self.volume()
        self.assert_succeeds(self.cinder('extend', volume, '2'))
        self.assert_becomes(volume, 'available')
        self.assertEqual(self.properties('show', volume)['size'], '2')

    @needs_extension('os-volume-actions')
    def test_extend_in_use(self):
        volume, _ = self.attached_volume()
        self.assert_succeeds(self.cinder('extend', volume, '2'))
        self.assert_becomes(volume, 'in-use')
        self.assertEqual(self.properties('show', volume)['size'], '2')

    def test_metadata(self):
        made = self.properties('create', '1', '--metadata', 'tier=gold', 'owner=me')
        self.assertEqual(self.metadata(made['id']), {'tier': 'gold', 'owner': 'me'})
        self.assert_succeeds(self.cinder('metadata', made['id'], 'set', 'tier=tin', 'site=here'))
        self.assertEqual(self.metadata(made['id']), {'tier': 'tin', 'owner': 'me', 'site': 'here'})
        self.assert_succeeds(self.cinder('metadata', made['id'], 'unset', 'owner'))
        self.assertEqual(self.metadata(made['id']), {'tier': 'tin', 'site': 'here'})
        all_new = self.properties('metadata-update-all', made['id'], 'only=this')
        self.assertEqual(all_new, {'only': 'this'})
        self.assertEqual(self.metadata(made['id']), {'only': 'this'})

    def test_list_filters(self):
        one, two = self.volume(name='one'), self.volume(name='two', metadata={'tier': 'gold'})
        self.assertEqual(self.listed('--name', 'one'), [one])
        self.assertEqual(self.listed('--metadata', 'tier=gold'), [two])
        self.assertCountEqual(self.listed('--status', 'available'), [one, two])
        self.assertEqual(self.listed('--status', 'error'), [])
        self.assertEqual(self.listed('--filters', 'name=two'), [two])

    def test_list_sorted_and_in_pages(self):
        volumes = [self.volume(name=name) for name in ('a', 'b', 'c')]
        self.assertEqual(self.listed('--sort', 'name:asc'), volumes)
        self.assertEqual(self.listed('--sort', 'name:desc', '--limit', '2'), [volumes[2], volumes[1]])
        self.assertEqual(self.listed('--sort', 'name:asc', '--marker', volumes[0]), volumes[1:])

    def test_list_of_all_projects(self):
        name = new_name('shared')
        volume = self.volume(name=name)
        self.project = new_id().replace('-', '')
        self.assertEqual(self.listed(), [])
        self.assertEqual(self.listed('--all-tenants', '--name', name), [volume])

    @needs_extension('os-volume-actions')
    def test_read_only_reaches_the_connection(self):
        volume = self.volume()
        self.assert_succeeds(self.cinder('readonly-mode-update', volume, 'True'))
        self.assertEqual(self.properties('show', volume)['readonly'], 'True')
        attach = self.cinder('attachment-create', volume, new_id(), '--connect', 'True', '--initiator', 'iqn.a:b')
        self.assertEqual(self.assert_succeeds(attach).properties(0)['attach_mode'], 'ro')
        self.assertEqual(attach.properties(1)['access_mode'], 'ro')

    @needs_extension('os-volume-actions')
    def test_bootable(self):
        volume = self.volume()
        self.assert_succeeds(self.cinder('set-bootable', volume, 'True'))
        self.assertEqual(self.properties('show', volume)['bootable'], 'true')

    @needs_extension('os-volume-actions')
    def test_reset_state_of_a_detached_volume_drops_its_attachments(self):
        volume, _ = self.attached_volume()
        reset = self.cinder('reset-state', volume, '--state', 'available', '--attach-status', 'detached')
        self.assert_succeeds(reset)
        self.assert_volume(volume, 'available')
        self.assertEqual(self.admin.attachments.list(), [])

    @needs_extension('os-volume-actions')
    def test_delete_by_force(self):
        volume = self.volume()
        attachment = self.admin.attachments.create(volume, None, new_id())['id']
        deletes_reserved = self.differs(cinder=True, clinker=False, why='somebody holds the volume')
        if not deletes_reserved:
            self.assert_refused(self.cinder('force-delete', volume), 'Unable to force delete any of the specified volumes')
            self.admin.attachments.delete(attachment)
        self.assert_succeeds(self.cinder('force-delete', volume))
        self.assert_volume_goes(volume)
