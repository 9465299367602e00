import connectionInfos from './driver-examples.json' with { type: 'json' };
import recorded from './examples.json' with { type: 'json' };

/** Recorded requests and responses of a real run, by the names that {@link OperationDoc.examples} uses. */
export interface RecordedExamples {
  readonly requests: Readonly<Record<string, object>>;
  readonly responses: Readonly<Record<string, object>>;
  /** Faults by operation id (`any`: of any operation), status and title. */
  readonly faults: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, object>>>>>>;
  /** Example ids by path parameter. */
  readonly ids: Readonly<Record<string, string>>;
}

/** Written by `npm run docs:examples`; do not edit. */
export const EXAMPLES: RecordedExamples = recorded;

/** The example attachment's connection_info of the other drivers; written by the same command. */
export const CONNECTION_INFOS: Readonly<Record<string, object>> = connectionInfos;
