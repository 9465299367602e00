import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { CallerToken } from './caller-token.js';
import { MarkedMethodsModule } from '../../platform/marked-methods.js';
import { FindsPolicyTarget, PolicyTargets } from './policy.guard.js';
import { requestContext } from './request-context.js';

const ctx = requestContext(
  { userId: 'u', projectId: 'p', roles: new Set(['member']), isAdmin: false },
  'req-1',
  new CallerToken('t'),
);

class Volumes {
  @FindsPolicyTarget('volume')
  projectOf(_ctx: unknown, id: string): Promise<string> {
    return Promise.resolve(`project of ${id}`);
  }
}

async function targetsWith(...features: (new () => object)[]): Promise<PolicyTargets> {
  @Module({ imports: [MarkedMethodsModule], providers: [PolicyTargets, ...features] })
  class Features {}
  const app = await NestFactory.createApplicationContext(Features, { logger: false });
  return app.get(PolicyTargets);
}

describe('the target of a policy rule', () => {
  it('is found by the feature that owns such resources', async () => {
    const targets = await targetsWith(Volumes);
    expect(await targets.find('volume', ctx, 'v1', undefined)).toBe('project of v1');
  });

  it('cannot be of a kind that no feature has: a rule would be asked of the wrong project', async () => {
    const targets = await targetsWith();
    await expect(targets.find('volume', ctx, 'v1', undefined)).rejects.toThrow(
      'no resolver for the resource of a rule: volume',
    );
  });
});
