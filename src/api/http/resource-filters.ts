/** Filters of attachment lists that every caller may use. */
export const ATTACHMENT_FILTERS = ['volume_id', 'status', 'instance_id', 'attach_status'] as const;

/** Filters of volume lists that every caller may use. */
export const VOLUME_FILTERS = [
  'name',
  'status',
  'metadata',
  'bootable',
  'migration_status',
  'availability_zone',
  'group_id',
  'size',
  'created_at',
  'updated_at',
  'consumes_quota',
] as const;

/** Filters of volume type lists that every caller may use. */
export const VOLUME_TYPE_FILTERS = ['is_public', 'extra_specs'] as const;

/** Filters of pool lists. */
export const POOL_FILTERS = ['name', 'volume_type'] as const;

/** Filters of each resource that has any, under its name in the API. */
const FILTERS: Readonly<Record<string, readonly string[]>> = {
  volume: VOLUME_FILTERS,
  attachment: ATTACHMENT_FILTERS,
  pool: POOL_FILTERS,
  volume_type: VOLUME_TYPE_FILTERS,
};

/** Returns the filters of one resource, or of all when none is named. */
export function resourceFiltersView(named: string | undefined): object {
  const shown = Object.entries(FILTERS).filter(
    ([resource]) => named === undefined || named === '' || resource === named,
  );
  return { resource_filters: shown.map(([resource, filters]) => ({ resource, filters })) };
}
