import { describe, expect, it } from '@jest/globals';
import { checkSchema } from '../../api/http/json-schema.js';
import { Microversion } from '../../microversion/microversion.js';
import { newVolume, refuseSources, volumeUpdate } from './new-volume.js';
import { metadataBodies, metadataEntryBodies } from '../metadata/volume-metadata.schema.js';
import { createVolumeBodies, updateVolumeBodies } from './volume.schema.js';

function at(version: string): Microversion {
  const parsed = Microversion.parse(version);
  if (parsed === null) throw new Error(version);
  return parsed;
}

const create =
  (version: string, volume: unknown, rest: object = {}) =>
  () => {
    checkSchema(createVolumeBodies.at(at(version)), { volume, ...rest });
  };
const update = (version: string, volume: unknown) => () => {
  checkSchema(updateVolumeBodies.at(at(version)), { volume });
};

describe('the body of a create', () => {
  it.each([
    [{}],
    [{ size: 1 }],
    [{ size: '1' }],
    [{ size: null, name: null, metadata: null, snapshot_id: null, multiattach: null }],
    [{ size: 1, metadata: { 'a b/c.d:e-f_g': '' } }],
    [{ size: 1, name: '😀'.repeat(300) }],
  ])('may be %j', (volume) => {
    expect(create('3.71', volume)).not.toThrow();
  });

  it.each([
    [{ size: 0 }, 'size'],
    [{ size: 1.5 }, 'size'],
    [{ size: 2 ** 31 }, 'size'],
    [{ size: 'abc' }, 'size'],
    [{ size: true }, 'size'],
    [{ name: 1 }, 'name'],
    [{ name: 'a\u0000b' }, 'name'],
    [{ description: '\u0000' }, 'description'],
    [{ volume_type: '\u0000' }, 'volume_type'],
    [{ volume_type: 'x'.repeat(256) }, 'volume_type'],
    [{ availability_zone: '' }, 'availability_zone'],
    [{ snapshot_id: 'abc' }, 'snapshot_id'],
    [{ multiattach: 'x' }, 'multiattach'],
    [{ metadata: [] }, 'metadata'],
    [{ metadata: { a: 1 } }, 'a'],
    [{ metadata: { a: 'x\u0000' } }, 'a'],
    [{ metadata: { '': 'x' } }, 'metadata'],
    [{ metadata: { a: 'x'.repeat(256) } }, 'a'],
    [{ group_id: 1 }, 'group_id'],
    [{ backup_id: 'x' }, 'backup_id'],
  ])('may not be %j', (volume, field) => {
    expect(create('3.71', volume)).toThrow(`Invalid input for field/attribute ${field}.`);
  });

  it('may have other keys before 3.53, and hints in every version', () => {
    expect(create('3.52', { bogus: 1 })).not.toThrow();
    expect(create('3.53', { bogus: 1 })).toThrow(
      "Additional properties are not allowed ('bogus' was unexpected)",
    );
    expect(create('3.71', {}, { 'OS-SCH-HNT:scheduler_hints': {} })).not.toThrow();
    expect(create('3.0', {}, { extra: 1 })).toThrow(
      "Additional properties are not allowed ('extra' was unexpected)",
    );
  });

  it.each([
    ['group_id', '3.12', '3.13', 1],
    ['backup_id', '3.46', '3.47', 'x'],
  ])('is checked for %s after %s', (field, before, after, value) => {
    expect(create(before, { [field]: value })).not.toThrow();
    expect(create(after, { [field]: value })).toThrow(field);
  });
});

describe('the body of an update', () => {
  it('may be empty before 3.53 only, and has no other keys in any version', () => {
    expect(update('3.52', {})).not.toThrow();
    expect(update('3.53', {})).toThrow('does not have enough properties');
    expect(update('3.0', { bogus: 1 })).toThrow('was unexpected');
    expect(update('3.71', { metadata: null })).toThrow('metadata');
  });

  it('changes what it names', () => {
    expect(volumeUpdate({ display_name: ' n ', description: null })).toEqual({
      name: 'n',
      description: null,
    });
    expect(volumeUpdate({ name: null, display_name: 'n' })).toEqual({ name: null });
    expect(() => volumeUpdate({ name: 'x'.repeat(256) })).toThrow('name has 256 characters, more than 255.');
    expect(volumeUpdate({ name: '😀'.repeat(255) }).name).toHaveLength(510);
  });
});

describe('the bodies of metadata', () => {
  it('hold entries', () => {
    const schema = metadataBodies.latest;
    expect(() => checkSchema(schema, { metadata: { a: 'b' } })).not.toThrow();
    expect(() => checkSchema(schema, { metadata: null })).toThrow("None is not of type 'object'");
    expect(() => checkSchema(schema, {})).toThrow("'metadata' is a required property");
  });

  it('hold one entry', () => {
    const schema = metadataEntryBodies.latest;
    expect(() => checkSchema(schema, { meta: { a: 'b' } })).not.toThrow();
    expect(() => checkSchema(schema, { meta: {} })).toThrow('meta');
    expect(() => checkSchema(schema, { meta: { a: 'b', c: 'd' } })).toThrow('meta');
  });
});

describe('a new volume', () => {
  it('has the values of the body', () => {
    expect(newVolume({ size: '2', name: ' n ', volume_type: '' })).toEqual({
      name: 'n',
      description: null,
      sizeGib: 2,
      type: null,
      availabilityZone: null,
      metadata: {},
    });
  });

  it.each([undefined, null, '0', '007', '99999999999'])('has no size of %j', (size) => {
    expect(() => newVolume(size === undefined ? {} : { size })).toThrow();
  });

  const refuse = (fields: Parameters<typeof refuseSources>[0]) =>
    refuseSources(fields, () => Promise.resolve({}));

  it.each([
    [{ snapshot_id: 's', source_volid: 'v' }, 'Snapshot s could not be found.'],
    [{ source_volid: 'v' }, 'does not create volumes from other volumes'],
    [{ consistencygroup_id: 'g' }, 'Group g could not be found.'],
    [{ group_id: '' }, 'Group  could not be found.'],
    [{ imageRef: 'i' }, 'Invalid image identifier'],
    [{ image_id: '' }, 'Invalid image identifier'],
    [{ backup_id: 'b' }, 'Backup b could not be found.'],
    [{ multiattach: true }, 'multiattach parameter has been removed'],
    [{ multiattach: 'yes' }, 'multiattach parameter has been removed'],
    [{ multiattach: null }, "Value 'None' for 'multiattach' is not a boolean."],
  ])('is not made of %j', async (fields, message) => {
    await expect(refuse(fields)).rejects.toThrow(message);
  });

  it('may say that it comes from nothing', async () => {
    await refuse({
      snapshot_id: null,
      source_volid: null,
      imageRef: null,
      backup_id: null,
      multiattach: 'false',
    });
  });
});
