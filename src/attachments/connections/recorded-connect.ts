import type { Connection } from '../../drivers/contract/index.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import type { Attachment } from '../attachment/attachment.js';
import { connectionOf, connectionsOf } from '../attachment/connection.js';
import type { ConnectedVolume } from '../attachment/volume-connections.js';
import type { Actor } from '../history/actor.js';
import type { ConnectPlan } from './connect-plan.js';

/** What the journal entry of a connect keeps. */
export type RecordedConnect = Omit<Connection, 'attachmentId'> & Pick<ConnectPlan, 'isNew'>;

export function recordedConnect({ details }: OperationEntity): RecordedConnect {
  return details as RecordedConnect;
}

/** Plans a recorded connect again. The attachment may be gone; its plan then has only the id. */
export function recordedPlan(
  operation: OperationEntity,
  { volume, attachments, legacy }: ConnectedVolume,
  by: Actor,
): ConnectPlan {
  const { connector, mode, isNew } = recordedConnect(operation);
  const attachmentId = operation.attachmentId ?? '';
  const attachment = attachments.find(({ id }) => id === attachmentId);
  return {
    operationId: operation.id,
    by,
    volume,
    attachment: attachment ?? ({ id: attachmentId } as Attachment),
    connection: { attachmentId, connector, mode },
    previous: attachment === undefined ? null : connectionOf(attachment),
    others: connectionsOf(attachments, legacy, [attachmentId]),
    isNew,
  };
}
