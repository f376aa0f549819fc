import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { nginxSnapshot, readNginx } from '../../src/commands/shared/nginx.ts';
import type { Finding } from '../../src/model/finding.ts';
import { emptySnapshot } from '../../src/model/snapshot.ts';
import { openDirectory } from '../../src/node/directory.ts';
import { diagnose } from '../../src/rules/engine.ts';
import { rulesOn } from '../../src/rules/index.ts';
import { context } from '../rules/judged.ts';
import { hosts } from './hosts.ts';
import { type Lab, labAvailable, startLab } from './lab.ts';
import type { LabNode } from './node.ts';
import { scenarios } from './scenarios.ts';

const required = process.env['HA_DOCTOR_LAB'] === 'required';
const isOff = process.env['HA_DOCTOR_LAB'] === 'off';
const able = labAvailable();
const vip = '10.77.0.100';

/** Where nginx's files lie on a node of the lab. */
const folder = '/tmp/nginx';

function configuration(lb: 'lb1' | 'lb2'): string {
  return `pid ${folder}/pid;
error_log ${folder}/${lb}.error.log;
events {}
http {
  access_log ${folder}/${lb}.access.log;
  upstream app { server 127.0.0.1:9001; }
  server { listen 127.0.0.1:9001; return 200 "from the app"; }
  server { listen ${hosts[lb].ipv4}:8080; return 200 "${lb} is up"; }
  server {
    listen 443 ssl default_server;
    server_name shop.example.com;
    ssl_certificate ssl/shop.pem;
    ssl_certificate_key ssl/shop.key;
    location / { return 200 "the shop"; }
    location /api { return 200 "the api"; }
    location /app { proxy_pass http://app; }
  }
  include conf.d/*.conf;
}
`;
}

const blog = `server {
  listen 443 ssl;
  server_name blog.example.com;
  ssl_certificate ssl/shop.pem;
  ssl_certificate_key ssl/shop.key;
  return 200 "the blog";
}
`;

/** nginx on a node, with its configuration below the node's /tmp. */
class Nginx {
  readonly node: LabNode;
  readonly root: string;

  constructor(node: LabNode) {
    this.node = node;
    this.root = join(node.root, folder);
  }

  write(name: string, text: string): void {
    mkdirSync(join(this.root, name, '..'), { recursive: true });
    writeFileSync(join(this.root, name), text);
  }

  edit(name: string, from: string, to: string): void {
    const text = readFileSync(join(this.root, name), 'utf8');
    expect(text).toContain(from);
    this.write(name, text.replace(from, to));
  }

  start(): Promise<string> {
    return this.node.exec(['nginx', '-p', folder, '-c', `${folder}/nginx.conf`, '-e', `${folder}/start.log`]);
  }

  async stop(): Promise<void> {
    await this.node.exec([
      'nginx',
      '-p',
      folder,
      '-c',
      `${folder}/nginx.conf`,
      '-e',
      `${folder}/start.log`,
      '-s',
      'stop',
    ]);
    await until(async () => !(await this.node.exec(['ls', folder])).includes('pid'));
  }

