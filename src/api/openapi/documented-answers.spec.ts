import { describe, expect, it } from '@jest/globals';
import { closed } from './closed-schema.js';
import { DocumentedAnswers } from './documented-answers.js';

const content = (schema: object): object => ({ content: { 'application/json': { schema } } });

const thing = {
  type: 'object',
  properties: { id: { type: 'string' }, parts: { type: 'array', items: { properties: { no: {} } } } },
  required: ['id'],
};

const document = {
  paths: {
    '/things/{id}': {
      get: {
        responses: {
          200: content(thing),
          204: { description: 'Nothing.' },
          206: { ...content({ type: 'string' }), 'x-clinker-may-be-empty': true },
          404: { $ref: '#/components/responses/missing' },
        },
      },
    },
  },
  components: {
    responses: { missing: content({ $ref: '#/components/schemas/fault' }) },
    schemas: { fault: { type: 'object', properties: { itemNotFound: { type: 'object' } } } },
  },
};

const answers = new DocumentedAnswers(document);
const problem = (status: number, body?: unknown, path: string | undefined = '/things/{id}'): string | null =>
  answers.problemOf({ method: 'GET', path, status, body });

describe('an answer of an operation', () => {
  it.each([
    ['fits its schema', 200, { id: 'a', parts: [{ no: 1 }] }],
    ['may hold what is undefined and is not sent', 200, { id: 'a', other: undefined }],
    ['has no body where none is described', 204, undefined],
    ['may have one', 206, 'text'],
    ['or none', 206, undefined],
    ['fits what a reference refers to', 404, { itemNotFound: {} }],
  ])('%s', (_what, status, body) => {
    expect(problem(status, body)).toBeNull();
  });

  it.each([
    ['of another status', 201, {}, 'status 201 is not documented'],
    ['without its body', 200, undefined, 'the documented body is missing'],
    ['with a body too many', 204, {}, 'no body is documented'],
    ['without a key', 200, {}, "the body must have required property 'id'"],
    ['of another type', 200, { id: 1 }, '/id must be string'],
    ['with a key too many', 200, { id: 'a', x: 1 }, 'the body must NOT have additional properties: x'],
    [
      'with one too many inside',
      200,
      { id: 'a', parts: [{ yes: 1 }] },
      '/parts/0 must NOT have additional properties: yes',
    ],
    ['with another fault', 404, { other: {} }, 'the body must NOT have additional properties: other'],
  ])('%s does not fit', (_what, status, body, expected) => {
    expect(problem(status, body)).toBe(expected);
  });

  it('says nothing of the values in it', () => {
    expect(problem(200, { id: { password: 'hunter2' } })).not.toContain('hunter2');
  });
});

describe('an answer before any operation', () => {
  it('is a fault with its envelope, or is not looked at', () => {
    const fault = { unauthorized: { code: 401, message: 'No.' } };
    for (const path of [undefined, '/elsewhere']) {
      expect(answers.problemOf({ method: 'GET', path, status: 401, body: fault })).toBeNull();
      expect(answers.problemOf({ method: 'GET', path, status: 403, body: fault })).not.toBeNull();
      expect(answers.problemOf({ method: 'GET', path, status: 401, body: { error: 'No.' } })).not.toBeNull();
      expect(answers.problemOf({ method: 'GET', path, status: 300, body: { choices: [] } })).toBeNull();
    }
  });
});

describe('a closed schema', () => {
  it('keeps what says itself which keys there may be', () => {
    const open = { properties: { a: {} }, additionalProperties: true };
    expect(closed({ anyOf: [open, { type: 'object' }] })).toEqual({ anyOf: [open, { type: 'object' }] });
  });
});
