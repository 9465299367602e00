/** Requirement of a rule on a caller in the resource's project. */
export type Check = 'anyone' | 'reader' | 'member' | 'admin';

interface Rule {
  readonly check: Check;
  readonly description: string;
}

/**
 * Default policy (docs/specification.md#policy-rules); an operator's policy file can override it. Roles include lower
 * ones: admin, member, reader. Member and reader apply within the caller's own project; other projects' resources are
 * not found.
 */
export const POLICY = {
  'volume:attachment_create': { check: 'member', description: 'Create an attachment.' },
  'volume:attachment_update': { check: 'member', description: 'Connect an attachment.' },
  'volume:attachment_delete': { check: 'member', description: 'Delete an attachment.' },
  'volume:attachment_complete': { check: 'member', description: 'Mark an attachment as attached.' },
  'volume:multiattach_bootable_volume': {
    check: 'member',
    description: 'Attach a bootable volume that is in use to another server.',
  },
  'volume:attachment_show': { check: 'anyone', description: 'Show attachments. Cinder has no rule for it.' },
  'volume:attachment_history': {
    check: 'anyone',
    description: "Show an attachment's history; as for showing the attachment.",
  },
  'volume:get': { check: 'reader', description: 'Show and list volumes.' },
  'volume:create': { check: 'member', description: 'Create a volume.' },
  'volume:multiattach': { check: 'member', description: 'Create a multiattach volume.' },
  'volume:update': { check: 'member', description: "Change a volume's name or description." },
  'volume:delete': { check: 'member', description: 'Delete a volume.' },
  'volume:force_delete': { check: 'admin', description: 'Delete a volume in any state.' },
  'volume:update_readonly_flag': { check: 'member', description: 'Make a volume read-only or writable.' },
  'volume_extension:volume_actions:reserve': { check: 'member', description: 'Mark a volume as attaching.' },
  'volume_extension:volume_actions:unreserve': { check: 'member', description: 'Undo os-reserve.' },
  'volume_extension:volume_actions:begin_detaching': {
    check: 'member',
    description: 'Mark a volume as detaching.',
  },
  'volume_extension:volume_actions:roll_detaching': {
    check: 'member',
    description: 'Undo os-begin_detaching.',
  },
  'volume_extension:volume_actions:attach': {
    check: 'member',
    description: 'Record that a volume is attached.',
  },
  'volume_extension:volume_actions:detach': { check: 'member', description: 'Detach a volume.' },
  'volume:extend': { check: 'member', description: 'Extend a volume.' },
  'volume:extend_attached_volume': { check: 'member', description: 'Extend a volume in use.' },
  'volume_extension:volume_actions:initialize_connection': {
    check: 'member',
    description: 'Export a volume to a host without an attachment.',
  },
  'volume_extension:volume_actions:terminate_connection': {
    check: 'member',
    description: 'End the access of a host without an attachment.',
  },
  'volume_extension:volume_admin_actions:force_delete': {
    check: 'admin',
    description: 'Delete a volume in any state by os-force_delete.',
  },
  'volume_extension:volume_admin_actions:force_detach': {
    check: 'admin',
    description: "Detach a volume by force, ending its host's access.",
  },
  'volume_extension:volume_admin_actions:reset_status': {
    check: 'admin',
    description: "Change a volume's status in the database.",
  },
  'volume:create_snapshot': { check: 'member', description: 'Create a snapshot; not supported.' },
  'volume:get_all_snapshots': { check: 'reader', description: 'List snapshots.' },
  'volume:get_snapshot': { check: 'reader', description: 'Show a snapshot.' },
  'backup:get_all': { check: 'reader', description: 'List backups; there are none.' },
  'backup:get': { check: 'reader', description: 'Show a backup; there are none.' },
  'volume:get_all_transfers': { check: 'reader', description: 'List transfers; there are none.' },
  'volume:get_transfer': { check: 'reader', description: 'Show a transfer; there are none.' },
  'group:get_all': { check: 'reader', description: 'List groups; there are none.' },
  'group:get': { check: 'reader', description: 'Show a group; there are none.' },
  'group:get_all_group_snapshots': {
    check: 'reader',
    description: 'List snapshots of groups; there are none.',
  },
  'group:get_group_snapshot': { check: 'reader', description: 'Show a snapshot of a group; there are none.' },
  'volume:get_volume_metadata': { check: 'reader', description: "Show a volume's metadata." },
  'volume:update_volume_metadata': { check: 'member', description: "Change a volume's metadata." },
  'volume:delete_volume_metadata': { check: 'member', description: "Delete a volume's metadata." },
  'volume_extension:type_get': { check: 'anyone', description: 'Show and list volume types.' },
  'volume_extension:type_create': { check: 'admin', description: 'Create a volume type.' },
  'volume_extension:type_update': { check: 'admin', description: 'Change a volume type.' },
  'volume_extension:type_delete': { check: 'admin', description: 'Delete a volume type.' },
  'volume_extension:types_extra_specs:index': { check: 'anyone', description: "Show a type's extra specs." },
  'volume_extension:types_extra_specs:create': {
    check: 'admin',
    description: "Add to a type's extra specs.",
  },
  'volume_extension:types_extra_specs:update': {
    check: 'admin',
    description: "Change a type's extra specs.",
  },
  'volume_extension:types_extra_specs:delete': {
    check: 'admin',
    description: "Delete a type's extra specs.",
  },
  'volume_extension:volume_type_encryption:get': {
    check: 'admin',
    description: "Show a type's encryption; there is none.",
  },
  'volume_extension:volume_type_access:get_all_for_type': {
    check: 'admin',
    description: 'List the projects that may use a private type; there are none.',
  },
  'volume_extension:qos_specs_manage:get_all': {
    check: 'admin',
    description: 'List QoS specs; there are none.',
  },
  'volume_extension:qos_specs_manage:get': {
    check: 'admin',
    description: 'Show a QoS spec; there are none.',
  },
  'volume_extension:default_get_all': {
    check: 'admin',
    description: 'List default volume types of projects; there are none.',
  },
  'volume_extension:default_get': {
    check: 'admin',
    description: "Show a project's default volume type; there is none.",
  },
  'clusters:get_all': { check: 'admin', description: 'List clusters; there are none.' },
  'clusters:get': { check: 'admin', description: 'Show a cluster; there are none.' },
  'volume_extension:capabilities': { check: 'admin', description: 'Show the capabilities of a backend.' },
  'scheduler_extension:scheduler_stats:get_pools': { check: 'admin', description: 'List the pools.' },
  'volume_extension:services:index': { check: 'admin', description: 'List the services.' },
  'volume_extension:services:update': {
    check: 'admin',
    description: 'Enable or disable the service of a backend.',
  },
  'limits_extension:used_limits': { check: 'anyone', description: 'Show limits and usage.' },
  'volume_extension:quotas:show': { check: 'reader', description: 'Show quotas.' },
  'volume_extension:quota_classes:get': { check: 'admin', description: 'Show the quotas of a class.' },
  'message:get_all': { check: 'reader', description: 'List messages.' },
  'message:get': { check: 'reader', description: 'Show a message.' },
  'message:delete': { check: 'member', description: 'Delete a message.' },
  'clinker:consistency:examine': { check: 'admin', description: 'List inconsistencies.' },
  'clinker:consistency:repair': { check: 'admin', description: 'Repair inconsistencies.' },
  'clinker:dead_letters:list': { check: 'admin', description: 'List events that receivers did not take.' },
  'clinker:dead_letters:retry': { check: 'admin', description: 'Send such an event again.' },
  'clinker:dead_letters:dismiss': { check: 'admin', description: 'Dismiss such an event.' },
  'clinker:events:list': {
    check: 'anyone',
    description: "Read the events of the project's attachments; as for showing attachments.",
  },
  'clinker:hosts:fence': { check: 'admin', description: 'Cut off a host from all volumes.' },
  'clinker:metrics:get': { check: 'admin', description: 'Read the metrics.' },
  'deployment:get': {
    check: 'anyone',
    description: 'Show extensions, availability zones, filters and group types.',
  },
} as const satisfies Record<string, Rule>;

export type PolicyRule = keyof typeof POLICY;

/** The checks in the language of policy files. */
export const CHECKS: Readonly<Record<Check, string>> = {
  anyone: '@',
  reader: 'rule:xena_system_admin_or_project_reader',
  member: 'rule:xena_system_admin_or_project_member',
  admin: 'rule:admin_api',
};

/** Rules that other rules refer to, under their names in Cinder. */
export const BASE_RULES = {
  context_is_admin: {
    text: 'role:admin',
    description: 'Who is an admin, with access to every project. Cannot refer to is_admin and project_id.',
  },
  admin_api: { text: 'is_admin:True', description: 'Admins only.' },
  admin_or_owner: {
    text: 'is_admin:True or project_id:%(project_id)s',
    description: 'Admins, and any role in the project.',
  },
  xena_system_admin_or_project_reader: {
    text: 'rule:admin_api or ((role:reader or role:member) and project_id:%(project_id)s)',
    description: 'Admins, and readers of the project.',
  },
  xena_system_admin_or_project_member: {
    text: 'rule:admin_api or (role:member and project_id:%(project_id)s)',
    description: 'Admins, and members of the project.',
  },
} as const satisfies Record<string, { readonly text: string; readonly description: string }>;
