import connectionInfos from './driver-examples.json' with { type: 'json' };
import recorded from './examples.json' with { type: 'json' };

/** Requests and answers of a real run, by the names that {@link OperationDoc.examples} use. */
export interface RecordedExamples {
  readonly requests: Readonly<Record<string, object>>;
  readonly responses: Readonly<Record<string, object>>;
  /** Ids by the name of the path parameter that they are examples for. */
  readonly ids: Readonly<Record<string, string>>;
}

/** Written by `npm run docs:examples`; never by hand. */
export const EXAMPLES: RecordedExamples = recorded;

/** connection_info of the examples' attachment as the other drivers answer it; written by the same command. */
export const CONNECTION_INFOS: Readonly<Record<string, object>> = connectionInfos;
