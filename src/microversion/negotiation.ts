import { InvalidInput, NotAcceptable } from '../platform/errors.js';
import { MAXIMUM, Microversion, MINIMUM } from './microversion.js';

/** Header with the requested version, and with the used one in the response. */
export const VERSION_HEADER = 'OpenStack-API-Version';

const SERVICE = 'volume';

/** A well-formed but unsupported version; the response header repeats it, as Cinder's does. */
export class VersionOutOfRange extends NotAcceptable {
  constructor(readonly requested: Microversion) {
    super(
      `Version ${requested.toString()} is not supported by the API. Minimum is ${MINIMUM.toString()} and maximum is ${MAXIMUM.toString()}.`,
    );
  }
}

/**
 * Returns the requested version: that of the first header item for the volume service, or the oldest one without a
 * header (docs/specification.md#negotiation).
 * @throws InvalidInput when the header cannot be parsed; VersionOutOfRange.
 */
export function negotiate(header: string | undefined): Microversion {
  if (header === undefined) return MINIMUM;
  // Any item that contains "volume" counts, such as `volumev3 3.44`.
  const item = header.split(',').find((candidate) => candidate.includes(SERVICE));
  const words = item?.trim().split(/\s+/) ?? [];
  const [, text] = words;
  if (words.length !== 2 || text === undefined) {
    throw new InvalidInput(
      `The header ${VERSION_HEADER} must be "volume <version>", for example "volume ${MAXIMUM.toString()}".`,
    );
  }
  if (text === 'latest') return MAXIMUM;
  const requested = Microversion.parse(text);
  if (requested === null) {
    throw new InvalidInput(
      `API Version String ${text.slice(0, 64)} is of invalid format. Must be of format MajorNum.MinorNum.`,
    );
  }
  if (requested.compare(MINIMUM) < 0 || requested.compare(MAXIMUM) > 0)
    throw new VersionOutOfRange(requested);
  return requested;
}
