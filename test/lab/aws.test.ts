import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { type AwsReading, readAws } from '../../src/commands/shared/aws.ts';
import { parseKeepalivedConfig } from '../../src/keepalived/config/parse.ts';
import { behavioursIn } from '../../src/keepalived/versions/behaviours.ts';
import { ShellFailure, ShellNode } from '../../src/node/shell-node.ts';
import { Ec2Endpoint } from '../aws/endpoint.ts';
import { names, notifyScriptText } from '../aws/notify-script.ts';
import { haDoctor, isInstalled } from '../commands/run.ts';
import { hosts } from './hosts.ts';
import { type Lab, labAvailable, startLab } from './lab.ts';
import { type LabNode, logFiles } from './node.ts';
import { scenarios } from './scenarios.ts';

const required = process.env['HA_DOCTOR_LAB'] === 'required';
const isOff = process.env['HA_DOCTOR_LAB'] === 'off';
const able = labAvailable();

const endpointAddress = '10.77.0.250';
const endpointPort = 8000;
const notify = '/etc/keepalived/notify';
const pair = ['lb1', 'lb2'] as const;
type Host = (typeof pair)[number];
const idOf = (host: Host) => `i-0${host}`;
const nameOf = (host: Host) => names[pair.indexOf(host)] ?? '';
const script = notifyScriptText({ keys: ['AKIALABLABLABLABLAB1', 'lab-secret'] });

/** A pair of keepalived whose notify script moves an Elastic IP of an endpoint of ours. */
class AwsLab {
  readonly lab: Lab;
  readonly endpoint: Ec2Endpoint;

  constructor(lab: Lab, endpoint: Ec2Endpoint) {
    this.lab = lab;
    this.endpoint = endpoint;
  }

  /** The endpoint for both, and for each node its metadata service, and what its script finds first in its PATH. */
  async build(): Promise<void> {
    const { lab } = this;
    const socket = join(lab.folder, 'endpoint');
    await this.endpoint.listenAt(socket);
    await lab.switch.exec(['ip', 'address', 'add', `${endpointAddress}/24`, 'dev', 'br0']);
    const relay = `require('node:net').createServer((from) => {
      const to = require('node:net').connect(${JSON.stringify(socket)});
      for (const end of [from, to]) end.on('error', () => { from.destroy(); to.destroy(); });
      from.pipe(to).pipe(from);
    }).listen(${endpointPort}, '${endpointAddress}')`;
    lab.switch.spawnOnNetwork([process.execPath, '-e', relay]);
    for (const host of pair) {
      const { namespace, root } = lab.node(host);
      await namespace.exec(['ip', 'address', 'add', '169.254.169.254/32', 'dev', 'lo']);
      const metadata = `require('node:http').createServer(({ url }, answer) => {
        const values = { 'local-hostname': '${nameOf(host)}', 'instance-id': '${idOf(host)}' };
        const value = values[url.split('/').pop()];
        answer.writeHead(value === undefined ? 404 : 200);
        answer.end(value ?? '');
      }).listen(80, '169.254.169.254')`;
      namespace.spawnOnNetwork([process.execPath, '-e', metadata]);
      const put = (path: string, text: string) => writeFileSync(join(root, path), text, { mode: 0o700 });
      mkdirSync(join(root, 'run/bin'));
      put(notify.slice(1), script);
      put(
        'run/bin/aws',
        `#!/bin/sh\nexport AWS_MAX_ATTEMPTS=1\nexec /usr/bin/aws "$@" --endpoint-url http://${endpointAddress}:${endpointPort}\n`,
      );
      put('run/bin/service', '#!/bin/sh\nexit 0\n');
      await this.#answers(host, 'http://169.254.169.254/latest/meta-data/instance-id');
      await this.#answers(host, `http://${endpointAddress}:${endpointPort}/`);
    }
  }

