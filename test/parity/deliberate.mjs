/**
 * Where this server answers differently on purpose. Every entry names the decision: QUIRK n and BETTER are
 * those of the behaviour reference, "later releases" means what newer versions of the reference server do.
 */
const ABSENT = /^$/;

/** Answers of the middleware in front of the API: not its envelope, not its headers. */
const unrouted = ({ status, headers }) => status === 404 && headers['x-compute-request-id'] === undefined;
const tooLarge = ({ status }) => status === 413;
const unauthorized = ({ status }) => status === 401;
const untyped = ({ status, headers }) =>
  status < 300 && headers['content-type']?.startsWith('text/html') === true;

/** PUT, and POST with a connector: the steps that answer the attachment they have just connected. */
const CONNECTING =
  /^(connect|create|PUT \/v3|ro$|connector\.mode|nested|the same connector|another host|a second try|reserve second)/;

const OWN_ENVELOPE = [
  {
    when: unrouted,
    path: /^(body|headers)/,
    why: 'BETTER: unrouted paths use the envelope and headers of the API',
  },
  {
    when: tooLarge,
    path: /^(body|headers)/,
    why: 'BETTER: 413 uses the envelope and headers of the API (overLimit)',
  },
  {
    when: unauthorized,
    path: /^(body|headers)/,
    why: 'BETTER: 401 uses the envelope and headers of the API (4.1)',
  },
  { when: untyped, path: /^headers/, why: 'BETTER: always application/json and both request ids (2.2, 2.4)' },
];

const DISCOVERY = [
  {
    path: 'headers.openstack-api-version',
    expected: 'volume 3.70',
    actual: 'volume 3.71',
    why: 'Announces 3.71 (3.2)',
  },
  { path: 'body.versions.0.version', expected: '3.70', actual: '3.71', why: 'Announces 3.71 (3.2)' },
  { scenario: 'one version above the reference', why: 'Announces 3.71 (3.2)' },
  {
    scenario: '/v3/ describes the version',
    step: /anonymous$/,
    why: 'BETTER: discovery needs no token (2.3)',
  },
  { scenario: '/v3 redirects to /v3/', step: /anonymous$/, why: 'BETTER: discovery needs no token (2.3)' },
];

const REQUESTS = [
  {
    scenario: 'headers with too few or too many words',
    path: /^(status|body)/,
    why: 'QUIRK 23: 400 instead of 500',
  },
  { step: 'version header "volume=3.27"', path: /^(status|body)/, why: 'QUIRK 23: 400 instead of 500' },
  {
    scenario: 'Accept',
    step: 'vendor type',
    path: 'headers.content-type',
    why: 'BETTER: always application/json (2.2)',
  },
  { scenario: 'no body', path: /^(status|body)/, why: 'BETTER: a missing body is 400 instead of 500 (4.2)' },
  {
    scenario: 'a body without content type',
    step: 'no content type',
    path: /^(status|body)/,
    why: 'BETTER: 400 instead of 500 (2.2)',
  },
  {
    scenario: 'a project in the path that is not hexadecimal',
    why: 'BETTER: any project id that is no resource name (2.1)',
  },
  {
    step: 'an extra key named type',
    path: /^(status|body)/,
    why: 'BETTER: a root key named type is 400 instead of 500 (9.1)',
  },
  {
    scenario: 'a root key named type',
    path: /^(status|body)/,
    why: 'BETTER: a root key named type is 400 instead of 500 (9.1)',
  },
  {
    scenario: 'actions on an available volume',
    step: 'os-detach',
    why: 'BETTER: os-detach accepts null instead of failing with 500 (22)',
  },
  { scenario: 'instance_uuid null', why: 'BETTER: null counts as absent (9.1)' },
  { scenario: 'mode null', why: 'BETTER: null counts as absent at every version (9.1)' },
];

const LISTS = [
  {
    scenario: /^the status filter/,
    path: 'body.attachments',
    why: 'QUIRK 1: status is an alias of attach_status',
  },
  { step: 'status and marker', why: 'QUIRK 1: status is a filter, so the marker is looked up' },
  { path: 'body.attachments_links', expected: ABSENT, why: 'QUIRK 11: a full page links to the next one' },
  {
    scenario: 'all_tenants that says no',
    path: 'body.attachments',
    why: 'QUIRK 14: all_tenants is a boolean',
  },
  { step: 'sort=volume', why: 'QUIRK 26: a relationship is no sort key' },
  { step: 'volume=x', why: 'QUIRK 26: a relationship is no filter' },
];

