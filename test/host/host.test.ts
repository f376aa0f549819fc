import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type HostOutput, readHost } from '../../src/host/host.ts';
import type { NodeHost } from '../../src/model/host.ts';

function hostOf(outputs: Partial<Record<HostOutput, string>>, files?: { path: string; text: string }[]): NodeHost {
  return readHost('lb1', (name) => outputs[name] ?? null, files ?? null);
}

describe('nothing was read', () => {
  const host = hostOf({});

  test('and every part says so', () => {
    expect({ ...host, routeTo: host.routeTo('10.0.0.1') }).toEqual({
      node: 'lb1',
      filters: [],
      routeTo: null,
      neighbours: null,
      groups: null,
      sysctls: null,
      networkd: null,
      hardware: null,
    });
  });
});

describe('routes', () => {
  const routes = JSON.stringify([
    { dst: 'default', gateway: '10.77.0.254', dev: 'eth0', flags: [] },
    { dst: '10.77.0.0/16', dev: 'eth0', flags: [] },
    { dst: '10.77.9.0/24', dev: 'eth1', flags: [] },
    { dst: '10.77.9.9', dev: 'eth2', flags: [] },
    { type: 'local', dst: '10.77.9.10', dev: 'lo', table: 'local', flags: [] },
    { type: 'unreachable', dst: '10.78.0.0/16', dev: 'lo', flags: [] },
    { dst: 'default', gateway: 'fd00::1', dev: 'eth3', flags: [], pref: 'medium' },
  ]);

  test.each([
    ['10.77.1.1', 'eth0'],
    ['10.77.9.1', 'eth1'],
    ['10.77.9.9', 'eth2'],
    ['10.77.9.10', 'eth1'],
    ['192.0.2.1', 'eth0'],
    ['2001:db8::1', 'eth3'],
    ['no address', null],
  ])('to %s by %s', (address, name) => {
    expect(hostOf({ 'ip-route.json': routes }).routeTo(address)).toBe(name);
  });

  test('of several tables are not followed', () => {
    const several = `[{"dst":"default","dev":"eth0"},{"dst":"default","dev":"eth1","table":"100"}]`;
    expect(hostOf({ 'ip-route.json': several }).routeTo('192.0.2.1')).toBeNull();
  });

  test('as the kernel of this machine chooses', () => {
    const printed = execFileSync('ip', ['-j', 'route', 'show', 'table', 'all'], { encoding: 'utf8' });
    const chosen = JSON.parse(execFileSync('ip', ['-j', 'route', 'get', '192.0.2.77'], { encoding: 'utf8' }));
    expect(hostOf({ 'ip-route.json': printed }).routeTo('192.0.2.77')).toBe(chosen[0].dev);
  });
});

test('neighbours: those with a hardware address', () => {
  const printed = `[{"dst":"10.77.0.1","dev":"eth0","lladdr":"52:54:00:AA:00:01","state":["STALE"]},
    {"dst":"10.77.0.9","dev":"eth0","state":["FAILED"]},7]`;
  expect(hostOf({ 'ip-neigh.json': printed }).neighbours).toEqual([
    { address: '10.77.0.1', interface: 'eth0', mac: '52:54:00:aa:00:01', state: 'STALE' },
  ]);
});

test('multicast groups, each with its interface', () => {
  const printed =
    '1:\tlo\n\tinet  224.0.0.1\n2:\teth0\n\tlink  01:00:5e:00:00:12\n\tinet  224.0.0.18 users 2\n\tinet6 ff02::12\n';
  expect(hostOf({ 'ip-maddr.txt': printed }).groups).toEqual([
    { interface: 'lo', address: '224.0.0.1' },
    { interface: 'eth0', address: '224.0.0.18' },
    { interface: 'eth0', address: 'ff02::12' },
  ]);
});

test('multicast groups and sysctls as this machine prints them', () => {
  const host = hostOf({
    'ip-maddr.txt': execFileSync('ip', ['maddr'], { encoding: 'utf8' }),
    'sysctl.txt': execFileSync('sysctl', ['net.ipv4.conf.all.rp_filter', 'net.ipv4.conf.lo.arp_ignore'], {
      encoding: 'utf8',
    }),
  });
  expect(host.groups).toContainEqual({ interface: 'lo', address: '224.0.0.1' });
  expect([...(host.sysctls?.keys() ?? [])]).toEqual(['net.ipv4.conf.all.rp_filter', 'net.ipv4.conf.lo.arp_ignore']);
  expect(host.sysctls?.get('net.ipv4.conf.all.rp_filter')).toMatch(/^[012]$/);
});

describe('systemd-networkd', () => {
  const listed =
    '  1 lo    loopback carrier  unmanaged\n● 2 eth0  ether    routable configured\n  3 eth1  ether    degraded configuring\n';
  const file = (path: string, ...lines: string[]) => ({ path, text: lines.join('\n') });

  test('manages what it has configured, or is configuring', () => {
    expect(hostOf({ 'networkctl.txt': listed }).networkd).toEqual([
      { interface: 'eth0', keepsForeign: null },
      { interface: 'eth1', keepsForeign: null },
    ]);
  });

  test.each([
    [
      'the first file that matches counts, by its name alone',
      true,
      [
        file('/usr/lib/systemd/network/80-all.network', '[Match]', 'Name=*', '[Network]', 'KeepConfiguration=no'),
        file('/etc/systemd/network/10-lb.network', '[Match]', 'Name=en* eth?', '[Network]', 'KeepConfiguration=static'),
      ],
    ],
    ['what is not set is no', false, [file('/a.network', '[Match]', 'Name=eth0', '[Network]', 'DHCP=yes')]],
    [
      'what DHCP gave is not what keepalived adds',
      false,
      [file('/a.network', '[Match]', 'Name=eth0', '[Network]', 'KeepConfiguration=dhcp')],
    ],
    [
      'another section does not count',
      false,
      [file('/a.network', '[Match]', 'Name=eth0', '[Link]', 'KeepConfiguration=yes')],
    ],
    ['no file matches', null, [file('/a.network', '[Match]', 'Name=*1', '[Network]', 'KeepConfiguration=yes')]],
    ['a star in the middle', true, [file('/a.network', '[Match]', 'Name=e*h*0', '[Network]', 'KeepConfiguration=yes')]],
    [
      'longer than the name',
      null,
      [file('/a.network', '[Match]', 'Name=eth0*eth0', '[Network]', 'KeepConfiguration=yes')],
    ],
  ] as const)('%s', (_, keepsForeign, files) => {
    expect(hostOf({ 'networkctl.txt': listed }, [...files]).networkd?.[0]).toEqual({ interface: 'eth0', keepsForeign });
  });
});

test('what the machine is', () => {
  expect(hostOf({ 'dmi.txt': 'VMware, Inc.\nVMware7,1\n' }).hardware).toBe('VMware, Inc. VMware7,1');
});

test('text that is none of it', () => {
  const junk = '\u0000{"a":[}\n'.repeat(1000);
  const names: readonly HostOutput[] = [
    'nft-ruleset.txt',
    'iptables-save.txt',
    'ip6tables-save.txt',
    'ip-route.json',
    'ip-neigh.json',
    'ip-maddr.txt',
    'sysctl.txt',
    'networkctl.txt',
    'dmi.txt',
  ];
  const host = hostOf(Object.fromEntries(names.map((name) => [name, junk])));
  expect(host.routeTo('10.0.0.1')).toBeNull();
  expect(host.neighbours).toBeNull();
  expect(host.groups).toEqual([]);
});
