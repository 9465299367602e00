"""Nova's own fake hypervisor, with the initiator that os-brick would find on each host."""

from nova.virt import fake


class Hypervisor(fake.FakeLiveMigrateDriver):
    def get_volume_connector(self, instance):
        connector = super().get_volume_connector(instance)
        return {
            **connector,
            'initiator': f'iqn.1994-05.com.example:{connector["host"]}',
            'platform': 'x86_64',
            'os_type': 'linux',
            'multipath': False,
        }
