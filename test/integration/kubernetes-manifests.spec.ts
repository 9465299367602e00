import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import { parseAllDocuments } from 'yaml';
import { LIVE_PATH, READY_PATH } from '../../src/api/http/health-paths.js';
import { METRICS_PATH } from '../../src/operator/metrics/metrics-path.js';
import { loadConfig } from '../../src/platform/config/load-config.js';

const FOLDER = new URL('../../deploy/kubernetes/', import.meta.url);
const SCHEMAS = new URL('../fixtures/kubernetes/schemas.json', import.meta.url);

let files: string[];
let manifests: any[];
let kinds: Record<string, string>;
let ajv: Ajv;

beforeAll(async () => {
  files = (await readdir(FOLDER)).filter((name) => name.endsWith('.yaml')).sort();
  manifests = [];
  for (const name of files.filter((file) => file !== 'kustomization.yaml')) {
    const documents = parseAllDocuments(await readFile(new URL(name, FOLDER), 'utf8'));
    manifests.push(...documents.map((document) => document.toJS()));
  }
  const { definitions, kinds: known } = JSON.parse(await readFile(SCHEMAS, 'utf8'));
  kinds = known;
  ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addSchema({ $id: 'kubernetes', definitions });
});

function validatorOf({ apiVersion, kind }: any): ValidateFunction {
  const name = kinds[`${apiVersion} ${kind}`];
  if (name === undefined) throw new Error(`no schema for ${String(apiVersion)} ${String(kind)}`);
  return ajv.getSchema(`kubernetes#/definitions/${name}`)!;
}

/** What the schema of its kind finds wrong in a manifest. */
function mistakesIn(manifest: any): string[] {
  const validate = validatorOf(manifest);
  validate(manifest);
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
}

