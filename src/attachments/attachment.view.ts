import type { AttachmentDetail, AttachmentSummary } from './attachment.js';

/** The short form, in lists and after a delete (SPEC 14). */
export function summaryView({ id, attachStatus, instanceUuid, volumeId }: AttachmentSummary): object {
  return { id, status: attachStatus, instance: instanceUuid, volume_id: volumeId };
}

/** The whole attachment. Absent times are empty texts and an unknown mode is the text "null": clients expect both. */
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

/** Keys of connection_info that let their holder log in. */
const SECRET = /^(auth_|discovery_auth_|keyring$|secret)/;

function withoutSecrets(connectionInfo: object): object {
  return Object.fromEntries(Object.entries(connectionInfo).filter(([key]) => !SECRET.test(key)));
}
