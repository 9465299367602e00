/** The columns that hold credentials, or what clients and drivers may put some into. Every table's key is `id`. */
export const SEALED_COLUMNS = [
  { name: 'attachments.connection_info', table: 'attachments', column: 'connection_info' },
  { name: 'volumes.export_details', table: 'volumes', column: 'export_details' },
  { name: 'operations.details', table: 'operations', column: 'details' },
] as const;

export type SealedColumn = (typeof SEALED_COLUMNS)[number]['name'];
