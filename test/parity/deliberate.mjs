/**
 * Where this server answers differently on purpose; docs/parity.md tells operators the same. Every entry names the
 * decision: QUIRK n is an entry of the quirk register in docs/specification.md, an anchor in brackets one of its sections.
 * BETTER is a difference that no known client notices, or that only helps; "later releases" means what newer versions of
 * Cinder do, "not served yet" what later versions of this server will.
 */
const ABSENT = /^$/;

/** Answers of the middleware in front of Cinder's API: not its envelope, not its headers. */
const unrouted = ({ status, headers }) => status === 404 && headers['x-compute-request-id'] === undefined;
const tooLarge = ({ status }) => status === 413;
const unauthorized = ({ status }) => status === 401;
const untyped = ({ status, headers }) =>
  status < 300 && headers['content-type']?.startsWith('text/html') === true;

const withoutBody = (theirs, ours) => ours.body === undefined;
const bothNotFound = (theirs, ours) => theirs.status === 404 && ours.status === 404;
const refusedFor = (words) => (theirs, ours) =>
  ours.status === 400 && ours.body.badRequest.message.includes(words);

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
    why: 'BETTER: 401 uses the envelope and headers of the API (#envelope), and names no Keystone',
  },
  {
    when: untyped,
    path: /^headers/,
    why: 'BETTER: always application/json and both request ids (#bodies, #headers)',
  },
  {
    path: 'headers.x-compute-request-id',
    expected: ABSENT,
    why: 'BETTER: every answer has both request ids (#headers)',
  },
  {
    when: withoutBody,
    path: 'headers.content-type',
    actual: ABSENT,
    why: 'BETTER: an answer without a body has no Content-Type',
  },
];

const DISCOVERY = [
  {
    path: 'headers.openstack-api-version',
    expected: 'volume 3.70',
    actual: 'volume 3.71',
    why: 'Announces 3.71 (#microversions)',
  },
  {
    path: 'body.versions.0.version',
    expected: '3.70',
    actual: '3.71',
    why: 'Announces 3.71 (#microversions)',
  },
  { scenario: 'one version above the reference', why: 'Announces 3.71 (#microversions)' },
  {
    scenario: 'the version header on the root',
    why: 'BETTER: / ignores the version header, so that a newer client can find out what there is',
  },
  {
    scenario: '/v3/ describes the version',
    step: /anonymous$/,
    why: 'BETTER: discovery needs no token (#discovery)',
  },
  {
    scenario: '/v3 redirects to /v3/',
    step: /anonymous$/,
    why: 'BETTER: discovery needs no token (#discovery)',
  },
  {
    path: /^body\.versions\.0\.links\.[1-3]/,
    why: 'BETTER: the document leads to the page and to the description of the API (#discovery)',
  },
  { step: 'OPTIONS /v3/', why: 'OPTIONS has no body on any path; Cinder takes it for a GET here' },
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
    why: 'BETTER: always application/json (#bodies)',
  },
  { step: 'APPLICATION/JSON', why: 'BETTER: a Content-Type has no case (RFC 9110)' },
  {
    scenario: 'no body',
    path: /^(status|body)/,
    why: 'BETTER: a missing body is 400 instead of 500 (#bodies)',
  },
  {
    scenario: 'a body without content type',
    step: 'no content type',
    path: /^(status|body)/,
    why: 'BETTER: 400 instead of 500 (#bodies)',
  },
  {
    scenario: 'keystone without a usable token is 401',
    step: 'HEAD /v3/attachments',
    path: 'status',
    why: 'No path below /v3/ has HEAD, and that is said before the token is looked at',
  },
  {
    scenario: 'a project in the path that is not hexadecimal',
    why: 'BETTER: any project id that is no resource name (#paths)',
  },
  {
    step: 'GET /v3/attachments?volume_id=%FF',
    path: /^headers\.(openstack-api-version|vary)$/,
    actual: ABSENT,
    why: 'A query that is not UTF-8 is refused before the version is negotiated',
  },
  {
    step: 'an extra key named type',
    path: /^(status|body)/,
    why: 'BETTER: a root key named type is 400 instead of 500 (#create)',
  },
  {
    scenario: 'a root key named type',
    path: /^(status|body)/,
    why: 'BETTER: a root key named type is 400 instead of 500 (#create)',
  },
  { scenario: 'instance_uuid null', why: 'BETTER: null counts as absent (#create)' },
  { scenario: 'mode null', why: 'BETTER: null counts as absent at every version (#create)' },
];