  /** Until a server of this node's network answers anything. */
  async #answers(host: Host, url: string): Promise<void> {
    const ask = `curl -s -o /dev/null -m 2 ${url} && echo yes || :`;
    await until(`${url} to answer`, async () => (await this.lab.node(host).exec(['sh', '-c', ask])).includes('yes'));
  }

  async isMaster(host: Host): Promise<void> {
    await until(`${host} to be master`, async () => this.lab.node(host).state('VI_1') === 'MASTER');
  }

  /** Until the other node's log tells that it took over, and its script is done. */
  async failsOver(to: Host): Promise<void> {
    const from = to === 'lb1' ? 'lb2' : 'lb1';
    if (to === 'lb2') await this.lab.node('lb1').failCheck();
    else await this.lab.node('lb1').recoverCheck();
    await this.isMaster(to);
    await until(`${from} to be backup`, async () => this.lab.node(from).state('VI_1') === 'BACKUP');
    await delay(500);
    await until('the scripts to end', () => this.#areScriptsDone());
  }

  async #areScriptsDone(): Promise<boolean> {
    const working = await Promise.all(pair.map((own) => this.lab.node(own).exec(['ps', '-e', '-o', 'args='])));
    return working.every((processes) => !processes.includes(`/bin/sh ${notify}`));
  }

  /** Asked as `check` does, with dry runs on the nodes; what it gave is then kept in the nodes' evidence. */
  async ask(): Promise<AwsReading> {
    const subjects = pair.map((host) => {
      const node = this.lab.node(host);
      const live = shellOf(node);
      const { ipv4 } = hosts[host];
      return { configuration: configurationOf(node, host), port: live, live, addresses: [ipv4] };
    });
    const reading = await readAws(
      subjects,
      { allocationId: null, region: null, endpointUrl: this.endpoint.url },
      'all',
    );
    for (const host of pair) {
      const folder = join(this.lab.node(host).root, 'commands/aws');
      mkdirSync(folder, { recursive: true });
      for (const [name, text] of reading.files.get(host) ?? []) writeFileSync(join(folder, name), text);
    }
    return reading;
  }

  /** What `status` says of both nodes' evidence, with what they hear now: the verdict, the address, the findings of 7xx. */
  async status(): Promise<string> {
    await this.ask();
    const recordings = await Promise.all(
      pair.map((host) => {
        const folder = join(this.lab.node(host).root, 'captures');
        mkdirSync(folder, { recursive: true });
        return this.lab.record(join(folder, 'eth0.pcap'), host);
      }),
    );
    await delay(2500);
    await Promise.all(recordings.map((recording) => recording.stop()));
    for (const host of pair) {
      const { bytes } = await shellOf(this.lab.node(host)).output('ps.json');
      writeFileSync(join(this.lab.node(host).root, 'commands/ps.json'), bytes ?? '[]');
    }
    const { stdout } = await haDoctor(['status', '--json', ...this.#roots()]);
    const { instances, findings } = JSON.parse(stdout);
    const [{ verdict, master, elasticIp }] = instances;
    return [`${verdict} ${master}`, `address ${elasticIp.node}`, ...codesOf(findings)].join(', ');
  }

  /** The findings of 7xx that the logs alone give. */
  async logs(): Promise<readonly string[]> {
    const logs = pair.map((host) => `${host}=${join(this.lab.node(host).root, logFiles.rfc3339.file)}`);
    const { stdout } = await haDoctor(['logs', '--json', ...logs]);
    return codesOf(JSON.parse(stdout).findings);
  }

  #roots(): readonly string[] {
    return pair.map((host) => `${host}=${this.lab.node(host).root}`);
  }
}

function codesOf(findings: readonly { readonly code: string }[]): readonly string[] {
  return [...new Set(findings.map(({ code }) => code))].filter((code) => code.startsWith('HAD7')).sort();
}

function shellOf({ name, namespace }: LabNode): ShellNode {
  return new ShellNode(name, 'nsenter', {
    start: async (text) => namespace.shell(text),
    failure: (_, stderr) => new ShellFailure('failed', stderr),
    close: async () => {},
  });
}

