import { InvalidInput, NotAcceptable } from '../common/errors.js';
import { MAXIMUM, Microversion, MINIMUM } from './microversion.js';

/** Header in which clients ask for a version, and in which the answer names the one that was used. */
export const VERSION_HEADER = 'OpenStack-API-Version';

const SERVICE = 'volume';

/** A well-formed version that is not served; the answer's header repeats it, as Cinder's does. */
export class VersionOutOfRange extends NotAcceptable {
  constructor(readonly requested: Microversion) {
    super(
      `Version ${requested.toString()} is not supported by the API. Minimum is ${MINIMUM.toString()} and maximum is ${MAXIMUM.toString()}.`,
    );
  }
}

/**
 * The version that a request is for: the first item of the header that names the volume service, the oldest one
 * without a header (SPEC 3).
 * @throws InvalidInput when the header is not understood; VersionOutOfRange.
 */
export function negotiate(header: string | undefined): Microversion {
  if (header === undefined) return MINIMUM;
  // Any item that contains "volume" counts, so that `volumev3 3.44` does.
  const item = header.split(',').find((candidate) => candidate.includes(SERVICE));
  const words = item?.trim().split(/\s+/) ?? [];
  const [, text] = words;
  if (words.length !== 2 || text === undefined) {
    throw new InvalidInput(
      `The header ${VERSION_HEADER} must hold "volume <version>", for instance "volume ${MAXIMUM.toString()}".`,
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
