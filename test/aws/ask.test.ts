import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AwsOptions, type AwsReading, readAws } from '../../src/commands/shared/aws.ts';
import { parseKeepalivedConfig } from '../../src/keepalived/config/parse.ts';
import { behavioursIn } from '../../src/keepalived/versions/behaviours.ts';
import type { NodeConfiguration } from '../../src/model/keepalived.ts';
import { emptySnapshot } from '../../src/model/snapshot.ts';
import { openDirectory } from '../../src/node/directory.ts';
import { openLocal } from '../../src/node/local.ts';
import { diagnose } from '../../src/rules/engine.ts';
import { rulesOn } from '../../src/rules/index.ts';
import { isInstalled } from '../commands/run.ts';
import { scratch } from '../commands/scratch.ts';
import { confOf } from '../rules/confs.ts';
import { context } from '../rules/judged.ts';
import { fused } from '../state/given.ts';
import { Ec2Endpoint, type Ec2Instance } from './endpoint.ts';
import { names, notifyScriptText } from './notify-script.ts';

const { folder } = scratch();
const hosts = ['lb1', 'lb2'] as const;
const addresses = { lb1: '10.77.0.1', lb2: '10.77.0.2' } as const;
const userKey = 'AKIAUSERUSERUSERUSER';

const pair: readonly [Ec2Instance, Ec2Instance] = [
  { id: 'i-0lb1', name: names[0], ip: addresses.lb1 },
  { id: 'i-0lb2', name: names[1], ip: addresses.lb2 },
];

