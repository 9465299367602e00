import { EXAMPLE_IDS } from './example-ids.js';

/** Meaning and example of a path parameter. */
export interface PathParameter {
  readonly description: string;
  /** The page replaces ids of volumes, attachments, types and messages with those that it saw last. */
  readonly example: string;
}

/** An id that no resource has. */
const NO_ID = 'a6d1b7f0-3c55-4a0e-8a0b-5f2f6a0f9d11';

/** Every path parameter by name. */
export const PATH_PARAMETERS: Readonly<Record<string, PathParameter>> = {
  volume_id: { description: "The volume's id, a UUID.", example: EXAMPLE_IDS.volume },
  attachment_id: {
    description:
      "The attachment's id, a UUID: `id` in responses about attachments, `attachment_id` in volumes.",
    example: EXAMPLE_IDS.attachment,
  },
  type_id: { description: "The volume type's id, a UUID.", example: '8f1c6a52-7e0d-4c39-9b5e-2a4c8f0d3b17' },
  message_id: { description: "The message's id, a UUID.", example: 'c0ffee4e-52f1-4b62-9d58-3f9e1d2a7b60' },
  dead_letter_id: { description: "The dead letter's id, a UUID.", example: NO_ID },
  snapshot_id: { description: 'Any id; there are no snapshots.', example: NO_ID },
  id: { description: 'Any id; this server has no such resources.', example: NO_ID },
  key: { description: 'Key of the entry.', example: 'purpose' },
  project_id: { description: "The project's id; any project of an admin's choice.", example: 'admin' },
  class_name: {
    description: 'Name of the quota class. All classes have the same quotas.',
    example: 'default',
  },
  alias: { description: "The extension's alias.", example: 'os-volume-actions' },
  action: { description: 'The change: `enable`, `disable` or `disable-log-reason`.', example: 'enable' },
  host: { description: 'Host of the backend: `clinker@<backend>`.', example: 'clinker@fake' },
};
