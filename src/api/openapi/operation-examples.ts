import type { OperationDoc } from './describes.js';
import { CONNECTION_INFOS, EXAMPLES } from './examples.js';
import type { Operation } from './operation.js';

/** Adds the examples of an operation's body and response. */
export function addExamples(operation: Operation, doc: OperationDoc): void {
  const recorded = EXAMPLES.requests[doc.examples?.request ?? ''];
  const requests = doc.requests ?? (recorded === undefined ? undefined : { [doc.summary]: recorded });
  const response = EXAMPLES.responses[doc.examples?.response ?? ''];
  const body = operation.requestBody?.content['application/json'];
  if (requests !== undefined && body !== undefined) body['examples'] = titled(requests);
  const success = operation.responses[String(doc.success.status)] as
    { content?: Record<string, Record<string, unknown>> } | undefined;
  const answer = success?.content?.['application/json'];
  if (response !== undefined && answer !== undefined) {
    if (doc.examples?.ofEveryDriver === true) answer['examples'] = ofEveryDriver(response);
    else answer['example'] = response;
  }
}

/** Examples under keys that are valid in references, with their titles as summaries. */
export function titled(examples: Readonly<Record<string, object>>): object {
  return Object.fromEntries(
    Object.entries(examples).map(([summary, value]) => [
      summary.replace(/[^A-Za-z0-9._-]+/g, '-'),
      { summary, value },
    ]),
  );
}

/** Returns the recorded attachment of the fake driver, and a copy with each other driver's connection_info. */
function ofEveryDriver(recorded: object): object {
  const { attachment } = recorded as { attachment: object };
  const others = Object.entries(CONNECTION_INFOS).map(([driver, info]) => [
    driver,
    { attachment: { ...attachment, connection_info: info } },
  ]);
  return titled({ fake: recorded, ...(Object.fromEntries(others) as object) });
}
