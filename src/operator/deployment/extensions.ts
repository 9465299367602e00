import { NotFound } from '../../platform/errors.js';

/** Part of the API that was once an extension in Cinder. Clients look for the alias before using it. */
export interface Extension {
  readonly alias: string;
  readonly name: string;
  readonly description: string;
  readonly updated: string;
}

/** The extensions of this server. The texts are Cinder's: tools show them, and some compare them. */
const EXTENSIONS: readonly Extension[] = [
  {
    alias: 'capabilities',
    name: 'Capabilities',
    description: 'Capabilities support.',
    updated: '2015-08-31T00:00:00+00:00',
  },
  {
    alias: 'os-availability-zone',
    name: 'AvailabilityZones',
    description: 'Describe Availability Zones.',
    updated: '2013-06-27T00:00:00+00:00',
  },
  {
    alias: 'os-extended-services',
    name: 'ExtendedServices',
    description: 'Extended services support.',
    updated: '2014-01-10T00:00:00-00:00',
  },
  {
    alias: 'os-services',
    name: 'Services',
    description: 'Services support.',
    updated: '2012-10-28T00:00:00-00:00',
  },
  {
    alias: 'os-types-extra-specs',
    name: 'TypesExtraSpecs',
    description: 'Type extra specs support.',
    updated: '2011-08-24T00:00:00+00:00',
  },
  {
    alias: 'os-types-manage',
    name: 'TypesManage',
    description: 'Types manage support.',
    updated: '2011-08-24T00:00:00+00:00',
  },
  {
    alias: 'os-used-limits',
    name: 'UsedLimits',
    description: 'Provide data on limited resources that are being used.',
    updated: '2013-10-03T00:00:00+00:00',
  },
  {
    alias: 'os-vol-host-attr',
    name: 'VolumeHostAttribute',
    description: 'Expose host as an attribute of a volume.',
    updated: '2011-11-03T00:00:00+00:00',
  },
  {
    alias: 'os-vol-mig-status-attr',
    name: 'VolumeMigStatusAttribute',
    description: 'Expose migration_status as an attribute of a volume.',
    updated: '2013-08-08T00:00:00+00:00',
  },
  {
    alias: 'os-vol-tenant-attr',
    name: 'VolumeTenantAttribute',
    description: 'Expose the internal project_id as an attribute of a volume.',
    updated: '2011-11-03T00:00:00+00:00',
  },
  {
    alias: 'os-volume-actions',
    name: 'VolumeActions',
    description: 'Enable volume actions.',
    updated: '2012-05-31T00:00:00+00:00',
  },
  {
    alias: 'os-volume-encryption-metadata',
    name: 'VolumeEncryptionMetadata',
    description: 'Volume encryption metadata retrieval support.',
    updated: '2013-07-10T00:00:00+00:00',
  },
  {
    alias: 'scheduler-stats',
    name: 'Scheduler_stats',
    description: 'Scheduler stats support.',
    updated: '2014-09-07T00:00:00+00:00',
  },
];

export function extensionsView(): object {
  return { extensions: EXTENSIONS.map(extensionView) };
}

/** @throws NotFound for an unknown extension. */
export function findExtension(alias: string): Extension {
  const found = EXTENSIONS.find((extension) => extension.alias === alias);
  if (found === undefined) throw new NotFound();
  return found;
}

export function extensionView(extension: Extension): object {
  return { ...extension, links: [] };
}
