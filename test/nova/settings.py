"""The configuration files of a run."""

HOSTS = {'host-a': '192.0.2.11', 'host-b': '192.0.2.12'}
REGION = 'RegionOne'

#: How often Nova repeats what it asks of the volume service when the connection breaks: as docs/operations/nova.md says, and
#: on a host where it gives up soon.
PATIENT, IMPATIENT = 8, 2

NOVA = """\
[DEFAULT]
my_ip = 127.0.0.1
log_dir = {folder}
state_path = {folder}/state
transport_url = {messages}
enabled_apis = osapi_compute
osapi_compute_listen = 127.0.0.1
osapi_compute_listen_port = {nova_port}
osapi_compute_workers = 1
report_interval = 2
# On a busy machine a host may be silent for long. Whoever is to count as down is said to be.
service_down_time = 120
sync_power_state_interval = -1
heal_instance_info_cache_interval = -1
# A server that boots from a volume leaves its host at once when it is shelved.
shelved_offload_time = 0
ram_allocation_ratio = 64
cpu_allocation_ratio = 64
[api]
auth_strategy = keystone
[oslo_concurrency]
lock_path = {folder}/lock
[keystone_authtoken]
{own_user}
www_authenticate_uri = {keystone}
service_token_roles = service
service_token_roles_required = true
# Nova vouches for what it asks of the volume service.
[service_user]
send_service_user_token = true
{own_user}
[cinder]
{own_user}
catalog_info = volumev3::publicURL
os_region_name = {region}
http_retries = {patience}
[placement]
{own_user}
region_name = {region}
[neutron]
{own_user}
endpoint_override = {empty}/network
[glance]
{own_user}
endpoint_override = {empty}/image
[conductor]
workers = 1
[scheduler]
workers = 1
discover_hosts_in_cells_interval = 3
[vnc]
enabled = false
[spice]
enabled = false
"""

#: For those processes that may see the databases, which nova-compute may not.
NOVA_DATABASES = """\
[api_database]
connection = {databases[nova_api]}
max_pool_size = 5
max_overflow = 20
[database]
connection = {databases[nova]}
max_pool_size = 5
max_overflow = 20
"""

COMPUTE = """\
[DEFAULT]
host = {host}
compute_driver = hypervisor.Hypervisor
state_path = {folder}/state/{host}
my_block_storage_ip = {address}
block_device_allocate_retries_interval = 1
[oslo_concurrency]
lock_path = {folder}/lock/{host}
[cinder]
http_retries = {patience}
"""

PLACEMENT = """\
[DEFAULT]
log_file = {folder}/placement.log
[api]
auth_strategy = keystone
[placement_database]
connection = {databases[placement]}
[keystone_authtoken]
{own_user}
www_authenticate_uri = {keystone}
"""

CLINKER = """\
host: 127.0.0.1
port: {clinker_port}
data_folder: {folder}/data
auth_strategy: keystone
keystone_auth_url: {keystone}
keystone_password_file: {folder}/clinker-password
keystone_timeout_ms: 30000
nova_endpoint: {nova}
nova_timeout_ms: 30000
reconcile_interval_s: 5
backends:
  - name: fake
    driver: fake
    options: {{ latency_ms: {{ initializeConnection: {connect_ms}, terminateConnection: {disconnect_ms} }} }}
"""


def write(folder, values):
    """All files but Clinker's; `values` are what the texts name."""
    values = {
        **values,
        'folder': folder,
        'region': REGION,
        'patience': PATIENT,
        'own_user': '\n'.join(
            f'{key} = {value}'
            for key, value in {
                'auth_type': 'password',
                'auth_url': values['keystone'],
                'username': 'nova',
                'password': values['passwords']['nova'],
                'project_name': 'service',
                'user_domain_name': 'Default',
                'project_domain_name': 'Default',
            }.items()
        ),
    }
    for name in ('state', 'lock', 'placement'):
        (folder / name).mkdir(exist_ok=True)
    (folder / 'nova.conf').write_text(NOVA.format(**values))
    (folder / 'nova-databases.conf').write_text(NOVA_DATABASES.format(**values))
    (folder / 'placement/placement.conf').write_text(PLACEMENT.format(**values))
    for host, address in HOSTS.items():
        (folder / 'state' / host).mkdir(exist_ok=True)
        patience = PATIENT if host == 'host-a' else IMPATIENT
        text = COMPUTE.format(**{**values, 'host': host, 'address': address, 'patience': patience})
        (folder / f'{host}.conf').write_text(text)
    password = folder / 'clinker-password'
    password.touch(mode=0o600)
    password.write_text(values['passwords']['clinker'] + '\n')


def write_clinker(folder, values, connect_ms=100, disconnect_ms=0):
    text = CLINKER.format(**values, folder=folder, connect_ms=connect_ms, disconnect_ms=disconnect_ms)
    (folder / 'clinker.yaml').write_text(text)
