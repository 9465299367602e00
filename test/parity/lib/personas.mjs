/**
 * Who sends a request, and to which of the two ports: `noauth` trusts `user:project` and makes everyone an
 * admin; `keystone` understands tokens of the form `user:project:role,role`. As in tokens of a real Keystone,
 * a role comes with the roles it implies; `bare member` shows what happens without.
 */
export const PERSONAS = {
  noauth: { port: 'noauth', token: 'admin:{project}' },
  'noauth foreign': { port: 'noauth', token: 'admin:{foreign}' },
  'noauth anonymous': { port: 'noauth' },
  admin: { port: 'keystone', token: 'ada:{project}:admin,member,reader' },
  'foreign admin': { port: 'keystone', token: 'alma:{foreign}:admin,member,reader' },
  member: { port: 'keystone', token: 'bob:{project}:member,reader' },
  'bare member': { port: 'keystone', token: 'bea:{project}:member' },
  reader: { port: 'keystone', token: 'rita:{project}:reader' },
  foreign: { port: 'keystone', token: 'eve:{foreign}:member,reader' },
  roleless: { port: 'keystone', token: 'nil:{project}:nothing' },
  anonymous: { port: 'keystone' },
};

/** The admin that prepares and tidies up on the port of a persona. */
export function adminOf(persona) {
  return PERSONAS[persona].port === 'noauth' ? 'noauth' : 'admin';
}