const one = (kind: string, name = 'clinker'): any => {
  const found = manifests.filter((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0];
};

const deployment = (): any => one('Deployment');
const server = (): any => deployment().spec.template.spec.containers[0];

describe('the manifests for Kubernetes', () => {
  it('follow the schemas of their kinds', () => {
    expect(manifests.length).toBeGreaterThan(8);
    for (const manifest of manifests)
      expect([manifest.kind, ...mistakesIn(manifest)]).toEqual([manifest.kind]);
  });

  it('would not follow them with a misspelt field or a wrong type', () => {
    const misspelt = structuredClone(deployment());
    misspelt.spec.template.spec.containers[0].readinesProbe = {};
    expect(mistakesIn(misspelt)[0]).toContain('readinesProbe');
    expect(mistakesIn({ ...deployment(), spec: { ...deployment().spec, replicas: 'two' } })[0]).toContain(
      'must be integer',
    );
    const monitor = structuredClone(one('ServiceMonitor'));
    monitor.spec.endpoints[0].portt = 'metrics';
    expect(mistakesIn(monitor)[0]).toContain('portt');
  });

  it('are all in the namespace, and applied together except what needs prometheus-operator', async () => {
    for (const { kind, metadata } of manifests)
      expect(kind === 'Namespace' ? metadata.name : metadata.namespace).toBe('clinker');
    const [kustomization] = parseAllDocuments(
      await readFile(new URL('kustomization.yaml', FOLDER), 'utf8'),
    ).map((document) => document.toJS() as { resources: string[] });
    const apart = ['kustomization.yaml', 'service-monitor.yaml'];
    expect([...kustomization!.resources].sort()).toEqual(files.filter((name) => !apart.includes(name)));
  });

  it('select the pods of the deployment', () => {
    const { labels } = deployment().spec.template.metadata;
    expect(deployment().spec.selector.matchLabels).toEqual(labels);
    expect(one('Service').spec.selector).toEqual(labels);
    expect(one('PodDisruptionBudget').spec.selector.matchLabels).toEqual(labels);
    expect(one('NetworkPolicy').spec.podSelector.matchLabels).toEqual(labels);
    expect(one('ServiceMonitor').spec.selector.matchLabels).toEqual(one('Service').metadata.labels);
    const [constraint] = deployment().spec.template.spec.topologySpreadConstraints;
    expect(constraint.labelSelector.matchLabels).toEqual(labels);
  });

  it('name ports that are there', () => {
    const ports: string[] = server().ports.map(({ name }: { name: string }) => name);
    expect(ports).toEqual(['api', 'metrics']);
    for (const { name, targetPort } of one('Service').spec.ports) {
      expect(ports).toContain(targetPort);
      expect(ports).toContain(name);
    }
    for (const { ports: allowed } of one('NetworkPolicy').spec.ingress)
      for (const { port } of allowed) expect(ports).toContain(port);
    for (const { port, path } of one('ServiceMonitor').spec.endpoints)
      expect([port, path]).toEqual(['metrics', METRICS_PATH]);
    expect(one('ServiceMonitor').spec.jobLabel).toBe(Object.keys(one('Service').metadata.labels)[0]);
  });

  it('probe what the server answers, and give it the time to stop', () => {
    const { livenessProbe, readinessProbe, lifecycle } = server();
    expect([livenessProbe.httpGet.path, readinessProbe.httpGet.path]).toEqual([LIVE_PATH, READY_PATH]);
    const pauseS = Number(lifecycle.preStop.exec.command[1]);
    const { shutdown_grace_ms: graceMs } = loadConfig({}, tmpdir());
    expect(deployment().spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(
      pauseS + graceMs / 1000,
    );
  });

  it('keep a server while another one goes', () => {
    expect(deployment().spec.replicas).toBe(2);
    expect(one('PodDisruptionBudget').spec.minAvailable).toBe(1);
    expect(deployment().spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
  });

  it('meet the restricted standard', () => {
    const labels = one('Namespace').metadata.labels;
    expect(labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
    for (const { template } of [deployment().spec, one('StatefulSet', 'postgresql').spec]) {
      const { securityContext: pod, containers } = template.spec;
      expect([pod.runAsNonRoot, pod.seccompProfile.type]).toEqual([true, 'RuntimeDefault']);
      for (const { securityContext } of containers)
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
    }
  });

  it('configure the server with settings that it has', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clinker-manifests-'));
    const secrets = '/run/secrets/clinker';
    const text: string = one('ConfigMap').data['clinker.yaml'];
    await writeFile(join(folder, 'clinker.yaml'), text.replaceAll(secrets, folder));
    await writeFile(join(folder, 'keystone_password'), 'secret');
    await writeFile(join(folder, 'secret_keys'), `first:${Buffer.alloc(32, 7).toString('base64')}\n`);
    const environment: Record<string, string> = { HOST: '0.0.0.0' };
    for (const { name, value, valueFrom } of server().env)
      environment[name] =
        value ??
        { database_url: 'postgres://clinker:secret@postgresql/clinker' }[
          valueFrom.secretKeyRef.key as string
        ];
    expect(environment['CLINKER_CONFIG']).toBe(server().volumeMounts[0].mountPath);
    const config = loadConfig({ ...environment, CLINKER_CONFIG: join(folder, 'clinker.yaml') }, folder);
    expect(config).toMatchObject({
      auth_strategy: 'keystone',
      metrics_port: server().ports[1].containerPort,
    });
    expect(config.port).toBe(server().ports[0].containerPort);
    await rm(folder, { recursive: true });
  });

  it('use only secrets that the page makes', async () => {
    const page = await readFile(new URL('README.md', FOLDER), 'utf8');
    const made = [...page.matchAll(/--from-(?:file|literal)=(\w+)/g)].map(([, name]) => name).sort();
    const used = JSON.stringify(manifests).matchAll(/"secretKeyRef":\{"name":"clinker","key":"(\w+)"\}/g);
    const mounted = deployment()
      .spec.template.spec.volumes.flatMap(({ secret }: any) => secret?.items ?? [])
      .map(({ key }: any) => key);
    expect([...new Set([...[...used].map(([, key]) => key), ...mounted])].sort()).toEqual(made);
  });
});
