"""Who may do what, as one row for each operation of the API. A route or action without a row is a failure."""

import uuid

from rig import connector

#: Which roles satisfy what an operation asks for, in Keystone's order of roles.
SATISFYING = {
    'anyone': ('admin', 'member', 'reader', 'service'),
    'reader': ('admin', 'member', 'reader'),
    'member': ('admin', 'member'),
    'admin': ('admin',),
}


class Operation:
    """
    - `needs`: the least role, or `anyone` who has a token.
    - `status`: what those get who may.
    - `about`: whose the thing is: `owned` by a project, and not found by others; `hidden` likewise, but looked for
      only on behalf of those who may; `quotas`, which others are refused; `shared` by all; or the caller's `project`.
    - `prepare`: makes the thing in project a; gives what the path's names stand for, and `body`.
    """

    def __init__(self, method, path, needs, status, about, prepare=lambda case: {}, action=None):
        self.method = method
        self.path = path
        self.needs = needs
        self.status = status
        self.about = about
        self.prepare = prepare
        self.action = action

    @property
    def key(self):
        return ' '.join(filter(None, (self.method, self.path, self.action)))

    def expected(self, role, is_foreign):
        """The status for a role in the project that owns the thing, or in another one."""
        may = role in SATISFYING[self.needs]
        if self.about == 'owned' and is_foreign and role != 'admin':
            return 404
        if self.about == 'hidden' and is_foreign and role != 'admin':
            return 404 if may else 403
        if self.about == 'quotas' and is_foreign and role != 'admin':
            return 403
        return self.status if may else 403


def name():
    return f'name-{uuid.uuid4().hex[:12]}'


# What operations are about


def a_volume(case, **body):
    return {'volume_id': case.volume(), **body}


def with_encryption_key(case):
    return a_volume(case, key='encryption_key_id')


def with_metadata(case, **body):
    volume = case.volume()
    case.done('member-a', 'POST', f'/v3/volumes/{volume}/metadata', {'metadata': {'key': 'old'}})
    return {'volume_id': volume, 'key': 'key', **body}


def an_attachment(case, **body):
    return {'attachment_id': case.attachment(case.volume()), **body}


def a_connected_attachment(case, **body):
    return {'attachment_id': case.attachment(case.volume(), connector=connector()), **body}


def an_attached_volume(case, **body):
    volume = case.volume()
    attachment = case.attachment(volume, connector=connector())
    case.done('member-a', 'POST', f'/v3/attachments/{attachment}/action', COMPLETE)
    return {'volume_id': volume, **body}


def a_volume_after(action, case, **body):
    volume = (an_attached_volume if action == 'os-begin_detaching' else a_volume)(case)['volume_id']
    case.done('member-a', 'POST', f'/v3/volumes/{volume}/action', {action: None})
    return {'volume_id': volume, **body}


def an_exported_volume(case, **body):
    volume = case.volume()
    body_of_export = {'os-initialize_connection': {'connector': connector()}}
    case.done('member-a', 'POST', f'/v3/volumes/{volume}/action', body_of_export)
    return {'volume_id': volume, **body}


def a_volume_attached_by_action(case, **body):
    volume = case.volume()
    attach = {'os-attach': {'instance_uuid': str(uuid.uuid4()), 'mountpoint': '/dev/vdb'}}
    case.done('member-a', 'POST', f'/v3/volumes/{volume}/action', attach)
    return {'volume_id': volume, **body}


def a_type(case, **body):
    # One of the extra specs that others than admins see.
    made = {'volume_type': {'name': name(), 'extra_specs': {'multiattach': '<is> False'}}}
    type_id = case.done('admin-a', 'POST', '/v3/types', made)['volume_type']['id']
    return {'type_id': type_id, 'key': 'multiattach', **body}


def a_message(case):
    volume = case.volume()
    failing = {'attachment': {'volume_uuid': volume, 'connector': connector(fail='yes')}}
    case.assertEqual(case.rig.ask('member-a', 'POST', '/v3/attachments', failing).status, 500)
    listed = case.done('member-a', 'GET', f'/v3/messages?resource_uuid={volume}')['messages']
    return {'message_id': listed[0]['id']}


def a_backend(case):
    pool = case.done('admin-a', 'GET', '/v3/scheduler-stats/get_pools')['pools'][0]['name']
    return {'host': pool.split('#')[0]}


def the_project(case):
    return {'project_id': case.rig.project('a')}


def of(prepare, **body):
    """The thing, and a body for the request about it."""
    return lambda case: prepare(case, body=body)


def no_letter(case, **body):
    return {'dead_letter_id': str(uuid.uuid4()), **body}


def nothing(case, body=None):
    return {'body': body}


def new_attachment(case):
    return {'body': {'attachment': {'volume_uuid': case.volume()}}}


