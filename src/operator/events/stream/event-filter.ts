import type { RequestContext } from '../../../api/auth/request-context.js';
import { isTrueText } from '../../../api/http/boolean-text.js';
import { type Query, readParameters } from '../../../api/http/list-query.js';
import { InvalidInput } from '../../../platform/errors.js';
import { EVENT_TYPES, type StreamEvent } from './stream-event.js';

/** Which events a reader gets; undefined stands for any. */
export interface EventFilter {
  readonly projectId: string | undefined;
  readonly types: ReadonlySet<string> | undefined;
  readonly volumeId: string | undefined;
  readonly serverId: string | undefined;
}

const PARAMETERS: ReadonlySet<string> = new Set([
  ...['type', 'volume_id', 'server_id', 'project_id', 'all_tenants'],
]);

/**
 * Reads the filter of a query. Only admins, with `all_tenants`, get events of other projects, and those of backends.
 * @throws InvalidInput for unknown parameters and types.
 */
export function eventFilter(ctx: RequestContext, query: Query): EventFilter {
  const parameters = readParameters(query);
  const unknown = [...parameters.keys()].filter((name) => !PARAMETERS.has(name));
  if (unknown.length > 0)
    throw new InvalidInput(`Invalid input received: there is no parameter ${unknown.join(', ')}.`);
  const isForAll = ctx.isAdmin && isTrueText(parameters.get('all_tenants') ?? 'false');
  return {
    projectId: isForAll ? parameters.get('project_id') : ctx.projectId,
    types: typesOf(parameters.get('type')),
    volumeId: parameters.get('volume_id'),
    serverId: parameters.get('server_id'),
  };
}

function typesOf(text: string | undefined): ReadonlySet<string> | undefined {
  if (text === undefined) return undefined;
  const types = text.split(',').map((one) => one.trim());
  const unknown = types.filter((type) => !EVENT_TYPES.includes(type));
  if (unknown.length > 0)
    throw new InvalidInput(
      `Invalid input received: no type of event: ${unknown.join(', ')}. There are ${EVENT_TYPES.join(', ')}.`,
    );
  return new Set(types);
}

export function isWanted({ projectId, types, volumeId, serverId }: EventFilter, event: StreamEvent): boolean {
  return (
    (projectId === undefined || event.projectId === projectId) &&
    (types === undefined || types.has(event.type)) &&
    (volumeId === undefined || event.volumeId === volumeId) &&
    (serverId === undefined || event.serverId === serverId)
  );
}
