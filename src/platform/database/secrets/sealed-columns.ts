/** Columns with credentials, or with values of clients and drivers that may contain some. Every table's key is `id`. */
export const SEALED_COLUMNS = [
  { name: 'attachments.connection_info', table: 'attachments', column: 'connection_info' },
  { name: 'volumes.export_details', table: 'volumes', column: 'export_details' },
  { name: 'operations.details', table: 'operations', column: 'details' },
  { name: 'work_outcomes.outcome', table: 'work_outcomes', column: 'outcome' },
] as const;

/** Location of a sealed text: one of these columns, or the proof of a key. */
export type SealedColumn = (typeof SEALED_COLUMNS)[number]['name'] | 'secret_keys.proof';
