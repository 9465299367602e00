import { Controller, Get, Param, type Type } from '@nestjs/common';
import { Policy } from '../auth/policy.guard.js';
import { NotFound } from '../../platform/errors.js';
import { Since } from '../../microversion/microversion.decorators.js';
import { Describes } from '../openapi/describes.js';
import { absentDocs } from './absent.docs.js';
import type { AbsentResource } from './absent-resources.js';

/** Longest part of an id that a message repeats. */
const SHOWN_LENGTH = 255;

/** Builds the controller of an absent resource: empty lists, and 404 with Cinder's message for each id. */
export function absentController(resource: AbsentResource): Type {
  const { path, since, collection, hasDetail, rules, missing } = resource;
  const docs = absentDocs(resource);

  @Controller(`v3/${path}`)
  class AbsentController {
    @Get()
    @Since(since)
    @Policy(rules.list)
    @Describes(docs.list)
    list(): object {
      return { [collection]: [] };
    }

    @(hasDetail ? Get('detail') : notRouted)
    @Since(since)
    @Policy(rules.list)
    @Describes(docs.detail)
    detail(): object {
      return { [collection]: [] };
    }

    /** @throws NotFound always. */
    @Get(':id')
    @Since(since)
    @Policy(rules.show)
    @Describes(docs.show)
    show(@Param('id') id: string): never {
      throw new NotFound(missing.replace('%s', () => id.slice(0, SHOWN_LENGTH)));
    }
  }

  return AbsentController;
}

function notRouted(): void {
  // A method without a route decorator is not a route.
}
