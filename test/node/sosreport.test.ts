import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readIpAddressText } from '../../src/host/ip-address.ts';
import { readVersion } from '../../src/keepalived/versions/version.ts';
import { isNginxDump } from '../../src/nginx/config/dump.ts';
import { readNginxBuild, readNginxTest } from '../../src/nginx/facts/build.ts';
import { readNonlocalBind } from '../../src/nginx/facts/evidence.ts';
import { openBundle } from '../../src/node/bundle.ts';
import { openDirectory } from '../../src/node/directory.ts';
import type { OutputName } from '../../src/node/evidence.ts';
import type { NodePort } from '../../src/node/port.ts';
import { isSosreport, openSosreport } from '../../src/node/sosreport.ts';
import { haDoctor, isInstalled } from '../commands/run.ts';

const canRun = process.getuid?.() === 0 && isInstalled('sos') && isInstalled('nginx') && isInstalled('unshare');
if (!canRun) console.log('no sosreport is made: that needs root, sos, nginx and unshare');

const keepalivedConf = `vrrp_instance VI_1 {
  interface lo
  virtual_router_id 51
  priority 101
  virtual_ipaddress { 10.99.0.100 }
}
`;

/** A node as namespaces make it: the host's programs with a configuration, logs and addresses of its own. */
function makeReport(folder: string): string {
  const file = (name: string, text: string) => writeFileSync(join(folder, name), text);
  for (const name of ['keepalived', 'nginx', 'log/nginx', 'out']) mkdirSync(join(folder, name), { recursive: true });
  file('keepalived/keepalived.conf', keepalivedConf);
  file('nginx/nginx.conf', 'events {}\nhttp { server { listen 127.0.0.1:8099; } }\n');
  file('log/syslog', 'Nov 20 10:00:00 lb1 Keepalived_vrrp[7]: (VI_1) Entering MASTER STATE\n');
  file('hostname', 'lb1\n');
  const script = [
    'hostname lb1',
    ...['keepalived', 'nginx', 'log'].map((name) => {
      const place = name === 'log' ? '/var/log' : `/etc/${name}`;
      return `mount --bind ${folder}/${name} ${place}`;
    }),
    `mount --bind ${folder}/hostname /etc/hostname`,
    // Debian's sos knows no keepalived: this is how its users add what it lacks.
    'mount -t tmpfs none /etc/sos && mkdir /etc/sos/extras.d',
    'echo :/etc/keepalived/keepalived.conf >/etc/sos/extras.d/keepalived',
    'test ! -d /run/netns || mount -t tmpfs none /run/netns',
    'ip link set lo up && ip addr add 10.99.0.1/24 dev lo && ip addr add 2001:db8::1/64 dev lo',
    'sysctl -qw net.ipv4.ip_nonlocal_bind=1',
    `sos report --batch --tmp-dir ${folder}/out -o networking,nginx,logs,process,host,date,dpkg,kernel,sos_extras`,
  ].join('\n');
  execFileSync('unshare', ['-m', '-n', '-u', 'sh', '-ec', script], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 120_000,
  });
  const [name] = readdirSync(join(folder, 'out')).filter((entry) => entry.endsWith('.tar.xz'));
  return join(folder, 'out', name!);
}

