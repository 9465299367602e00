import type { AttachmentDetail, AttachmentSummary } from './attachment/attachment.js';

/** The short form, for lists and delete responses (docs/specification.md#attachment-views). */
export function summaryView({ id, attachStatus, instanceUuid, volumeId }: AttachmentSummary): object {
  return { id, status: attachStatus, instance: instanceUuid, volume_id: volumeId };
}

/** The whole attachment. Clients expect empty strings for absent times and the string "null" for an unknown mode. */
export function detailView(attachment: AttachmentDetail, shown: { readonly secrets: boolean }): object {
  const { attachTime, attachMode, connectionInfo } = attachment;
  return {
    ...summaryView(attachment),
    attached_at: attachTime ?? '',
    detached_at: '',
    attach_mode: attachMode ?? 'null',
    connection_info: shown.secrets ? connectionInfo : withoutSecrets(connectionInfo),
  };
}

/** Keys of connection_info that hold credentials. */
const SECRET = /^(auth_|discovery_auth_|keyring$|secret)/;

function withoutSecrets(connectionInfo: object): object {
  return Object.fromEntries(Object.entries(connectionInfo).filter(([key]) => !SECRET.test(key)));
}
