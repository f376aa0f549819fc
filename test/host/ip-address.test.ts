import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readIpAddressJson, readIpAddressText } from '../../src/host/ip-address.ts';

const hasIp = (() => {
  try {
    return execFileSync('ip', ['-V'], { encoding: 'utf8' }).includes('iproute2');
  } catch {
    return false;
  }
})();

test.skipIf(!hasIp)('JSON and text of the real command say the same', () => {
  const run = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8' });
  const fromJson = readIpAddressJson(run('-j', 'addr'));
  expect(fromJson?.length).toBeGreaterThan(0);
  expect(readIpAddressText(run('addr'))).toEqual(fromJson);
});

test('an address with label, peer and scope, and an interface that is down', () => {
  const text = [
    '2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000',
    '    link/ether 52:54:00:33:a5:01 brd ff:ff:ff:ff:ff:ff link-netnsid 0',
    '    inet 10.77.0.1/24 scope global eth0',
    '       valid_lft forever preferred_lft forever',
    '    inet 10.77.0.100/32 scope global eth0:vip',
    '    inet 10.9.0.1 peer 10.9.0.2/32 scope link eth0',
    '    inet6 fe80::5054:ff:fe33:a501/64 scope link ',
    '3: eth1: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default qlen 1000',
    '    link/ether 52:54:00:33:a5:02 brd ff:ff:ff:ff:ff:ff',
  ].join('\n');
  expect(readIpAddressText(text)).toEqual([
    {
      name: 'eth0',
      index: 2,
      mac: '52:54:00:33:a5:01',
      isUp: true,
      hasCarrier: true,
      addresses: [
        { family: 'ipv4', address: '10.77.0.1', prefixLength: 24, scope: 'global', label: 'eth0' },
        { family: 'ipv4', address: '10.77.0.100', prefixLength: 32, scope: 'global', label: 'eth0:vip' },
        { family: 'ipv4', address: '10.9.0.1', prefixLength: 32, scope: 'link', label: 'eth0' },
        { family: 'ipv6', address: 'fe80::5054:ff:fe33:a501', prefixLength: 64, scope: 'link', label: null },
      ],
    },
    { name: 'eth1', index: 3, mac: '52:54:00:33:a5:02', isUp: false, hasCarrier: false, addresses: [] },
  ]);
});

test('what is no output of ip is none', () => {
  for (const text of ['', 'null', '{}', 'Object "addr" is unknown', '"x"', '[1']) {
    expect(readIpAddressJson(text)).toBeNull();
  }
  expect(readIpAddressText('Command line is not complete.')).toBeNull();
  expect(readIpAddressJson('[{"ifname":1},null,{"ifname":"lo","addr_info":[{"local":5},7]}]')).toEqual([
    { name: 'lo', index: 0, mac: null, isUp: false, hasCarrier: false, addresses: [] },
  ]);
});

test('no input makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      readIpAddressJson(text);
      readIpAddressText(text);
    }),
  );
});
