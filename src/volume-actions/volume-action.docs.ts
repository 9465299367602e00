import type { OperationDoc } from '../openapi/describes.js';

export const volumeActionDocs = {
  act: {
    id: 'volumeAction',
    tag: 'volumes',
    summary: 'Do something with a volume',
    description:
      'The one key of the body names the action. These are the calls with which Nova marks volumes, and with which older clients attach them; new ones create attachments.',
    success: {
      status: 202,
      description:
        'Done, or begun. os-set_bootable answers 200, os-initialize_connection 200 with connection_info.',
    },
    faults: {
      400: "There is no such action, its value is wrong, or the volume's state forbids it.",
      404: 'There is no such volume in the project.',
      409: 'A server uses the volume, which has to be detached by the Compute API. Or os-force_detach: the driver does not confirm that the host is cut off.',
    },
  },
} as const satisfies Record<string, OperationDoc>;
