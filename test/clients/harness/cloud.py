"""
A stand-in for the rest of a cloud: as much of Keystone, Nova and Glance as the openstack client and the SDK ask for
before they talk to the volume service.

Its tokens are those of noauth, `user:project`, so that the volume service needs no Keystone.
"""

import datetime
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REGION = 'RegionOne'
TIME = '%Y-%m-%dT%H:%M:%S.000000Z'
DOMAIN = {'id': 'default', 'name': 'Default'}


class Cloud:
    """Serves on loopback until the end of the with block."""

    def __init__(self, volume_endpoint):
        self._server = ThreadingHTTPServer(('127.0.0.1', 0), _Handler)
        self._server.daemon_threads = True
        self._server.volume_endpoint = volume_endpoint
        self.url = self._server.url = f'http://127.0.0.1:{self._server.server_port}'

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def credentials(self, project):
        return {
            'auth_url': f'{self.url}/identity/v3',
            'username': 'admin',
            'password': 'unused',
            'project_id': project,
            'user_domain_name': DOMAIN['name'],
        }

    def environment(self, project, version):
        """The same for the openstack command."""
        return {
            **{f'OS_{name.upper()}': value for name, value in self.credentials(project).items()},
            'OS_IDENTITY_API_VERSION': '3',
            'OS_REGION_NAME': REGION,
            'OS_VOLUME_API_VERSION': version,
        }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = self.path.partition('?')[0].rstrip('/')
        server = re.fullmatch(r'/compute/v2\.1/servers/([0-9a-f-]{36})', path)
        if path == '/identity/v3':
            self._answer(200, {'version': self._version('/identity/v3', 'v3.14')})
        elif path == '/compute/v2.1':
            version = self._version('/compute/v2.1', 'v2.1')
            self._answer(200, {'version': {**version, 'version': '2.90', 'min_version': '2.1'}})
        elif path == '/image':
            self._answer(300, {'versions': [self._version('/image/v2', 'v2.15')]})
        elif server:
            # Every uuid is a server: the client looks it up before it attaches a volume to it.
            self._answer(200, {'server': {'id': server[1], 'name': 'a-server', 'status': 'ACTIVE'}})
        else:
            self._answer(404, {'itemNotFound': {'code': 404, 'message': f'Nothing at {path}'}})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers.get('Content-Length') or 0)) or b'{}')
        if self.path != '/identity/v3/auth/tokens':
            self._answer(404, {'error': {'code': 404, 'message': f'Nothing at {self.path}'}})
            return
        user = asked['auth']['identity']['password']['user']['name']
        project = asked['auth']['scope']['project']['id']
        self._answer(201, {'token': self._token(user, project)}, {'X-Subject-Token': f'{user}:{project}'})

    def _version(self, path, name):
        links = [{'rel': 'self', 'href': f'{self.server.url}{path}/'}]
        return {'id': name, 'status': 'CURRENT', 'updated': '2020-01-01T00:00:00Z', 'links': links}

    def _token(self, user, project):
        now = datetime.datetime.utcnow()
        return {
            'methods': ['password'],
            'issued_at': now.strftime(TIME),
            'expires_at': (now + datetime.timedelta(hours=1)).strftime(TIME),
            'user': {'id': user, 'name': user, 'domain': DOMAIN},
            'project': {'id': project, 'name': project, 'domain': DOMAIN},
            'roles': [{'id': 'admin', 'name': 'admin'}],
            'catalog': self._catalog(project),
        }

    def _catalog(self, project):
        volumes = f'{self.server.volume_endpoint}/{project}'
        services = {
            'identity': f'{self.server.url}/identity/v3',
            'compute': f'{self.server.url}/compute/v2.1',
            'image': f'{self.server.url}/image',
            # Under its old name and the one of the service types authority: clients look for either.
            'volumev3': volumes,
            'block-storage': volumes,
        }
        return [
            {
                'type': service,
                'name': service,
                'id': service,
                'endpoints': [
                    {'id': f'{service}-{kind}', 'interface': kind, 'region': REGION, 'region_id': REGION, 'url': url}
                    for kind in ('public', 'internal', 'admin')
                ],
            }
            for service, url in services.items()
        ]

    def _answer(self, status, body, headers={}):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
