import type { AttachmentEntity } from './attachment.entity.js';

/** Fields of an attachment in lists. */
export type AttachmentSummary = Readonly<
  Pick<AttachmentEntity, 'id' | 'volumeId' | 'instanceUuid' | 'attachStatus'>
>;

/** Fields of an attachment that clients see. */
export type AttachmentDetail = AttachmentSummary &
  Readonly<Pick<AttachmentEntity, 'attachTime' | 'attachMode' | 'connectionInfo'>>;

/** An attachment as use cases pass it around; only the database knows its creation time. */
export type Attachment = Readonly<Omit<AttachmentEntity, 'createdAt'>>;
