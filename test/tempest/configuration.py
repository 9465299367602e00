"""What tempest is told about the cloud. What no test needs stays as tempest has it."""

CONFIGURATION = """\
[auth]
# A project and users of its own for every class of tests.
use_dynamic_credentials = true
tempest_roles = member
create_isolated_networks = false
admin_username = {admin[name]}
admin_password = {admin[password]}
admin_project_name = {admin[project]}
admin_domain_name = {domain}

[identity]
auth_version = v3
uri_v3 = {keystone}/v3
region = {region}
v3_endpoint_type = public

[identity-feature-enabled]
api_v2 = false
api_v3 = true

[service_available]
cinder = true
# A stand-in, see compute.py.
nova = true
neutron = false
glance = false
swift = false
horizon = false

[enforce_scope]
# For the tests of personas: tokens without a project are refused.
cinder = true

[compute]
image_ref = unused
flavor_ref = 1

[volume]
catalog_type = volumev3
endpoint_type = public
# Volumes are there, and gone, within milliseconds.
build_interval = 0
build_timeout = 60
min_microversion = 3.0
max_microversion = latest
storage_protocol = iSCSI
vendor_name = {vendor}
backend_names = {backends}

[volume-feature-enabled]
# `all` would mean Cinder's deprecated /os-hosts.
api_extensions = os-volume-actions
multi_backend = true
# What this server does not have.
backup = false
clone = false
snapshot = false
# Tempest extends it through a server's console.
extend_attached_volume = false

[oslo_concurrency]
lock_path = {folder}/locks
"""


def write_configuration(path, folder, keystone, vendor, backends):
    path.write_text(
        CONFIGURATION.format(
            folder=folder,
            keystone=keystone.url,
            region=keystone.cloud['region'],
            domain=keystone.cloud['domain'],
            admin=keystone.cloud['admin'],
            vendor=vendor,
            backends=','.join(backends),
        )
    )
