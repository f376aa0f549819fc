import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AwsReading, readAws } from '../../src/commands/shared/aws.ts';
import { parseKeepalivedConfig } from '../../src/keepalived/config/parse.ts';
import { behavioursIn } from '../../src/keepalived/versions/behaviours.ts';
import type { NodeConfiguration } from '../../src/model/keepalived.ts';
import { openLocal } from '../../src/node/local.ts';
import { isInstalled } from '../commands/run.ts';
import { scratch } from '../commands/scratch.ts';
import { confOf } from '../rules/confs.ts';
import { Ec2Endpoint, type Ec2Instance } from './endpoint.ts';
import { names, notifyScriptText } from './notify-script.ts';

const { folder } = scratch();

export const pair: readonly Ec2Instance[] = [
  { id: 'i-0lb1', name: names[0], ip: '10.77.0.1' },
  { id: 'i-0lb2', name: names[1], ip: '10.77.0.2' },
];

let endpoint: Ec2Endpoint;
beforeEach(async () => {
  endpoint = await Ec2Endpoint.start(pair, 'i-0lb1');
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIAUSERUSERUSERUSER';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'user-secret';
  process.env['PATH'] = `/usr/bin:${process.env['PATH']}`;
});
afterEach(() => endpoint.stop());

function configurationOf(host: 'lb1' | 'lb2', text: string, path: string): NodeConfiguration {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  const conf = confOf(host, { vips: [], extra: [`notify "${path}"`] });
  const files = { read: () => ({ text: conf, isExecutable: false }), glob: () => [] };
  const config = parseKeepalivedConfig('/etc/keepalived/keepalived.conf', files, { configId: host, version: null });
  if (config === null) throw new Error('not read');
  const script = { path, content: text, mode: 0o755, uid: 0, gid: 0, exists: true, folders: [] };
  return { node: host, keepalivedVersion: null, behaviours: behavioursIn(null), config, scripts: [script] };
}

/** What is read of a pair of which both nodes are this machine. */
async function read(scope: 'holder' | 'all', text = notifyScriptText(), url = endpoint.url): Promise<AwsReading> {
  const subjects = (['lb1', 'lb2'] as const).map((host) => {
    const live = openLocal(host);
    const configuration = configurationOf(host, text, join(folder, `notify-${host}`));
    return { configuration, port: live, live, addresses: [host === 'lb1' ? '10.77.0.1' : '10.77.0.2'] };
  });
  const options = { allocationId: null, region: null, endpointUrl: url };
  return readAws(subjects, options, scope);
}

describe.skipIf(!isInstalled('aws'))('by the aws command', { timeout: 60_000 }, () => {
  test('who holds it, in three calls side by side', async () => {
    const { evidence, failures } = await read('holder');
    expect(failures).toEqual([]);
    expect(evidence).toMatchObject({ holder: 'lb1', region: 'eu-west-1', elasticIp: { publicIp: '203.0.113.10' } });
    expect(evidence.nodes.map(({ instance }) => instance?.instanceId)).toEqual(['i-0lb1', 'i-0lb2']);
    expect(endpoint.calls.map(({ action }) => action).sort()).toEqual([
      'DescribeAddresses',
      'DescribeInstances',
      'DescribeInstances',
    ]);
  });
});
