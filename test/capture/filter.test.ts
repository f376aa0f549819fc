import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { filter, taggedFilter } from '../../src/capture/filter.ts';
import { pcapFile } from './builders.ts';

const hasTcpdump = spawnSync('tcpdump', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'ha-doctor-filter-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Sample {
  readonly etherType: number;
  readonly bytes: Buffer;
}

function ipv4(protocol: number, payload: string): Sample {
  const bytes = Buffer.from(`4500002800000000ff${hex(protocol)}00000a000001e0000012${payload}`, 'hex');
  return { etherType: 0x0800, bytes };
}

function ipv6(nextHeader: number, payload: string): Sample {
  const addresses = `fe80${'00'.repeat(13)}01ff02${'00'.repeat(13)}12`;
  const bytes = Buffer.from(`600000000020${hex(nextHeader)}ff${addresses}${payload}${'00'.repeat(20)}`, 'hex');
  return { etherType: 0x86dd, bytes };
}

function arp(operation: number, sender: string, target: string): Sample {
  const bytes = Buffer.from(
    `0001080006040${operation.toString().padStart(3, '0')}525400000001${sender}000000000000${target}`,
    'hex',
  );
  return { etherType: 0x0806, bytes };
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
const advert = '2133c801000000000a000064';
const ah = '7004000000000001000000010000000000000000000000';

const wanted: Readonly<Record<string, Sample>> = {
  'VRRP over IPv4': ipv4(112, advert),
  'VRRP over IPv6': ipv6(112, advert),
  'AH over IPv4': ipv4(51, ah + advert),
  'AH over IPv6': ipv6(51, ah + advert),
  'gratuitous ARP request': arp(1, '0a000064', '0a000064'),
  'gratuitous ARP reply': arp(2, '0a000064', '0a000064'),
  'ARP reply': arp(2, '0a000064', '0a000001'),
  'neighbour advertisement': ipv6(58, '88000000'),
};
const unwanted: Readonly<Record<string, Sample>> = {
  'ARP request': arp(1, '0a000001', '0a000064'),
  'neighbour solicitation': ipv6(58, '87000000'),
  'UDP over IPv4': ipv4(17, advert),
  'TCP over IPv6': ipv6(6, advert),
};

const ethernet = Buffer.from('01005e000012525400000001', 'hex');
const tagged =
  (tags: string) =>
  ({ etherType, bytes }: Sample): Buffer =>
    Buffer.concat([ethernet, Buffer.from(tags + etherType.toString(16).padStart(4, '0'), 'hex'), bytes]);

interface LinkType {
  readonly name: string;
  readonly linkType: number;
  readonly expression: string;
  readonly frame: (sample: Sample) => Buffer | null;
}

const ipOnly = (start: (sample: Sample) => string): LinkType['frame'] => {
  return (sample) =>
    sample.etherType === 0x0806 ? null : Buffer.concat([Buffer.from(start(sample), 'hex'), sample.bytes]);
};

const linkTypes: readonly LinkType[] = [
  { name: 'Ethernet', linkType: 1, expression: taggedFilter, frame: tagged('') },
  { name: 'Ethernet, 802.1Q', linkType: 1, expression: taggedFilter, frame: tagged('81000005') },
  { name: 'Ethernet, 802.1ad', linkType: 1, expression: taggedFilter, frame: tagged('88a8000581000006') },
  { name: 'Ethernet, two 802.1Q tags', linkType: 1, expression: taggedFilter, frame: tagged('8100000581000006') },
  { name: 'Ethernet, no tags expected', linkType: 1, expression: filter, frame: tagged('') },
  {
    name: 'Linux cooked',
    linkType: 113,
    expression: filter,
    frame: ({ etherType, bytes }) =>
      Buffer.concat([Buffer.from(`000000010006525400000001${'0000'}${hex16(etherType)}`, 'hex'), bytes]),
  },
  {
    name: 'Linux cooked, version 2',
    linkType: 276,
    expression: filter,
    frame: ({ etherType, bytes }) =>
      Buffer.concat([Buffer.from(`${hex16(etherType)}0000000000020001000652540000000${'10000'}`, 'hex'), bytes]),
  },
  { name: 'raw IP', linkType: 101, expression: filter, frame: ipOnly(() => '') },
  {
    name: 'BSD loopback',
    linkType: 0,
    expression: filter,
    frame: ipOnly(({ etherType }) => (etherType === 0x0800 ? '02000000' : '1e000000')),
  },
  {
    name: 'PPP',
    linkType: 9,
    expression: filter,
    frame: ipOnly(({ etherType }) => (etherType === 0x0800 ? 'ff030021' : 'ff030057')),
  },
];

function hex16(number: number): string {
  return number.toString(16).padStart(4, '0');
}

/** The frames that the filter lets pass, by their place in the file. */
function passing(expression: string, linkType: number, frames: readonly Buffer[]): readonly number[] {
  const path = join(folder, `${linkType}.pcap`);
  writeFileSync(
    path,
    pcapFile(
      frames.map((bytes, i) => ({ bytes, seconds: i })),
      { linkType },
    ),
  );
  const printed = execFileSync('tcpdump', ['-nn', '-tt', '-q', '-r', path, expression], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return [...printed.matchAll(/^(\d+)\.000000 /gm)].map(([, seconds]) => Number(seconds));
}

describe.skipIf(!hasTcpdump)('the capture filter', () => {
  test.each(linkTypes)('on $name', ({ linkType, expression, frame }) => {
    const names = [...Object.keys(wanted), ...Object.keys(unwanted)];
    const frames = [...Object.values(wanted), ...Object.values(unwanted)].map(frame);
    const present = names.filter((_, i) => frames[i] !== null);
    const passed = passing(
      expression,
      linkType,
      frames.filter((bytes) => bytes !== null),
    );
    expect(passed.map((i) => present[i])).toEqual(present.filter((name) => name in wanted));
  });

  test('with tags is refused for other link types in words that we know', () => {
    const { stderr } = spawnSync('tcpdump', ['-y', 'LINUX_SLL', '-d', taggedFilter], { encoding: 'utf8' });
    expect(stderr).toContain('no VLAN support');
  });
});