function configurationOf(node: LabNode, host: Host) {
  const text = readFileSync(join(node.root, 'etc/keepalived/keepalived.conf'), 'utf8');
  const files = { read: () => ({ text, isExecutable: false }), glob: () => [] };
  const config = parseKeepalivedConfig('/etc/keepalived/keepalived.conf', files, { configId: host, version: null });
  if (config === null) throw new Error('not read');
  const own = { path: notify, content: script, mode: 0o700, uid: 0, gid: 0, exists: true, folders: [] };
  return { node: host, keepalivedVersion: null, behaviours: behavioursIn(null), config, scripts: [own] };
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 900; tries++) {
    if (await condition()) return;
    await delay(200);
  }
  throw new Error(`waited in vain for ${what}`);
}

describe('an Elastic IP that follows a real pair', () => {
  test.skipIf(isOff || ((!able.ok || !isInstalled('aws')) && !required))(
    'each diagnosis is right, and the remedies mend it',
    { timeout: 1_200_000 },
    async () => {
      // VRRPv3 does without a virtual address no more: keepalived ends.
      const model = scenarios.find(({ name }) => name === 'failover-check-fails');
      if (model === undefined) throw new Error('no scenario');
      const nodes = Object.fromEntries(
        pair.map((host) => [
          host,
          (model.nodes[host] ?? []).map((own) => ({ ...own, version: 2 as const, intervalSeconds: 1, vips: [] })),
        ]),
      );
      const instances = pair.map((host) => ({ id: idOf(host), name: nameOf(host), ip: hosts[host].ipv4 }));
      const endpoint = await Ec2Endpoint.start(instances, null);
      // keepalived, and so its scripts, have it from us.
      vi.stubEnv('PATH', `/run/bin:${process.env['PATH']}`);
      vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAUSERUSERUSERUSER');
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'user-secret');
      const lab = await startLab({ ...model, nodes }, '2.2.7');
      const aws = new AwsLab(lab, endpoint);
      try {
        await aws.build();
        await Promise.all(lab.nodes.map((node) => node.startKeepalived()));
        await aws.isMaster('lb1');
        await until('the address to come to lb1', async () => endpoint.holder === idOf('lb1'));
        expect(await aws.status()).toBe('one-master lb1, address lb1');
        expect(await aws.logs()).toEqual([]);

        // A failover that goes well, and back again.
        await aws.failsOver('lb2');
        expect(await aws.status()).toBe('one-master lb2, address lb2');
        await aws.failsOver('lb1');
        expect(endpoint.holder).toBe(idOf('lb1'));
        expect(await aws.logs()).toEqual([]);

        // To and fro.
        await aws.failsOver('lb2');
        await aws.failsOver('lb1');
        expect(endpoint.holder).toBe(idOf('lb1'));
        expect(await aws.logs()).toEqual(['HAD708']);

        // lb2 takes over while AWS answers nothing: the address stays behind.
        endpoint.fault = { code: 'RequestLimitExceeded', message: 'Request limit exceeded.', status: 503 };
        await aws.failsOver('lb2');
        endpoint.fault = null;
        expect(await aws.status()).toBe('one-master lb2, address lb1, HAD701');
        expect(await aws.logs()).toEqual(['HAD708', 'HAD709']);

        // The remedy, with a policy that forbids half of it.
        endpoint.refused = ['AssociateAddress'];
        const remedy = () => lab.node('lb2').exec([notify, 'INSTANCE', 'VI_1', 'MASTER']);
        await remedy();
        expect(await aws.status()).toBe('one-master lb2, address null, HAD705, HAD707');
        endpoint.refused = [];
        await remedy();
        expect(await aws.status()).toBe('one-master lb2, address lb2');
        const asked = endpoint.calls.filter(({ accessKey }) => accessKey === 'AKIAUSERUSERUSERUSER');
        expect(asked.every(({ action }) => action.startsWith('Describe'))).toBe(true);
      } finally {
        vi.unstubAllEnvs();
        await lab.stop();
        await endpoint.stop();
      }
    },
  );
});
