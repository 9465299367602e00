from harness.case import CinderCase, new_name

MULTIATTACH = 'multiattach=<is> True'


class CinderTypes(CinderCase):
    def type(self):
        """Name of a new type, which is gone after the check: all projects see all types."""
        name = new_name('type')
        made = self.assert_succeeds(self.cinder('type-create', name)).table().row(Name=name)
        self.assertEqual(made['Is_Public'], 'True')
        self.addCleanup(self.cinder, 'type-delete', made['ID'])
        return name

    def specs(self, name):
        specs = self.assert_succeeds(self.cinder('extra-specs-list')).table().row(Name=name)
        return specs['extra_specs']

    def test_create_list_and_delete(self):
        name = self.type()
        listed = self.assert_succeeds(self.cinder('type-list')).table()
        self.assertEqual(listed.columns, ['ID', 'Name', 'Description', 'Is_Public'])
        self.assertIn('__DEFAULT__', listed.column('Name'))
        self.assertIn(name, listed.column('Name'))
        deleted = self.assert_succeeds(self.cinder('type-delete', name))
        self.assertIn(f'Request to delete volume type {name} has been accepted.', deleted.out)
        self.assertNotIn(name, self.assert_succeeds(self.cinder('type-list')).table().column('Name'))

    def test_create_with_a_description(self):
        name = new_name('type')
        made = self.assert_succeeds(self.cinder('type-create', name, '--description', 'fast', '--is-public', 'False'))
        self.addCleanup(self.cinder, 'type-delete', name)
        row = made.table().row(Name=name)
        self.assertEqual((row['Description'], row['Is_Public']), ('fast', 'False'))
        self.assertIn(name, self.assert_succeeds(self.cinder('type-list')).table().column('Name'))

    def test_keys_are_set_and_unset(self):
        name = self.type()
        self.assertEqual(self.specs(name), '{}')
        self.assert_succeeds(self.cinder('type-key', name, 'set', MULTIATTACH, 'speed=high'))
        shown = self.assert_succeeds(self.cinder('type-show', name)).properties()
        self.assertEqual(shown['extra_specs'], 'multiattach : <is> True\nspeed : high')
        self.assert_succeeds(self.cinder('type-key', name, 'unset', 'multiattach'))
        self.assertEqual(self.specs(name), "{'speed': 'high'}")

    def test_volumes_of_a_multiattach_type_are_multiattach(self):
        name = self.type()
        self.assert_succeeds(self.cinder('type-key', name, 'set', MULTIATTACH))
        made = self.assert_succeeds(self.cinder('create', '1', '--volume-type', name)).properties()
        self.assertEqual((made['multiattach'], made['volume_type']), ('True', name))
        self.assert_becomes(made['id'], 'available')
        self.assert_refused(self.cinder('type-delete', name), 'Unable to delete any of the specified types.')
        self.assert_succeeds(self.cinder('delete', made['id']))
        self.assert_volume_goes(made['id'])

    def test_update(self):
        name = self.type()
        made = self.assert_succeeds(self.cinder('type-show', name)).properties()
        updated = self.cinder('type-update', made['id'], '--name', f'{name}-new', '--description', 'newer')
        row = self.assert_succeeds(updated).table().row(ID=made['id'])
        self.assertEqual((row['Name'], row['Description']), (f'{name}-new', 'newer'))

    def test_the_default_type(self):
        self.assertEqual(self.assert_succeeds(self.cinder('type-default')).table().column('Name'), ['__DEFAULT__'])

    def test_a_name_is_used_once(self):
        name = self.type()
        text = f'Volume Type {name} already exists. (HTTP 409)'
        self.assert_refused(self.cinder('type-create', name), text)

    def test_an_unknown_type_is_not_found(self):
        refused = self.cinder('type-show', 'no-such-type')
        self.assert_refused(refused, "No volumetype with a name or ID of 'no-such-type'")
