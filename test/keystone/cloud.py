"""
What a test's Keystone holds besides itself: projects, users, Clinker's own user and the catalogue.

- the projects `a`, `b` and `service` in the domain Default;
- in each of a and b the users `admin-a`, `member-a`, `reader-a` and `service-a` (`…-b`) with the role of that name;
- `clinker` with the role service in the project service, under which Clinker validates tokens;
- `nova` likewise, who brings service tokens;
- Clinker as `volumev3`, whose endpoint ends with the project, and as `block-storage`, whose endpoint does not.

Every password is the user's name and `-secret`. Keystone itself makes its `admin` imply `member`, and that `reader`.
"""

import json
import urllib.error
import urllib.request

REGION = 'RegionOne'
PERSONAS = ('admin', 'member', 'reader', 'service')
PROJECTS = ('a', 'b')


def fill(url, admin_password, volume_url):
    """
    Makes what is not there yet.

    Returns `admin` (the one of bootstrap, of the project admin and the system), `projects` by name, `users` by name,
    `roles` by name: ids, and for users also `name`, `password`, `project` and `role`.
    """
    admin = {'name': 'admin', 'password': admin_password, 'project': 'admin', 'role': 'admin'}
    api = Identity(url)
    api.token = api.issue(scoped(admin))[0]
    made = {'region': REGION, 'domain': 'Default', 'admin': admin, 'projects': {}, 'users': {}, 'roles': {}}
    for name in PERSONAS:
        made['roles'][name] = api.ensure('role', {'name': name})['id']
    for name in (*PROJECTS, 'service'):
        made['projects'][name] = api.ensure('project', {'name': name, 'domain_id': 'default'})['id']
    for role in PERSONAS:
        for project in PROJECTS:
            _user(api, made, f'{role}-{project}', project, role)
    for name in ('clinker', 'nova'):
        _user(api, made, name, 'service', 'service')
    register(api, 'volumev3', 'clinker', f'{volume_url}/v3/%(project_id)s')
    register(api, 'block-storage', 'clinker', f'{volume_url}/v3')
    return made


def _user(api, made, name, project, role):
    user = {'name': name, 'password': password_of(name)}
    user_id = api.ensure('user', {**user, 'domain_id': 'default'})['id']
    made['users'][name] = {'id': user_id, **user, 'project': project, 'role': role}
    grant(api, made, name, role, project)


def password_of(user):
    return f'{user}-secret'


def grant(api, made, user, role, project):
    """Gives a user a role beside those that they have."""
    user_id = made['users'][user]['id']
    api.call('PUT', f'/projects/{made["projects"][project]}/users/{user_id}/roles/{made["roles"][role]}')


def register(api, kind, name, url):
    """Puts a service into the catalogue."""
    found = api.call('GET', f'/services?type={kind}')[1]['services']
    if not found:
        found = [api.call('POST', '/services', {'service': {'type': kind, 'name': name}})[1]['service']]
    service_id = found[0]['id']
    endpoints = api.call('GET', f'/endpoints?service_id={service_id}')[1]['endpoints']
    wanted = {'url': url, 'region_id': REGION, 'service_id': service_id}
    for interface in ('public', 'internal'):
        if not any(endpoint['interface'] == interface and endpoint['url'] == url for endpoint in endpoints):
            api.call('POST', '/endpoints', {'endpoint': {**wanted, 'interface': interface}})


def scoped(user, scope=None):
    """The body that asks for a token by password: of the user's project, or of another scope (`{}` for none)."""
    if scope is None:
        scope = {'project': {'name': user['project'], 'domain': {'name': 'Default'}}}
    password = {'user': {'name': user['name'], 'password': user['password'], 'domain': {'name': 'Default'}}}
    auth = {'identity': {'methods': ['password'], 'password': password}}
    return {'auth': {**auth, 'scope': scope} if scope else auth}


class Identity:
    """Keystone's API under one token."""

    def __init__(self, url, token=''):
        self.url = url
        self.token = token

    def issue(self, body):
        """A new token: its text, and what Keystone says about it."""
        status, answer, headers = self._send('POST', '/auth/tokens', body, {})
        if status != 201:
            raise RuntimeError(f'Keystone issues no token: {status} {answer}')
        return headers['X-Subject-Token'], answer['token']

    def call(self, method, path, body=None, **headers):
        """Status and body of what must succeed."""
        status, answer, _ = self._send(method, path, body, {'X-Auth-Token': self.token, **headers})
        if status >= 300:
            raise RuntimeError(f'Keystone answers {status} to {method} {path}: {answer}')
        return status, answer

    def ensure(self, kind, wanted):
        """The thing of that name, made if there is none."""
        found = self.call('GET', f'/{kind}s?name={wanted["name"]}')[1][f'{kind}s']
        return found[0] if found else self.call('POST', f'/{kind}s', {kind: wanted})[1][kind]

    def revoke(self, token):
        self.call('DELETE', '/auth/tokens', **{'X-Subject-Token': token})

    def _send(self, method, path, body, headers):
        data = None if body is None else json.dumps(body).encode()
        headers = {**headers, **({'Content-Type': 'application/json'} if data else {})}
        request = urllib.request.Request(f'{self.url}/v3{path}', data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read() or b'null'), answer.headers
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode(errors='replace'), refused.headers