  /** What a client on this node gets from the virtual address, or why it gets nothing. */
  async get(url: string, ...options: string[]): Promise<string> {
    const name = new URL(url).hostname;
    const port = new URL(url).protocol === 'https:' ? 443 : 80;
    try {
      const argv = ['curl', '-sS', '--max-time', '5', '--resolve', `${name}:${port}:${vip}`, ...options, url];
      return await this.node.exec(argv);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    if (await condition()) return;
    await delay(100);
  }
  throw new Error('waited for 15 s in vain');
}

async function hasVip(node: LabNode): Promise<boolean> {
  return (await node.exec(['ip', 'addr', 'show', 'eth0'])).includes(` ${vip}/`);
}

/** What the rules say of both nodes' files, and of what their kernels say. */
async function judge(nodes: readonly Nginx[]): Promise<readonly Finding[]> {
  const evidence = await Promise.all(
    nodes.map(async ({ node }) => {
      const bind = await node.exec(['cat', '/proc/sys/net/ipv4/ip_nonlocal_bind']);
      mkdirSync(join(node.root, 'commands'), { recursive: true });
      writeFileSync(join(node.root, 'commands/sysctl.txt'), `net.ipv4.ip_nonlocal_bind = ${bind}`);
      const port = openDirectory(node.root, node.name);
      const known = { names: [node.name], addresses: [hosts[node.name].ipv4], vips: [vip] };
      const input = { port, remote: null, path: `${folder}/nginx.conf`, isFile: false, isLive: false, ...known };
      return readNginx(input, Date.now() / 1000);
    }),
  );
  const read = evidence.filter((node) => node !== null);
  const judging = rulesOn('nginx', 'nginxDrift', 'tlsFaults', 'nginxBindings');
  return diagnose(judging, { ...emptySnapshot, ...nginxSnapshot(read, []) }, context).findings;
}

const messages = (findings: readonly Finding[]) =>
  findings.filter(({ severity }) => severity !== 'info').map(({ code, message }) => `${code} ${message}`);

describe('nginx on a real pair', () => {
  test.skipIf(isOff || (!able.ok && !required))(
    'what differs is named, and a failover shows it',
    { timeout: 180_000 },
    async () => {
      const scenario = scenarios.find(({ name }) => name === 'failover-200ms');
      if (scenario === undefined) throw new Error('no scenario');
      const lab: Lab = await startLab(scenario, '2.2.7');
      try {
        const [lb1, lb2] = [new Nginx(lab.node('lb1')), new Nginx(lab.node('lb2'))];
        for (const nginx of [lb1, lb2]) {
          nginx.write('nginx.conf', configuration(nginx === lb1 ? 'lb1' : 'lb2'));
          nginx.write('conf.d/blog.conf', blog);
        }
        certify(lb1.root);
        cpSync(join(lb1.root, 'ssl'), join(lb2.root, 'ssl'), { recursive: true });
        await Promise.all([lb1.start(), lb2.start()]);
        await lab.node('lb1').startKeepalived();
        await until(() => hasVip(lb1.node));
        await lab.node('lb2').startKeepalived();

        // In sync: nothing is found, and both nodes serve alike.
        expect(messages(await judge([lb1, lb2]))).toEqual([]);
        const trust = ['--cacert', `${folder}/ssl/shop.pem`];
        const served = async (from: Nginx) => [
          await from.get('https://shop.example.com/api', ...trust),
          await from.get('https://shop.example.com/app', ...trust),
          await from.get('https://blog.example.com/', ...trust),
        ];
        expect(await served(lb2)).toEqual(['the api', 'from the app', 'the blog']);

        // lb2 lags behind.
        await lb2.stop();
        lb2.edit('nginx.conf', '    location /api { return 200 "the api"; }\n', '');
        lb2.edit('nginx.conf', 'upstream app { server 127.0.0.1:9001; }', 'upstream app { server 127.0.0.1:9009; }');
        rmSync(join(lb2.root, 'conf.d/blog.conf'));
        await lb2.start();
        const found = messages(await judge([lb1, lb2]));
        expect(found).toEqual([
          'HAD501 http / upstream app: server is 127.0.0.1:9001 on lb1, 127.0.0.1:9009 on lb2',
          'HAD501 http / server shop.example.com:443: location /api is on lb1 only',
          `HAD506 lb2 lacks ${folder}/conf.d/blog.conf, which lb1 uses: http / server blog.example.com:443`,
        ]);
        await lab.node('lb1').stopKeepalived();
        await until(() => hasVip(lb2.node));
        const [api, app, other] = await served(lb1);
        expect(api).toBe('the shop');
        expect(app).toContain('502 Bad Gateway');
        expect(other).toBe('the shop');

        // A certificate that was not renewed on lb2.
        execFileSync(
          'openssl',
          [
            'x509',
            '-req',
            '-in',
            'shop.csr',
            '-signkey',
            'shop.key',
            '-extfile',
            'names',
            '-days',
            '0',
            '-out',
            'shop.pem',
          ],
          { cwd: join(lb2.root, 'ssl'), stdio: 'ignore' },
        );
        await lb2.stop();
        await lb2.start();
        await delay(1000);
        const tls = messages(await judge([lb1, lb2])).filter((message) => message.startsWith('HAD502'));
        expect(tls).toEqual([
          expect.stringMatching(
            /^HAD502 \/tmp\/nginx\/ssl\/shop\.pem on lb2 expired on \d{4}-\d\d-\d\d \(shop\.example\.com, blog\.example\.com\); lb1 has another, valid until \d{4}-\d\d-\d\d$/,
          ),
        ]);
        expect(await lb1.get('https://shop.example.com/', '--cacert', `${folder}/ssl/shop.pem`)).toMatch(
          /certificate/i,
        );

        // lb2 is backup again, and listens on the virtual address.
        await lab.node('lb1').startKeepalived();
        await until(() => hasVip(lb1.node));
        await until(async () => !(await hasVip(lb2.node)));
        await lb2.stop();
        lb2.edit('nginx.conf', 'listen 443 ssl default_server', `listen ${vip}:443 ssl default_server`);
        const bind = messages(await judge([lb1, lb2])).filter((message) => message.startsWith('HAD503'));
        expect(bind).toEqual([`HAD503 lb2 listens on ${vip}, a virtual address, and net.ipv4.ip_nonlocal_bind is 0`]);
        await expect(lb2.start()).rejects.toThrow(/bind\(\) to 10\.77\.0\.100:443 failed \(99: /);
        await lab.node('lb1').stopKeepalived();
        await until(() => hasVip(lb2.node));
        expect(await lb1.get('https://shop.example.com/')).toMatch(
          /Connection refused|Failed to connect|Couldn't connect/,
        );
      } finally {
        await lab.stop();
      }
    },
  );
});

/** A certificate for both sites, and its key, below `root`. */
function certify(root: string): void {
  const ssl = join(root, 'ssl');
  mkdirSync(ssl, { recursive: true });
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: ssl, stdio: 'ignore' });
  writeFileSync(join(ssl, 'names'), 'subjectAltName=DNS:shop.example.com,DNS:blog.example.com\n');
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'shop.key',
    '-out',
    'shop.csr',
    '-subj',
    '/CN=shop.example.com',
  );
  openssl(
    'x509',
    '-req',
    '-in',
    'shop.csr',
    '-signkey',
    'shop.key',
    '-extfile',
    'names',
    '-days',
    '30',
    '-out',
    'shop.pem',
  );
}
