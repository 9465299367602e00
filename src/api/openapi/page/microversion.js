/** Shows the API as one microversion has it. The address of the page names the version: `?microversion=3.44`. */

const PARAMETER = 'microversion';

const minorOf = (version) => Number(version.split('.')[1]);

const isNewer = (version, than) => minorOf(version) > minorOf(than);

/** Returns the version that the page's address names; the newest one otherwise. */
export function chosenVersion(spec, address) {
  const asked = new URL(address).searchParams.get(PARAMETER);
  const known = spec['x-openstack-microversions'].some(({ version }) => version === asked);
  return known ? asked : spec.info.version;
}

/** Fills the list of versions. Another choice takes effect by the button: a list changes with every arrow key. */
export function offerVersions(spec, chosen, form) {
  const list = form.querySelector('select');
  for (const { version, change } of spec['x-openstack-microversions'].toReversed()) {
    const option = list.appendChild(document.createElement('option'));
    option.value = version;
    option.textContent = `${version}: ${change}`;
    option.selected = version === chosen;
  }
  form.hidden = false;
  form.querySelector('button').addEventListener('click', () => {
    const address = new URL(location.href);
    address.searchParams.set(PARAMETER, list.value);
    location.assign(address);
  });
}

/** Returns the document of a version: without the operations, properties and values in examples that came later. */
export function documentOf(spec, version) {
  const whole = structuredClone(spec);
  let left = 0;
  for (const [path, methods] of Object.entries(whole.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const { min } = operation['x-openstack-microversion'] ?? { min: '3.0' };
      if (!isNewer(min, version)) continue;
      delete methods[method];
      left += 1;
    }
    if (Object.keys(methods).length === 0) delete whole.paths[path];
  }
  removeLater(whole, version);
  for (const operation of Object.values(whole.paths).flatMap(Object.values)) fitExamples(operation, whole);
  whole.components.parameters.version.schema.default = `volume ${version}`;
  whole.info.version = version;
  if (left > 0)
    whole.info.description += `\n\n**${left} operations are hidden:** they came after ${version}.`;
  return whole;
}

/** Removes the properties that came after a version. */
function removeLater(node, version) {
  if (typeof node !== 'object' || node === null) return;
  for (const [name, schema] of Object.entries(node.properties ?? {})) {
    const since = schema['x-openstack-microversion'];
    if (typeof since === 'string' && isNewer(since, version)) delete node.properties[name];
  }
  for (const child of Object.values(node)) removeLater(child, version);
}

function fitExamples({ requestBody }, whole) {
  const body = requestBody?.content?.['application/json'];
  for (const example of Object.values(body?.examples ?? {})) fit(example.value, body.schema, whole);
}

/** Removes the keys of a value that its schema does not allow. */
function fit(value, schema, whole) {
  const { properties, additionalProperties } = resolved(schema, whole);
  if (properties === undefined || typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    if (key in properties) fit(value[key], properties[key], whole);
    else if (additionalProperties === false) delete value[key];
  }
}

function resolved(schema, whole) {
  const name = schema.$ref?.replace('#/components/schemas/', '');
  return name === undefined ? schema : whole.components.schemas[name];
}
