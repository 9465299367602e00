import {
  bodies,
  complete,
  connect,
  post,
  quietly,
  remove,
  reserve,
  resetStatus,
  scenario,
  show,
  volume,
  volumeState,
} from '../lib/steps.mjs';

const action = (cases, options) => bodies('POST', '/v3/attachments/{attachment}/action', cases, options);

export default {
  group: 'attachments-complete',
  scenarios: [
    scenario('complete makes the volume in-use', [
      quietly(volume(), reserve(), connect()),
      complete('attachment', { version: '3.44' }),
      show(),
      volumeState(),
    ]),
    scenario('complete with the project in the path', [
      quietly(volume(), reserve(), connect()),
      post('/v3/{project}/attachments/{attachment}/action', { body: { 'os-complete': null } }),
    ]),
    scenario('complete takes any value', [
      quietly(volume(), reserve(), connect()),
      action({
        null: { 'os-complete': null },
        'empty object': { 'os-complete': {} },
        'the id': { 'os-complete': '{attachment}' },
        'an object': { 'os-complete': { a: 1 } },
        'an array': { 'os-complete': [] },
        true: { 'os-complete': true },
        'a number': { 'os-complete': 0 },
      }),
    ]),
    scenario('complete of a reservation', [quietly(volume(), reserve()), complete(), show(), volumeState()]),
    scenario('complete twice', [
      quietly(volume(), reserve(), connect(), complete()),
      complete('attachment', { name: 'again' }),
      show(),
    ]),
    scenario('complete whatever the volume is', [
      quietly(volume(), reserve(), connect(), resetStatus('error')),
      complete('attachment', { name: 'volume in error' }),
      volumeState(),
      quietly(resetStatus('maintenance')),
      complete('attachment', { name: 'volume in maintenance' }),
      volumeState('volume', 'state after maintenance'),
    ]),
    scenario('the body of an action', [
      quietly(volume(), reserve()),
      action({
        'empty object': {},
        null: null,
        'an array': [],
        'a text': 'os-complete',
        'two actions': { 'os-complete': null, 'os-other': null },
        'an unknown action': { 'os-bogus': null },
        'an unknown action with an empty name': { '': null },
        'the name without prefix': { complete: null },
        'upper case': { 'OS-COMPLETE': null },
        'create as an action': { create: null },
      }),
      post('/v3/attachments/{attachment}/action', { name: 'no body' }),
      post('/v3/attachments/{attachment}/action', { name: 'malformed', text: '{' }),
      action({ 'an unknown action at 3.43': { 'os-bogus': null } }, { version: '3.43' }),
      action({ 'an empty object at 3.43': {} }, { version: '3.43' }),
      show('attachment', { name: 'it is still reserved' }),
    ]),
    scenario('an unknown attachment', [
      post('/v3/attachments/{unknown}/action', { body: { 'os-complete': null }, message: true }),
      post('/v3/attachments/{unknown}/action', { name: 'unknown action', body: { 'os-bogus': null } }),
      post('/v3/attachments/not-a-uuid/action', { body: { 'os-complete': null } }),
    ]),
    scenario('a deleted attachment', [quietly(volume(), reserve(), remove()), complete()]),
    scenario('other methods and neighbours of the action path', [
      quietly(volume(), reserve()),
      { method: 'GET', path: '/v3/attachments/{attachment}/action' },
      { method: 'PUT', path: '/v3/attachments/{attachment}/action', body: { 'os-complete': null } },
      { method: 'DELETE', path: '/v3/attachments/{attachment}/action' },
      { method: 'POST', path: '/v3/attachments/{attachment}/action/', body: { 'os-complete': null } },
      { method: 'POST', path: '/v3/attachments/action', body: { 'os-complete': null } },
      { method: 'POST', path: '/v3/attachments/{attachment}', body: { 'os-complete': null } },
      { method: 'POST', path: '/v3/attachments/{attachment}/action.json', body: { 'os-complete': null } },
    ]),
  ],
};