let endpoint: Ec2Endpoint;
beforeEach(async () => {
  endpoint = await Ec2Endpoint.start(pair, 'i-0lb1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', userKey);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'user-secret');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('PATH', `/usr/bin:${process.env['PATH']}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await endpoint.stop();
});

function configurationOf(host: 'lb1' | 'lb2', text: string, mode: number): NodeConfiguration {
  const path = join(folder, `notify-${host}`);
  writeFileSync(path, text);
  chmodSync(path, mode);
  const conf = confOf(host, { vips: [], extra: [`notify "${path}"`] });
  const files = { read: () => ({ text: conf, isExecutable: false }), glob: () => [] };
  const config = parseKeepalivedConfig('/etc/keepalived/keepalived.conf', files, { configId: host, version: null });
  if (config === null) throw new Error('not read');
  const script = { path, content: text, mode, uid: 0, gid: 0, exists: true, folders: [] };
  return { node: host, keepalivedVersion: null, behaviours: behavioursIn(null), config, scripts: [script] };
}

const keys = ['AKIASCRIPTSCRIPTSCRI', 'script-secret/+='] as const;
const script = notifyScriptText({ keys });

interface Given {
  readonly mode?: number;
  readonly text?: string;
  readonly options?: Partial<AwsOptions>;
}

/** What is read of a pair of which both nodes are this machine. */
function read(scope: 'holder' | 'all', { text = script, mode = 0o700, options }: Given = {}): Promise<AwsReading> {
  const subjects = hosts.map((host) => {
    const live = openLocal(host);
    return { configuration: configurationOf(host, text, mode), port: live, live, addresses: [addresses[host]] };
  });
  return readAws(subjects, { allocationId: null, region: null, endpointUrl: endpoint.url, ...options }, scope);
}

/** What the rules say of it while lb1 is master, as it has been for an hour. */
function judge({ evidence }: AwsReading): readonly string[] {
  const status = fused({
    lb1State: { logged: { VI_1: ['MASTER', 3600] } },
    lb2State: { logged: { VI_1: ['BACKUP', 3600] } },
    confs: { lb1: confOf('lb1', { vips: [] }), lb2: confOf('lb2', { vips: [] }) },
  });
  const { findings } = diagnose(rulesOn('aws', 'status'), { ...emptySnapshot, aws: evidence, status }, context);
  return findings.filter(({ code }) => code.startsWith('HAD7')).map(({ code, message }) => `${code} ${message}`);
}

const actions = () => endpoint.calls.filter(({ isDryRun }) => !isDryRun).map(({ action }) => action);
const lines = ({ failures }: AwsReading) => failures.map(({ message }) => message);

describe.skipIf(!isInstalled('aws'))('by the aws command', { timeout: 60_000 }, () => {
  test('status: who holds it, in two calls', async () => {
    const reading = await read('holder');
    expect(reading.failures).toEqual([]);
    expect(reading.evidence).toMatchObject({ holder: 'lb1', region: 'eu-west-1' });
    expect(reading.evidence.nodes.map(({ instance }) => instance?.instanceId)).toEqual(['i-0lb1', 'i-0lb2']);
    expect(actions().sort()).toEqual(['DescribeAddresses', 'DescribeInstances']);
    expect(endpoint.calls.every(({ accessKey }) => accessKey === userKey)).toBe(true);
  });

  test('check: a healthy pair, in three calls and four dry runs on each node, with the keys of the script', async () => {
    const reading = await read('all');
    expect(reading.failures).toEqual([]);
    expect(judge(reading)).toEqual([]);
    expect(actions().sort()).toEqual(['DescribeAddresses', 'DescribeInstances', 'DescribeSecurityGroups']);
    const dryRuns = endpoint.calls.filter(({ isDryRun }) => isDryRun);
    expect(dryRuns).toHaveLength(8);
    if (process.getuid?.() === 0)
      expect(new Set(dryRuns.map(({ accessKey }) => accessKey))).toEqual(new Set([keys[0]]));
    expect(endpoint.holder).toBe('i-0lb1');
    const kept = JSON.stringify([...reading.files.values()].map((files) => [...files]));
    for (const secret of [...keys, 'user-secret', userKey, '210987654321', 'a name'])
      expect(kept).not.toContain(secret);
    expect(JSON.stringify(reading.evidence)).not.toContain('script-secret');
  });

  test('what was kept of it gives the same, and asks nobody', async () => {
    endpoint.groups = { 'sg-0aa': { ingress: [{ protocol: 'tcp', cidr: '0.0.0.0/0' }], egress: [] } };
    endpoint.holder = 'i-0lb2';
    endpoint.refused = ['DisassociateAddress'];
    const live = await read('all');
    const calls = endpoint.calls.length;
    const subjects = hosts.map((host) => {
      const root = join(folder, host);
      mkdirSync(join(root, 'commands/aws'), { recursive: true });
      for (const [name, text] of live.files.get(host) ?? []) writeFileSync(join(root, 'commands/aws', name), text);
      const configuration = configurationOf(host, script, 0o700);
      return { configuration, port: openDirectory(root), live: null, addresses: [addresses[host]] };
    });
    const kept = await readAws(subjects, { allocationId: null, region: null, endpointUrl: null }, 'all');
    expect(kept.evidence).toEqual(live.evidence);
    expect(judge(kept)).toEqual(judge(live));
    expect(
      judge(kept)
        .map((line) => line.slice(0, 6))
        .sort(),
    ).toEqual(['HAD701', ...Array(4).fill('HAD704'), 'HAD705', 'HAD705']);
    expect(endpoint.calls).toHaveLength(calls);
  });

  test('status: the names are wrong, and a third call finds the nodes by their addresses', async () => {
    const text = notifyScriptText({ nodes: ['ip-10-0-0-1.ec2.internal', names[1]] });
    const reading = await read('holder', { text });
    expect(actions()).toHaveLength(3);
    expect(reading.evidence.holder).toBe('lb1');
    expect(judge(reading)).toEqual([`HAD706 neither HA_NODE_1 nor HA_NODE_2 is lb1, which is ${names[0]}`]);
  });

  test('no role and no keys', async () => {
    const reading = await read('all', { text: notifyScriptText() });
    expect(judge(reading)).toEqual(
      hosts.map(
        (host) =>
          `HAD705 the notify script has no credentials on ${host}: the instance has no role, and the script no keys`,
      ),
    );
  });

  test('the address is on the wrong instance', async () => {
    endpoint.holder = 'i-0lb2';
    expect(judge(await read('holder'))).toEqual([
      'HAD701 lb1 is master of VI_1, and the Elastic IP 203.0.113.10 is on lb2 (i-0lb2)',
    ]);
  });

  test('the address is on nobody', async () => {
    endpoint.holder = null;
    expect(judge(await read('holder'))).toEqual(['HAD707 the Elastic IP 203.0.113.10 is associated with nothing']);
  });

  test('the master holds another one', async () => {
    const [lb1, lb2] = pair;
    const association = { publicIp: '203.0.113.77', owner: '210987654321' };
    endpoint.instances = [{ ...lb1, association }, lb2];
    endpoint.holder = null;
    expect(judge(await read('holder'))).toEqual([
      'HAD707 the Elastic IP 203.0.113.10 is associated with nothing; lb1, the master, holds another Elastic IP, 203.0.113.77',
    ]);
    endpoint.instances = [{ ...lb1, association: { ...association, owner: 'amazon' } }, lb2];
    expect(judge(await read('holder'))).toEqual(['HAD707 the Elastic IP 203.0.113.10 is associated with nothing']);
  });

  test('two instances bear one name', async () => {
    endpoint.instances = [{ id: 'i-0twin', name: names[1], ip: '10.99.0.2', state: 'stopped' }, ...pair];
    const said = `HAD706 2 instances bear the name ${names[1]}: the script takes the first, i-0twin, which is neither node`;
    expect(judge(await read('holder'))).toEqual([said, said]);
  });

  test('both names are one', async () => {
    const said = judge(await read('holder', { text: notifyScriptText({ nodes: [names[0], names[0]] }) }));
    expect(said.map((line) => line.slice(0, 46))).toEqual(
      Array(2).fill('HAD706 HA_NODE_1 and HA_NODE_2 are the same in'),
    );
  });

  test('tokens are required, and the script has none', async () => {
    endpoint.instances = pair.map((instance) => ({ ...instance, httpTokens: 'required' as const }));
    expect(judge(await read('holder'))).toEqual(
      hosts.map(
        (host) => `HAD703 the notify script on ${host} asks for metadata without a token, and i-0${host} requires one`,
      ),
    );
    expect(judge(await read('holder', { text: notifyScriptText({ token: true }) }))).toEqual([]);
  });

  test('a dry run is denied', async () => {
    endpoint.refused = ['AssociateAddress'];
    const reading = await read('all');
    expect(judge(reading)).toEqual(
      hosts.map(
        (host) => `HAD705 on ${host} AWS refuses associate-address to the notify script: UnauthorizedOperation`,
      ),
    );
    expect(JSON.stringify(reading.evidence)).not.toMatch(/210987654321|4f6e63/);
  });

  test.each([
    ['in', { ingress: [{ protocol: 'tcp', cidr: '0.0.0.0/0' }], egress: [{ protocol: '-1', cidr: '0.0.0.0/0' }] }],
    ['out', { ingress: [{ protocol: '112', cidr: '10.77.0.0/24' }], egress: [{ protocol: 'tcp', cidr: '0.0.0.0/0' }] }],
  ])('the security group lets no VRRP %s', async (direction, group) => {
    endpoint.groups = { 'sg-0aa': group };
    const expected = {
      in: ['lb2 lets no VRRP in from lb1', 'lb1 lets no VRRP in from lb2'],
      out: ['lb1 lets no VRRP out to lb2', 'lb2 lets no VRRP out to lb1'],
    }[direction];
    expect(judge(await read('all'))).toEqual(expected?.map((text) => `HAD704 by its security groups ${text}`));
  });

  test('throttled: one line, and no second try', async () => {
    endpoint.fault = { code: 'RequestLimitExceeded', message: 'Request limit exceeded.', status: 503 };
    const reading = await read('holder');
    expect(lines(reading)).toEqual(['aws: Request limit exceeded (RequestLimitExceeded)']);
    expect(endpoint.calls).toHaveLength(2);
    expect(judge(reading)).toEqual([]);
  });

  test('expired credentials', async () => {
    endpoint.fault = { code: 'RequestExpired', message: 'Request has expired.', status: 400 };
    const { failures } = await read('holder');
    expect(failures).toEqual([
      {
        source: 'aws',
        message: 'aws: Request has expired (RequestExpired)',
        hint: expect.stringContaining('aws sso login'),
      },
    ]);
  });

  test('no credentials', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    vi.stubEnv('HOME', folder);
    expect(lines(await read('holder'))).toEqual(['aws: there are no credentials']);
    expect(endpoint.calls).toEqual([]);
  });

  test('the endpoint is down', async () => {
    const options = { endpointUrl: 'http://127.0.0.1:9' };
    expect(lines(await read('holder', { options }))).toEqual(['aws: the endpoint cannot be reached']);
  });

  test('the endpoint is slow', async () => {
    endpoint.fault = { delaySeconds: 60 };
    expect(lines(await read('holder'))).toEqual(['aws: the endpoint did not answer in time']);
  });

  test('an allocation that is not there', async () => {
    const reading = await read('holder', { options: { allocationId: 'eipalloc-0ffff' } });
    expect(lines(reading)).toEqual([
      "aws: The allocation ID 'eipalloc-0ffff' does not exist (InvalidAllocationID.NotFound)",
    ]);
    expect(reading.failures[0]?.hint).toContain('--allocation-id');
  });

  test('what stands in a script cannot get onto a command line', async () => {
    const text = notifyScriptText({
      region: 'eu-west-1;id',
      allocationId: '--endpoint-url=http://192.0.2.1',
      nodes: ["a'$(touch pwned)'", 'file:///etc/passwd'],
    });
    const reading = await read('all', { text });
    expect(endpoint.calls.filter(({ isDryRun }) => !isDryRun).map(({ action }) => action)).not.toContain(
      'DescribeAddresses',
    );
    expect(JSON.stringify(endpoint.calls)).not.toMatch(/passwd|pwned|192\.0\.2\.1/);
    expect(reading.evidence.elasticIp).toBeNull();
  });

  test('without the aws command there is one line', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    for (const name of ['sh', 'timeout', 'base64', 'head', 'dd', 'id', 'sleep', 'pgrep', 'test', 'find', 'stat']) {
      const path = execFileSync('/bin/sh', ['-c', `command -v ${name}`], { env: { PATH: '/usr/bin:/bin' } });
      if (path.toString().startsWith('/')) execFileSync('ln', ['-sf', path.toString().trim(), join(bin, name)]);
    }
    vi.stubEnv('PATH', bin);
    const reading = await read('holder');
    expect(lines(reading)).toEqual(['aws: the aws command is not installed']);
  });
});

describe('without AWS', () => {
  test('a pair that moves no address by AWS is none', async () => {
    const reading = await read('all', { text: '#!/bin/sh\necho "STATE=$3" > /var/run/nginx-ha-keepalived.state\n' });
    expect(reading.evidence.nodes).toEqual([]);
    expect(endpoint.calls).toEqual([]);
    expect(judge(reading)).toEqual([]);
  });
});
