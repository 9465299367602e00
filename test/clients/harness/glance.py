"""
Glance's own store for images in volumes, set up as Glance does, but for os-brick's last step: where a host's kernel
would connect to a target, a file of the volume's size is the device.
"""

import contextlib
import pathlib
import socket
import tempfile
import types
from unittest import mock

from .needs import needs_module

PACKAGE = 'python3-glance-store'
# What the store takes for a GiB, so that images outgrow volumes fast; twice what it writes at once.
GIB = 8 * 1024 * 1024


class Glance:
    """A store and the context of one user's requests, until the end of the with block."""

    def __init__(self, endpoint, project):
        self._store_module = needs_module('glance_store._drivers.cinder', PACKAGE)
        self.exceptions = needs_module('glance_store.exceptions', PACKAGE)
        self._location = needs_module('glance_store.location', PACKAGE)
        glance_store = needs_module('glance_store', PACKAGE)
        cfg = needs_module('oslo_config.cfg', PACKAGE)
        conf = cfg.CONF
        # An option of Glance itself.
        conf.register_opt(cfg.DictOpt('enabled_backends'))
        glance_store.register_opts(conf)
        conf([], project='glance', default_config_files=[])
        conf.set_override('stores', ['cinder'], 'glance_store')
        conf.set_override('default_store', 'cinder', 'glance_store')
        conf.set_override('cinder_endpoint_template', f'{endpoint}/%(project_id)s', 'glance_store')
        conf.set_override('cinder_http_retries', 0, 'glance_store')
        glance_store.create_stores(conf)
        self._conf = conf
        self.context = _Context(project)
        self.store = self._store_module.Store(conf)
        self.store.configure()
        #: What the connector was called with: `connect` or `disconnect`, and the connection information.
        self.calls = []

    def __enter__(self):
        self._open = contextlib.ExitStack()
        folder = pathlib.Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix='clinker-glance-')))
        device = _Device(folder, self.calls, lambda volume: self.client('3.54').volumes.get(volume).size)
        brick = self._store_module.connector
        properties = {'initiator': 'iqn.1994-05.com.example:glance', 'ip': '192.0.2.30', 'host': socket.gethostname()}
        units = types.SimpleNamespace(Gi=GIB)
        for patched in (
            mock.patch.object(brick.InitiatorConnector, 'factory', lambda *_, **__: device),
            mock.patch.object(brick, 'get_connector_properties', lambda *_, **__: dict(properties)),
            mock.patch.object(self._store_module.Store, '_get_host_ip', lambda *_: properties['ip']),
            mock.patch.object(self._store_module, 'units', units),
            # Opening a file for writing empties it; a device stays as large as it is.
            mock.patch.object(self._store_module, 'open', lambda path, mode: open(path, mode.replace('w', 'r+')), create=True),
        ):
            self._open.enter_context(patched)
        self.host = properties['host']
        return self

    def __exit__(self, *_):
        self._open.close()

    def client(self, version):
        return self.store.get_cinderclient(self.context, version=version)

    def add(self, image_id, data, size=None):
        """Stores an image; size 0 says that it is not known beforehand. Gives back the location and the bytes written."""
        length = data.seek(0, 2)
        data.seek(0)
        url, written, *_ = self.store.add(image_id, data, length if size is None else size, 'sha256', self.context)
        return self.location(url), written

    def location(self, url):
        return self._location.get_location_from_uri(url, conf=self._conf)

    def read(self, location):
        chunks, _ = self.store.get(location, context=self.context)
        return b''.join(chunks)

    def delete(self, location):
        self.store.delete(location, context=self.context)


class _Context:
    """What the store reads of Glance's request context."""

    def __init__(self, project):
        self.user_id, self.project_id = 'admin', project
        self.auth_token = f'admin:{project}'
        self.service_catalog = []

    def to_dict(self):
        return {'project_id': self.project_id}

    def elevated(self):
        return self


class _Device:
    """Stands for os-brick's connector."""

    do_local_attach = False

    def __init__(self, folder, calls, size_of):
        self._folder = folder
        self._calls = calls
        self._size_of = size_of

    def connect_volume(self, info):
        self._calls.append(('connect', info))
        path = self._folder / info['volume_id']
        path.touch()
        with path.open('r+b') as file:
            file.truncate(self._size_of(info['volume_id']) * GIB)
        return {'path': str(path), 'type': 'block'}

    def disconnect_volume(self, info, device, force=False, ignore_errors=False):
        self._calls.append(('disconnect', info))
