import type { AttachmentEntity } from './attachment.entity.js';

/** What a list shows of an attachment. */
export type AttachmentSummary = Readonly<
  Pick<AttachmentEntity, 'id' | 'volumeId' | 'instanceUuid' | 'attachStatus'>
>;

/** What clients get to see of an attachment. */
export type AttachmentDetail = AttachmentSummary &
  Readonly<Pick<AttachmentEntity, 'attachTime' | 'attachMode' | 'connectionInfo'>>;

/** An attachment as use cases hand it around. */
export type Attachment = Readonly<AttachmentEntity>;