def action(needs, prepare, name, value=None, status=202):
    about = of(prepare, **{name: value})
    return Operation('POST', '/v3/volumes/{volume_id}/action', needs, status, 'owned', about, name)


VOLUME = '/v3/volumes/{volume_id}'
ATTACHMENT = '/v3/attachments/{attachment_id}'
COMPLETE = {'os-complete': None}
TYPE = '/v3/types/{type_id}'

PATH_OF_KEY = f'{VOLUME}/metadata/{{key}}'
PATH_OF_SPEC = f'{TYPE}/extra_specs/{{key}}'


def without_any(path, least='reader', has_detail=True):
    """The reads of a kind of thing that there is none of."""
    lists = (path, f'{path}/detail') if has_detail else (path,)
    return (
        *(Operation('GET', each, least, 200, 'project') for each in lists),
        Operation('GET', f'{path}/{{id}}', least, 404, 'shared', lambda case: {'id': 'none'}),
    )


OPERATIONS = (
    Operation('GET', '/v3/volumes', 'reader', 200, 'project'),
    Operation('GET', '/v3/volumes/detail', 'reader', 200, 'project'),
    Operation('GET', '/v3/volumes/summary', 'reader', 200, 'project'),
    Operation('POST', '/v3/volumes', 'member', 202, 'project', of(nothing, volume={'size': 1})),
    Operation('GET', VOLUME, 'reader', 200, 'owned', a_volume),
    Operation('PUT', VOLUME, 'member', 200, 'owned', of(a_volume, volume={'name': 'new'})),
    Operation('DELETE', VOLUME, 'member', 202, 'owned', a_volume),
    Operation('GET', f'{VOLUME}/metadata', 'reader', 200, 'owned', with_metadata),
    Operation('POST', f'{VOLUME}/metadata', 'member', 200, 'owned', of(with_metadata, metadata={'key': 'new'})),
    Operation('PUT', f'{VOLUME}/metadata', 'member', 200, 'owned', of(with_metadata, metadata={'key': 'new'})),
    Operation('GET', PATH_OF_KEY, 'reader', 200, 'owned', with_metadata),
    Operation('PUT', PATH_OF_KEY, 'member', 200, 'owned', of(with_metadata, meta={'key': 'new'})),
    Operation('DELETE', PATH_OF_KEY, 'member', 200, 'owned', with_metadata),
    Operation('GET', f'{VOLUME}/encryption', 'reader', 200, 'owned', a_volume),
    Operation('GET', f'{VOLUME}/encryption/{{key}}', 'reader', 200, 'owned', with_encryption_key),
    action('member', a_volume, 'os-reserve'),
    action('member', lambda case, **body: a_volume_after('os-reserve', case, **body), 'os-unreserve'),
    action('member', an_attached_volume, 'os-begin_detaching'),
    action('member', lambda case, **body: a_volume_after('os-begin_detaching', case, **body), 'os-roll_detaching'),
    action('member', a_volume, 'os-attach', {'instance_uuid': str(uuid.uuid4()), 'mountpoint': '/dev/vdb'}),
    action('member', a_volume_attached_by_action, 'os-detach', {}),
    action('member', a_volume, 'os-initialize_connection', {'connector': connector()}, status=200),
    action('member', an_exported_volume, 'os-terminate_connection', {'connector': connector()}),
    action('member', a_volume, 'os-extend', {'new_size': 2}),
    action('member', a_volume, 'os-set_bootable', {'bootable': True}, status=200),
    action('member', a_volume, 'os-update_readonly_flag', {'readonly': True}),
    action('admin', an_attached_volume, 'os-force_detach', {}),
    action('admin', a_volume, 'os-force_delete'),
    action('admin', a_volume, 'os-reset_status', {'status': 'error'}),
    action('reader', a_volume, 'os-show_image_metadata', status=200),
    Operation('GET', '/v3/attachments', 'anyone', 200, 'project'),
    Operation('GET', '/v3/attachments/detail', 'anyone', 200, 'project'),
    Operation('POST', '/v3/attachments', 'member', 200, 'owned', new_attachment),
    Operation('GET', ATTACHMENT, 'anyone', 200, 'owned', a_connected_attachment),
    Operation('PUT', ATTACHMENT, 'member', 200, 'owned', of(an_attachment, attachment={'connector': connector()})),
    Operation('DELETE', ATTACHMENT, 'member', 200, 'owned', a_connected_attachment),
    Operation('POST', f'{ATTACHMENT}/action', 'member', 204, 'owned', of(a_connected_attachment, **COMPLETE)),
    Operation('GET', f'{ATTACHMENT}/history', 'anyone', 200, 'owned', a_connected_attachment),
    Operation('GET', '/v3/snapshots', 'reader', 200, 'project'),
    Operation('GET', '/v3/snapshots/detail', 'reader', 200, 'project'),
    # There are none yet, and none can be made.
    Operation('POST', '/v3/snapshots', 'member', 400, 'project', of(a_volume, snapshot={'volume_id': str(uuid.uuid4())})),
    Operation('GET', '/v3/snapshots/{snapshot_id}', 'reader', 404, 'shared', lambda case: {'snapshot_id': 'none'}),
    *without_any('/v3/backups'),
    *without_any('/v3/os-volume-transfer'),
    *without_any('/v3/volume-transfers'),
    *without_any('/v3/group_types', 'anyone', has_detail=False),
    *without_any('/v3/groups'),
    *without_any('/v3/group_snapshots'),
    *without_any('/v3/consistencygroups'),
    *without_any('/v3/cgsnapshots'),
    *without_any('/v3/qos-specs', 'admin', has_detail=False),
    *without_any('/v3/default-types', 'admin', has_detail=False),
    *without_any('/v3/clusters', 'admin'),
    Operation('GET', '/v3/messages', 'reader', 200, 'project'),
    Operation('GET', '/v3/messages/{message_id}', 'reader', 200, 'hidden', a_message),
    Operation('DELETE', '/v3/messages/{message_id}', 'member', 204, 'hidden', a_message),
    Operation('GET', '/v3/types', 'anyone', 200, 'shared'),
    Operation('GET', '/v3/types/default', 'anyone', 200, 'shared'),
    Operation('POST', '/v3/types', 'admin', 200, 'shared', lambda case: {'body': {'volume_type': {'name': name()}}}),
    Operation('GET', TYPE, 'anyone', 200, 'shared', a_type),
    Operation('PUT', TYPE, 'admin', 200, 'shared', of(a_type, volume_type={'description': 'new'})),
    Operation('DELETE', TYPE, 'admin', 202, 'shared', a_type),
    Operation('GET', f'{TYPE}/extra_specs', 'anyone', 200, 'shared', a_type),
    Operation('POST', f'{TYPE}/extra_specs', 'admin', 200, 'shared', of(a_type, extra_specs={'multiattach': 'x'})),
    Operation('GET', PATH_OF_SPEC, 'anyone', 200, 'shared', a_type),
    Operation('PUT', PATH_OF_SPEC, 'admin', 200, 'shared', of(a_type, multiattach='<is> True')),
    Operation('DELETE', PATH_OF_SPEC, 'admin', 202, 'shared', a_type),
    Operation('GET', f'{TYPE}/encryption', 'admin', 200, 'shared', a_type),
    Operation('GET', f'{TYPE}/encryption/{{key}}', 'admin', 404, 'shared', a_type),
    Operation('GET', f'{TYPE}/os-volume-type-access', 'admin', 404, 'shared', a_type),
    Operation('GET', '/v3/limits', 'anyone', 200, 'project'),
    Operation('GET', '/v3/os-quota-sets/{project_id}', 'reader', 200, 'quotas', the_project),
    Operation('GET', '/v3/os-quota-sets/{project_id}/defaults', 'reader', 200, 'quotas', the_project),
    Operation('GET', '/v3/os-quota-class-sets/{class_name}', 'admin', 200, 'shared', lambda case: {'class_name': 'default'}),
    Operation('GET', '/v3/extensions', 'anyone', 200, 'shared'),
    Operation('GET', '/v3/extensions/{alias}', 'anyone', 200, 'shared', lambda case: {'alias': 'os-services'}),
    Operation('GET', '/v3/os-availability-zone', 'anyone', 200, 'shared'),
    Operation('GET', '/v3/resource_filters', 'anyone', 200, 'shared'),
    Operation('GET', '/v3/os-services', 'admin', 200, 'shared'),
    Operation('GET', '/v3/scheduler-stats/get_pools', 'admin', 200, 'shared'),
    Operation('GET', '/v3/capabilities/{host}', 'admin', 200, 'shared', a_backend),
    Operation('GET', '/v3/events', 'anyone', 200, 'project'),
    Operation('GET', '/v3/clinker-consistency', 'admin', 200, 'shared'),
    Operation('GET', '/v3/clinker-dead-letters', 'admin', 200, 'shared'),
    Operation('POST', '/v3/clinker-dead-letters/{dead_letter_id}/action', 'admin', 404, 'shared', of(no_letter, retry=None)),
    Operation('DELETE', '/v3/clinker-dead-letters/{dead_letter_id}', 'admin', 404, 'shared', no_letter),
    Operation('PUT', '/v3/os-services/{action}', 'admin', 200, 'shared', of(
        lambda case, **more: {'action': 'enable', **more}, host='clinker@fake', binary='cinder-volume')),
    Operation('POST', '/v3/clinker-hosts/action', 'admin', 200, 'shared', of(nothing, fence={'host': 'none'})),
    Operation('POST', '/v3/clinker-consistency/action', 'admin', 200, 'shared', of(nothing, repair=None)),
)
