/** What a rule asks of a caller who has the project of what is asked for. */
export type Check = 'anyone' | 'reader' | 'member' | 'admin';

interface Rule {
  readonly check: Check;
  readonly description: string;
}

/**
 * Who may do what (SPEC 15), as data, unless an operator's policy file says otherwise. A role includes those below it: admin, member, reader. A member or reader is
 * meant within their own project; what belongs to another one is not found at all.
 */
export const POLICY = {
  'volume:attachment_create': { check: 'member', description: 'Create an attachment.' },
  'volume:attachment_update': { check: 'member', description: 'Give an attachment a connector.' },
  'volume:attachment_delete': { check: 'member', description: 'Delete an attachment.' },
  'volume:attachment_complete': { check: 'member', description: 'Mark an attachment as attached.' },
  'volume:multiattach_bootable_volume': {
    check: 'member',
    description: 'Attach a bootable volume that is in use to another server.',
  },
  'volume:attachment_show': { check: 'anyone', description: 'Show attachments. Cinder has no rule for it.' },
  'volume:attachment_history': {
    check: 'anyone',
    description: 'Show what happened to an attachment; as for showing it.',
  },
  'volume:get': { check: 'reader', description: 'Show and list volumes.' },
  'volume:create': { check: 'member', description: 'Create a volume.' },
  'volume:multiattach': { check: 'member', description: 'Create a multiattach volume.' },
  'volume:update': { check: 'member', description: "Change a volume's name or description." },
  'volume:delete': { check: 'member', description: 'Delete a volume.' },
  'volume:force_delete': { check: 'admin', description: 'Delete a volume in any state.' },
  'volume:update_readonly_flag': { check: 'member', description: 'Make a volume read-only, or writable.' },
  'volume_extension:volume_actions:reserve': { check: 'member', description: 'Mark a volume as attaching.' },
  'volume_extension:volume_actions:unreserve': { check: 'member', description: 'Take that mark away.' },
  'volume_extension:volume_actions:begin_detaching': {
    check: 'member',
    description: 'Mark a volume as detaching.',
  },
  'volume_extension:volume_actions:roll_detaching': {
    check: 'member',
    description: 'Take that mark away.',
  },
  'volume_extension:volume_actions:attach': {
    check: 'member',
    description: 'Say that a volume is attached.',
  },
  'volume_extension:volume_actions:detach': { check: 'member', description: 'Detach a volume.' },
  'volume:extend': { check: 'member', description: 'Make a volume larger.' },
  'volume:extend_attached_volume': { check: 'member', description: 'Make a volume in use larger.' },
  'volume_extension:volume_actions:initialize_connection': {
    check: 'member',
    description: 'Export a volume to a host without an attachment.',
  },
  'volume_extension:volume_actions:terminate_connection': {
    check: 'member',
    description: "End such a host's access.",
  },
  'volume_extension:volume_admin_actions:force_delete': {
    check: 'admin',
    description: 'Delete a volume in any state, by an action.',
  },
  'volume_extension:volume_admin_actions:force_detach': {
    check: 'admin',
    description: 'Detach a volume by cutting its host off.',
  },
  'volume_extension:volume_admin_actions:reset_status': {
    check: 'admin',
    description: "Change a volume's status in the database.",
  },
  'volume:get_all_snapshots': { check: 'reader', description: 'List snapshots.' },
  'volume:get_snapshot': { check: 'reader', description: 'Show a snapshot.' },
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
  'volume_extension:capabilities': { check: 'admin', description: 'Show what a backend can do.' },
  'scheduler_extension:scheduler_stats:get_pools': { check: 'admin', description: 'List the pools.' },
  'volume_extension:services:index': { check: 'admin', description: 'List the services.' },
  'limits_extension:used_limits': { check: 'anyone', description: 'Show limits and what is used of them.' },
  'volume_extension:quotas:show': { check: 'reader', description: 'Show quotas.' },
  'message:get_all': { check: 'reader', description: 'List messages.' },
  'message:get': { check: 'reader', description: 'Show a message.' },
  'message:delete': { check: 'member', description: 'Delete a message.' },
  'clinker:consistency:examine': { check: 'admin', description: 'List what is inconsistent.' },
  'clinker:consistency:repair': { check: 'admin', description: 'Repair what is inconsistent.' },
  'deployment:get': { check: 'anyone', description: 'Show extensions, availability zones and filters.' },
} as const satisfies Record<string, Rule>;

export type PolicyRule = keyof typeof POLICY;

/** What each check is in the language of policy files. */
export const CHECKS: Readonly<Record<Check, string>> = {
  anyone: '@',
  reader: 'rule:xena_system_admin_or_project_reader',
  member: 'rule:xena_system_admin_or_project_member',
  admin: 'rule:admin_api',
};

/** Rules that others refer to, under the names that they have in Cinder. */
export const BASE_RULES = {
  context_is_admin: {
    text: 'role:admin',
    description:
      'Who is an admin: sees and changes what belongs to every project. Cannot ask for is_admin and project_id.',
  },
  admin_api: { text: 'is_admin:True', description: 'What is for admins.' },
  admin_or_owner: {
    text: 'is_admin:True or project_id:%(project_id)s',
    description: 'For admins and the project, whatever the role there.',
  },
  xena_system_admin_or_project_reader: {
    text: 'rule:admin_api or ((role:reader or role:member) and project_id:%(project_id)s)',
    description: 'For admins, and readers of the project.',
  },
  xena_system_admin_or_project_member: {
    text: 'rule:admin_api or (role:member and project_id:%(project_id)s)',
    description: 'For admins, and members of the project.',
  },
} as const satisfies Record<string, { readonly text: string; readonly description: string }>;
