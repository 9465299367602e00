import { describe, expect, it } from '@jest/globals';
import { changedTypeView, createdTypeView, defaultTypeView, volumeTypeView } from './volume-type.view.js';

const type = {
  id: '6d0e8919-f535-4be1-b1da-cf9aeec75bc4',
  name: 'fast',
  description: null,
  isPublic: true,
  extraSpecs: { multiattach: '<is> True', volume_backend_name: 'ssd' },
  createdAt: '2026-01-31T12:00:00.000000',
  updatedAt: null,
};

const everyone = { id: type.id, name: 'fast', description: null, is_public: true };
const access = { 'os-volume-type-access:is_public': true };
const admin = { isAdmin: true };

describe('views of a volume type', () => {
  it('shows an admin the extra specs and the QoS specs', () => {
    const extra_specs = type.extraSpecs;
    expect(volumeTypeView(type, admin)).toEqual({ ...everyone, ...access, extra_specs, qos_specs_id: null });
    expect(defaultTypeView(type, admin)).toEqual({ ...everyone, extra_specs, qos_specs_id: null });
    expect(createdTypeView(type, admin)).toEqual({ ...everyone, ...access, extra_specs });
    expect(changedTypeView(type, admin)).toEqual({ ...everyone, extra_specs });
  });

  it('shows others what they may see', () => {
    const extra_specs = { multiattach: '<is> True' };
    expect(volumeTypeView(type, { isAdmin: false })).toEqual({ ...everyone, ...access, extra_specs });
    expect(defaultTypeView(type, { isAdmin: false })).toEqual({ ...everyone, extra_specs });
  });
});