describe.skipIf(!canRun)('a report that sos(1) made', () => {
  let folder: string;
  let report: string;
  let node: NodePort;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ha-doctor-sos-'));
    report = makeReport(folder);
    const { nodes, problem } = await openBundle(report);
    expect(problem).toBeNull();
    expect(nodes).toHaveLength(1);
    expect(await isSosreport(nodes[0]!)).toBe(true);
    node = await openSosreport(nodes[0]!);
  }, 150_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const output = async (name: OutputName) => Buffer.from((await node.output(name)).bytes ?? []).toString();
  const file = async (path: string) => Buffer.from((await node.readFile(path)).bytes ?? []).toString();

  test('is named by its host, and has what the host has', async () => {
    expect(node.name).toBe('lb1');
    expect(await file('/etc/keepalived/keepalived.conf')).toBe(keepalivedConf);
    expect(await file('/var/log/syslog')).toContain('Entering MASTER STATE');
  });

  test('has addresses, settings and clocks under the names of the layout', async () => {
    const addresses = readIpAddressText(await output('ip-addr.txt'))?.flatMap((link) =>
      link.addresses.map(({ address }) => address),
    );
    expect(addresses).toEqual(expect.arrayContaining(['127.0.0.1', '10.99.0.1', '2001:db8::1']));
    expect(await output('ip-maddr.txt')).toMatch(/inet +224\.0\.0\.1/);
    expect(readNonlocalBind(await output('sysctl.txt'))).toEqual({ ipv4: true, ipv6: false });
    const age = Date.now() / 1000 - Number(await output('date.txt'));
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(600);
  });

  test('has the processes with their starts', async () => {
    const processes = JSON.parse(await output('ps.json')) as {
      pid: number;
      ppid: number;
      user: string;
      start: string;
      args: string;
    }[];
    const first = processes.find(({ pid }) => pid === 1);
    expect(first).toMatchObject({ ppid: 0, user: 'root' });
    const own = processes.find(({ args }) => args.includes(`sos report --batch --tmp-dir ${folder}`));
    expect(Date.now() - Date.parse(own?.start ?? '')).toBeLessThan(600_000);
  });

  test('has nginx, taken apart', async () => {
    const dump = await output('nginx-T.txt');
    expect(isNginxDump(dump)).toBe(true);
    expect(dump).toMatch(/^# configuration file \/etc\/nginx\/nginx\.conf:/);
    expect(await output('nginx-t.txt')).toMatch(/syntax is ok\n.*test is successful\n$/);
    expect(readNginxTest(await output('nginx-t.txt'))).toEqual({ isOk: true, complaints: [] });
    expect(readNginxBuild('lb1', await output('nginx-V.txt'))).not.toBeNull();
  });

  test("has keepalived's version, as its package is called", async () => {
    const told = readVersion(await output('keepalived-version.txt'));
    const said = execFileSync('sh', ['-c', 'keepalived --version 2>&1'], { encoding: 'utf8' });
    expect(told).not.toBeNull();
    expect(told).toEqual(readVersion(said));
  });

  test('is the same unpacked', async () => {
    const unpacked = join(folder, 'unpacked');
    mkdirSync(unpacked);
    execFileSync('tar', [
      '-xf',
      report,
      '-C',
      unpacked,
      '--strip-components=1',
      '--exclude=*/proc/net',
      '--exclude=*/sys',
    ]);
    const directory = await openSosreport(openDirectory(unpacked));
    expect(directory.name).toBe('lb1');
    for (const name of ['ip-addr.txt', 'ps.json', 'sysctl.txt', 'nginx-T.txt', 'nginx-V.txt', 'date.txt'] as const) {
      const { bytes } = await directory.output(name);
      expect(Buffer.from(bytes ?? []).toString()).toBe(await output(name));
    }
  });

  test('is a node to every command', async () => {
    const { stdout, stderr, exitCode } = await haDoctor(['check', '--json', report]);
    expect({ stderr, exitCode }).toMatchObject({ stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ command: 'check' });
    expect((await haDoctor(['simulate', report, '--json'])).stdout).toContain('VI_1');
    const drift = await haDoctor(['diff', '--only', 'nginx', report, `again=${report}`]);
    expect(drift).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

/** Reports of other releases, and of other distributions: their files as those have them. */
describe('forms of other releases', () => {
  async function reportOf(files: Readonly<Record<string, string>>): Promise<NodePort> {
    const folder = mkdtempSync(join(tmpdir(), 'ha-doctor-sos-'));
    for (const [path, text] of Object.entries({ 'sos_commands/date/date': '', ...files })) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const node = await openSosreport(openDirectory(folder));
    return { ...node, close: async () => rmSync(folder, { recursive: true }) };
  }
  const told = async (files: Readonly<Record<string, string>>, name: OutputName) => {
    const node = await reportOf(files);
    const { bytes, ...refused } = await node.output(name);
    await node.close();
    return bytes === null && 'reason' in refused ? refused.reason : Buffer.from(bytes ?? []).toString();
  };

  test('rpm packages', async () => {
    expect(
      await told({ 'installed-rpms': 'keepalived-2.2.8-4.el9.x86_64   Mon 2 Jun\n' }, 'keepalived-version.txt'),
    ).toBe('Keepalived v2.2.8\n');
    expect(await told({ 'installed-rpms': 'nginx-1.20-1.x86_64\n' }, 'keepalived-version.txt')).toBe(
      'the sosreport does not have it',
    );
  });

  test('a clock that is not on UTC', async () => {
    const date = {
      'sos_commands/date/date': 'Sat Nov 21 02:52:12 CET 2026\n',
      'sos_commands/date/date_--utc': 'Sat 21 Nov 2026 12:52:11 AM UTC\n',
    };
    expect(await told(date, 'date.txt')).toBe(String(Date.UTC(2026, 10, 21, 0, 52, 11) / 1000));
    const ps =
      'F S   UID   PID  PPID  PGID   SID CLS PRI ADDR    SZ WCHAN                                 STARTED TT           TIME CMD\n' +
      '4 S   997    12     1     0     0  TS  19    - 12923 do_epoll_wait        Fri Nov 20 18:01:43 2026 ?        00:04:01 nginx: worker process\n';
    const path =
      'sos_commands/process/ps_axo_flags_state_uid_pid_ppid_pgid_sid_cls_pri_addr_sz_wchan_20_lstart_tty_time_cmd';
    expect(JSON.parse(await told({ ...date, [path]: ps }, 'ps.json'))).toEqual([
      { pid: 12, ppid: 1, user: '997', start: '2026-11-20T16:01:43Z', args: 'nginx: worker process' },
    ]);
  });

  test('settings from proc where sysctl was not run', async () => {
    const files = {
      'proc/sys/net/ipv4/ip_nonlocal_bind': '1\n',
      'proc/sys/net/ipv4/conf/eth0/arp_ignore': '2\n',
      'proc/sys/net/ipv4/tcp_rmem': '4096\n',
    };
    expect(await told(files, 'sysctl.txt')).toBe('net.ipv4.ip_nonlocal_bind = 1\nnet.ipv4.conf.eth0.arp_ignore = 2\n');
  });

  test('devices of NetworkManager, and the maker of the machine', async () => {
    const devices =
      'DEVICE  TYPE      STATE      CONNECTION\neth0    ethernet  connected  Wired connection 1\nlo      loopback  unmanaged  --\n';
    expect(await told({ 'sos_commands/networkmanager/nmcli_dev': devices }, 'nmcli.txt')).toBe(
      'eth0:ethernet:connected:Wired connection 1\nlo:loopback:unmanaged:\n',
    );
    const dmi =
      'Handle 0x0100\nSystem Information\n\tManufacturer: Amazon EC2\n\tProduct Name: t3.micro\n\nHandle 0x0200\n';
    expect(await told({ dmidecode: dmi }, 'dmi.txt')).toBe('Amazon EC2\nt3.micro\n');
  });
});