const LISTS = [
  {
    scenario: /^the status filter/,
    path: 'body.attachments',
    why: 'QUIRK 1: status is an alias of attach_status',
  },
  { step: 'status and marker', why: 'QUIRK 1: status is a filter, so the marker is looked up' },
  {
    path: /^body\.(attachments_links|links|next)$/,
    expected: ABSENT,
    why: 'QUIRK 11: a full page links to the next one',
  },
  {
    step: 'offset=1&limit=1',
    path: 'body.volumes_links.0.href',
    why: 'BETTER: the next link drops the offset, which would skip rows on every page',
  },
  {
    scenario: 'all_tenants that says no',
    path: 'body.attachments',
    why: 'QUIRK 14: all_tenants is a boolean',
  },
  {
    scenario: 'all_tenants',
    step: /^all_tenants=(0|false)$/,
    path: 'body.volumes.0',
    expected: ABSENT,
    why: 'QUIRK 14: without all tenants the list is of the own project; Cinder lists nothing',
  },
  { step: 'sort=volume', why: 'QUIRK 26: a relationship is no sort key' },
  { step: 'volume=x', why: 'QUIRK 26: a relationship is no filter' },
  {
    when: refusedFor('is given more than once'),
    why: 'BETTER: a repeated parameter is 400; Cinder filters by one of the values and lists nothing',
  },
  { when: refusedFor('a NUL character'), why: 'BETTER: NUL in a query is 400; no name or value has it' },
  { step: 'sort=deleted:asc', why: 'A deleted attachment has no row, so there is no column deleted' },
  { step: 'deleted=False', why: 'A deleted attachment has no row, so there is no column deleted' },
  {
    step: 'volume_id={volumeA.upper}',
    path: 'body.attachments.0',
    actual: ABSENT,
    why: 'Ids are compared by bytes; the recorded Cinder has a MySQL that ignores case',
  },
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
    scenario: 'a connector with nulls as the command line sends it',
    step: 'show attachment',
    path: 'body.attachment.attach_mode',
    expected: null,
    actual: 'rw',
    why: 'QUIRK 7: connector.mode null counts as absent, so rw; attach_mode is never a JSON null',
  },
  {
    scenario: 'a mode of the connector that does not exist',
    why: 'BETTER: connector.mode other than rw and ro is 400; Cinder stores any text as attach_mode',
  },
  {
    path: /connection_info\.access_mode$/,
    expected: 'rw',
    actual: 'ro',
    why: 'QUIRK 6: the mode reaches the connection',
  },
  {
    path: /connection_info\.(data\.)?enforce_multipath$/,
    expected: ABSENT,
    why: 'Later releases add enforce_multipath (#connection-information)',
  },
  {
    path: /connection_info(\.data)?\.wwn$/,
    expected: ABSENT,
    why: 'BETTER: the host is told what its disk is known by (#connection-information)',
  },
  {
    scenario: 'enforce_multipath',
    path: /connection_info\.target_(iqns|luns|portals)$/,
    expected: ABSENT,
    why: 'connector.multipath gets the lists of targets (#connection-information); the recorded target has one portal and sends none',
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
    why: 'QUIRK 4: a connector the driver refuses is 400 (#update)',
  },
  { scenario: 'a connector without host', why: 'QUIRK 5: the host defaults to nothing' },
  {
    scenario: /^update: /,
    path: 'body.attachment.status',
    expected: 'reserved',
    actual: 'error_attaching',
    why: 'QUIRK 13: a failed update is visible (#attachment-states)',
  },
  {
    scenario: 'the second of two attachments of a plain volume',
    path: /^(status|body)/,
    why: 'Later releases: 409 instead of 500 (#update)',
  },
  {
    scenario: /^a second reservation by the instance/,
    step: 'connect second',
    path: /^(status|body)/,
    why: 'Later releases: 409 instead of 500 (#update)',
  },
  {
    step: 'GET /v3/volumes/{volume}/encryption/bogus',
    why: 'BETTER: encryption metadata that does not exist is 404 instead of 500',
  },
];