const CONNECTIONS = [
  {
    step: CONNECTING,
    path: 'body.attachment.status',
    expected: /^(reserved|attached)$/,
    actual: 'attaching',
    why: 'QUIRK 2: fresh values',
  },
  {
    step: CONNECTING,
    path: 'body.attachment.attached_at',
    expected: ABSENT,
    actual: '<time.us>',
    why: 'QUIRK 2: fresh values',
  },
  {
    step: CONNECTING,
    path: 'body.attachment.attach_mode',
    expected: 'null',
    actual: /^r[wo]$/,
    why: 'QUIRK 2, 7: the mode in use',
  },
  {
    scenario: /^(a create with a connector|create: the connector has no host|a second create with connector)/,
    path: /attach_mode$/,
    expected: 'null',
    actual: /^r[wo]$/,
    why: 'QUIRK 7: mode, else connector.mode, else rw',
  },
  {
    path: /connection_info\.access_mode$/,
    expected: 'rw',
    actual: 'ro',
    why: 'QUIRK 6: the mode reaches the connection',
  },
  {
    path: /connection_info\.enforce_multipath$/,
    expected: ABSENT,
    why: 'Later releases add enforce_multipath (13.1)',
  },
  {
    scenario: 'the legacy attach and detach',
    step: 'its attachment',
    path: 'body.attachments.0.connection_info',
    expected: null,
    why: 'BETTER: {} instead of null (13.1)',
  },
  {
    scenario: 'a volume that is no longer read-only',
    path: /mode$/,
    expected: 'ro',
    why: 'QUIRK 16: the text False is no',
  },
];

const FAILURES = [
  {
    scenario: /^create: /,
    step: 'what is left',
    path: 'body.attachments',
    actual: ABSENT,
    why: 'QUIRK 3: a failed create leaves nothing',
  },
  {
    scenario: /^create: /,
    step: 'state of volume',
    path: 'body.volume.status',
    expected: 'reserved',
    actual: 'available',
    why: 'QUIRK 3: a failed create leaves nothing',
  },
  {
    scenario: /: the (driver refuses the connector|connector lacks what the driver needs)$/,
    step: /^(create|connect attachment)$/,
    path: /^(status|body)/,
    why: 'QUIRK 4: a connector the driver refuses is 400 (19.5)',
  },
  { scenario: 'a connector without host', why: 'QUIRK 5: the host defaults to nothing' },
  {
    scenario: /^update: /,
    path: 'body.attachment.status',
    expected: 'reserved',
    actual: 'error_attaching',
    why: 'QUIRK 13: a failed update is visible (19.5)',
  },
  {
    scenario: 'a volume in an error status',
    step: 'error',
    path: /^(status|body)/,
    why: 'Later releases: 409 instead of 500 (10.2)',
  },
  {
    scenario: 'the second of two attachments of a plain volume',
    path: /^(status|body)/,
    why: 'Later releases: 409 instead of 500 (10.2)',
  },
  {
    scenario: /^a second reservation by the instance/,
    step: 'connect second',
    path: /^(status|body)/,
    why: 'Later releases: 409 instead of 500 (10.2)',
  },
  {
    scenario: 'statuses that os-reset_status refuses',
    step: /^(detaching|error_deleting)$/,
    why: 'QUIRK 18: all three are refused',
  },
];

const RIGHTS = [
  {
    scenario: 'another project cannot read an attachment',
    why: 'QUIRK 9: attachments of other projects are 404',
  },
  {
    scenario: 'another project cannot change an attachment',
    path: /^(status|body)/,
    why: '15: 404 for other projects, never 403',
  },
  {
    scenario: 'a reader may read',
    path: /connection_info\.auth_/,
    actual: ABSENT,
    why: 'QUIRK 25: readers do not see secrets',
  },
  { scenario: 'a reader and the operations that change something', why: '15: changes need the role member' },
  { scenario: 'a reader and an attachment of a member', why: '15: changes need the role member' },
  {
    scenario: 'a caller without a known role',
    why: '15: reading needs the role reader, changes the role member',
  },
  { scenario: 'a reader and volumes', step: / as reader$/, why: '15: changes need the role member' },
  { scenario: 'metadata as a member', step: 'as a reader', why: '15: changes need the role member' },
];

export const DELIBERATE = [
  ...OWN_ENVELOPE,
  ...DISCOVERY,
  ...REQUESTS,
  ...LISTS,
  ...CONNECTIONS,
  ...FAILURES,
  ...RIGHTS,
];