const RIGHTS = [
  {
    scenario: 'another project cannot read an attachment',
    why: 'QUIRK 9: attachments of other projects are 404',
  },
  {
    step: 'a marker of another project',
    why: 'QUIRK 9: so is a marker that the caller may not see (#paging)',
  },
  {
    scenario: 'another project cannot change an attachment',
    path: /^(status|body)/,
    why: 'QUIRK 9: 404 for other projects, never 403 (#visibility)',
  },
  {
    scenario: 'a reader may read',
    path: /connection_info\.auth_/,
    actual: ABSENT,
    why: 'QUIRK 25: readers do not see secrets',
  },
  {
    scenario: 'a reader and the operations that change something',
    why: 'Changes need the role member (#policy-rules)',
  },
  { scenario: 'a reader and an attachment of a member', why: 'Changes need the role member (#policy-rules)' },
  { scenario: 'a caller without a known role', why: 'Changes need the role member (#policy-rules)' },
  {
    scenario: 'a reader and volumes',
    step: / as reader$/,
    why: 'Changes need the role member (#policy-rules)',
  },
  {
    scenario: 'metadata as a member',
    step: 'as a reader',
    why: 'Changes need the role member (#policy-rules)',
  },
  {
    scenario: 'types as a member sees them',
    step: 'as a member without the reader role',
    path: 'body.volume_type.extra_specs',
    expected: ABSENT,
    why: 'The role member includes reader (#policy-rules); Cinder leaves that to Keystone',
  },
];

const VOLUME_ACTIONS = [
  {
    scenario: 'statuses that os-reset_status refuses',
    step: /^(detaching|error_deleting)$/,
    why: 'QUIRK 18: os-reset_status refuses what only work under way may bring about',
  },
  {
    scenario: 'the legacy attach and detach',
    step: 'its attachment',
    path: 'body.attachments.0.connection_info',
    why: 'BETTER: {} where there is no connection, not null (#connection-information)',
  },
  {
    scenario: 'actions on an available volume',
    step: 'os-detach',
    why: 'BETTER: os-detach takes null, which its schema allows and Cinder fails on',
  },
  {
    scenario: 'actions on an available volume',
    step: 'os-detach of an unknown attachment',
    why: 'What is gone is detached (#volume-actions); Cinder takes it for a server that Nova knows (#detach-rule)',
  },
  {
    scenario: 'a volume that is no longer read-only',
    path: 'body.attachment.attach_mode',
    expected: 'ro',
    actual: 'rw',
    why: 'QUIRK 16: the text False as read-only flag means no',
  },
  {
    scenario: 'a volume in an error status',
    step: 'error',
    path: /^(status|body)/,
    why: '409 as in later releases of Cinder',
  },
];

const NOT_SERVED = [
  {
    scenario: 'a volume of a volume',
    step: /^(same size|no size)$/,
    why: 'Not served yet: volumes made of volumes',
  },
  {
    scenario: 'services',
    path: 'body.services.1',
    expected: /"binary":"cinder-scheduler"/,
    why: 'There is no scheduler',
  },
  {
    scenario: 'extensions',
    path: 'body.extensions',
    why: 'Lists the extensions that are served',
  },
  {
    scenario: 'resource filters',
    step: 'resource=',
    path: 'body.resource_filters',
    why: 'Lists the resources that are served',
  },
  {
    when: bothNotFound,
    path: /^headers\.(openstack-api-version|vary)$/,
    actual: ABSENT,
    why: 'What is not served names no version; Cinder does where it serves other methods or paths below',
  },
];

const REPLAY = [
  {
    scenario: 'the default type',
    step: 'GET /v3/types/default as member',
    path: 'body.volume_type.id',
    why: 'No difference: the two ports of the recorded Cinder shared a database, those of the replay do not',
  },
];

export const DELIBERATE = [
  ...OWN_ENVELOPE,
  ...DISCOVERY,
  ...REQUESTS,
  ...LISTS,
  ...CONNECTIONS,
  ...FAILURES,
  ...RIGHTS,
  ...VOLUME_ACTIONS,
  ...NOT_SERVED,
  ...REPLAY,
];
