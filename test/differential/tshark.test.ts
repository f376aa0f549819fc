import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { openFile } from '../../src/capture/open.ts';
import type { Advert, Garp, WirePacket } from '../../src/model/packet.ts';
import { Dissector } from '../../src/packet/dissect.ts';

// Every advert and gratuitous announcement of every capture at hand, as Wireshark's dissectors see it. What was compared
// may only become more: these numbers rise with the captures.
const leastCompared = {
  corpus: { adverts: 61, announcements: 10 },
  captures: { adverts: 1_300, announcements: 1_500 },
};

const repository = join(import.meta.dirname, '../..');
const folders = { corpus: join(repository, '../shared/corpus/pcap'), captures: join(repository, 'captures') };

/** What tshark prints of a frame, one text a field; several values of one field are joined by commas. */
const fields = [
  'frame.number',
  'ip.src',
  'ipv6.src',
  'ip.dst',
  'ipv6.dst',
  'ip.ttl',
  'ip.len',
  'ipv6.hlim',
  'ieee8021ad.id',
  'vlan.id',
  'vrrp.version',
  'vrrp.virt_rtr_id',
  'vrrp.prio',
  'vrrp.addr_count',
  'vrrp.auth_type',
  'vrrp.auth_string',
  'vrrp.adver_int',
  'vrrp.short_adver_int',
  'vrrp.ip_addr',
  'vrrp.ipv6_addr',
  'vrrp.checksum',
  'vrrp.checksum.status',
  'arp.isgratuitous',
  'arp.src.proto_ipv4',
  'arp.src.hw_mac',
  'arp.src.hw',
  'icmpv6.nd.na.target_address',
  'icmpv6.opt.linkaddr',
] as const;
type Seen = Readonly<Record<(typeof fields)[number], string>>;

/** What both say of an advert, in one form. */
interface Comparable {
  src: string;
  dst: string;
  ttl: number;
  vlan: string;
  version: number;
  vrid: number;
  prio: number;
  authtype: string;
  auth: string;
  intvl: string;
  addrs: string;
  checksumField: number;
  checksum: string;
}

interface Exception {
  readonly file: RegExp;
  readonly why: string;
  /** Frames of the file that are left out; all where not given. */
  readonly frames?: readonly number[];
}

/** Frames that tshark takes for adverts and we do not, or the other way round. */
const notCompared: readonly Exception[] = [
  { file: /^tcpdump__vrrp-vrrp_print-oobr\.pcap$/, why: 'its link type, Frame Relay, is not one that we decode' },
  {
    file: /^nDPI__fuzz-2020-02-16-11740\.pcap$/,
    frames: [161],
    why: 'VRRP version 7: tshark reads on as if it were 2',
  },
  { file: /^encoded-malformed\.pcap$/, frames: [10], why: 'VRRP version 7, as above' },
];

/** Where tshark's verdict on the checksum is not ours. */
const checksumsThatTsharkCallsBad: readonly { readonly why: string; readonly holds: (advert: Advert) => boolean }[] = [
  {
    why: 'a checksum that is right under another rule: tshark knows one of them, as a preference, and then no other',
    holds: (advert) => advert.checksum === 'good' && advert.checksumVariant !== null,
  },
  {
    why: 'keepalived computes the IPv4 checksum without its auth_hmac trailer; tshark does not know the trailer',
    holds: (advert) => advert.checksum === 'good' && advert.family === 'ipv4' && advert.trailer?.kind === 'hmac',
  },
];

async function seenByTshark(file: string): Promise<Seen[]> {
  const unsolicited = 'icmpv6.type == 136 and icmpv6.nd.na.flag.s == 0 and ipv6.dst == ff02::1';
  const filter = `vrrp or carp or arp.isgratuitous == 1 or (${unsolicited})`;
  const output = [
    '-T',
    'fields',
    '-E',
    'separator=/t',
    '-E',
    'occurrence=a',
    ...fields.flatMap((name) => ['-e', name]),
  ];
  const args = ['-n', '-o', 'ip.defragment:FALSE', '-o', 'ipv6.defragment:FALSE', '-r', file, '-Y', filter, ...output];
  // It fails at the end of a file that is cut short or damaged, after it printed what is before that.
  const { stdout } = await run('tshark', args).catch((error: { stdout: string }) => error);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Object.fromEntries(line.split('\t').map((text, i) => [fields[i], text])) as Seen);
}

function run(program: string, args: readonly string[]): Promise<{ stdout: string }> {
  return promisify(execFile)(program, args, { maxBuffer: 1 << 28 });
}

/** Compares files as one, since tshark takes long to start; those that cannot be merged, by halves and one by one. */
async function compareFiles(files: readonly string[], folder: string, comparison: Comparison): Promise<void> {
  const [file] = files;
  if (file === undefined) return;
  const merged = join(folder, `${comparison.runs++}.pcapng`);
  const isMerged =
    files.length > 1 &&
    (await run('mergecap', ['-a', '-F', 'pcapng', '-w', merged, ...files]).then(
      () => true,
      () => false,
    ));
  if (!isMerged && files.length > 1) {
    const half = Math.ceil(files.length / 2);
    await compareFiles(files.slice(0, half), folder, comparison);
    await compareFiles(files.slice(half), folder, comparison);
    return;
  }
  const seen = await seenByTshark(isMerged ? merged : file);
  const theirs = new Map(seen.map((frame) => [Number(frame['frame.number']), frame]));
  let before = 0;
  for (const path of files) before += await compareFile(path, theirs, before, comparison);
}

/** Our view of a file: frame number and what it decoded to. Files that the reader refuses have nothing to say. */
async function dissected(file: string): Promise<{ packets: Map<number, WirePacket>; frames: number }> {
  let frames = 0;
  const packets = new Map<number, WirePacket>();
  const dissector = new Dissector();
  const reading = openFile(file).run({
    packet: (packet) => {
      frames = packet.frame;
      const decoded = dissector.dissect(packet);
      if (decoded !== null) packets.set(packet.frame, decoded);
    },
    batch: () => undefined,
    warning: () => undefined,
  });
  await reading.catch(() => undefined);
  return { packets, frames };
}

const checksumStatus: Readonly<Record<string, string>> = {
  '0': 'bad',
  '1': 'good',
  '2': 'unverified',
  '': 'unverified',
  Bad: 'bad',
  Good: 'good',
  Unverified: 'unverified',
};
const authTypes: Readonly<Record<string, string>> = { '0': 'none', '1': 'simple', '2': 'ah' };

function first(list: string): string {
  return list.split(',')[0] ?? '';
}

function comparableOfTshark(seen: Seen): Comparable {
  const intvl =
    seen['vrrp.short_adver_int'] === '' ? seen['vrrp.adver_int'] : `${Number(seen['vrrp.short_adver_int']) / 100}`;
  return {
    src: first(seen['ip.src'] || seen['ipv6.src']),
    dst: first(seen['ip.dst'] || seen['ipv6.dst']),
    ttl: Number(first(seen['ip.ttl'] || seen['ipv6.hlim'])),
    vlan: [seen['ieee8021ad.id'], seen['vlan.id']].filter((ids) => ids !== '').join(','),
    version: Number(seen['vrrp.version']),
    vrid: Number(seen['vrrp.virt_rtr_id']),
    prio: Number(seen['vrrp.prio']),
    authtype: authTypes[seen['vrrp.auth_type']] ?? seen['vrrp.auth_type'],
    auth: seen['vrrp.auth_string'],
    intvl,
    addrs: seen['vrrp.ip_addr'] || seen['vrrp.ipv6_addr'],
    checksumField: Number(seen['vrrp.checksum'] || 0),
    checksum: checksumStatus[seen['vrrp.checksum.status']] ?? seen['vrrp.checksum.status'],
  };
}

function comparableOfOurs(advert: Advert): Comparable {
  const isException = checksumsThatTsharkCallsBad.some(({ holds }) => holds(advert));
  return {
    src: advert.src,
    dst: advert.dst,
    ttl: advert.ttl,
    vlan: advert.vlan.join(','),
    version: advert.version,
    vrid: advert.vrid,
    prio: advert.prio,
    authtype: advert.authtype ?? '',
    auth: advert.auth ?? '',
    intvl: advert.intvl === null ? '' : String(advert.intvl),
    addrs: advert.addrs.join(','),
    checksumField: advert.checksumField,
    checksum: isException ? 'bad' : advert.checksum,
  };
}

/** tshark shows CARP as VRRPv2 with 7 addresses, most of which are its HMAC; only the length tells: 36 bytes behind IPv4's 20. */
function isCarpSeenAsVrrp(seen: Seen): boolean {
  return seen['vrrp.version'] === '2' && seen['vrrp.addr_count'] === '7' && seen['ip.len'] === '56';
}

function announcementOfTshark(seen: Seen): string {
  if (seen['arp.isgratuitous'] !== '') {
    // Of other lengths than Ethernet's it has the bytes only.
    const mac = seen['arp.src.hw_mac'] || seen['arp.src.hw'].match(/../g)?.join(':');
    return `${seen['arp.src.proto_ipv4']} is at ${mac}`;
  }
  return `${seen['icmpv6.nd.na.target_address']} is at ${seen['icmpv6.opt.linkaddr']}`;
}

function announcementOfOurs(garp: Garp): string {
  return `${garp.address} is at ${garp.mac}`;
}

interface Comparison {
  adverts: number;
  announcements: number;
  differences: unknown[];
  runs: number;
}

/** `theirs` counts frames from the first file that was merged, `before` of them come before this file. Returns its frames. */
async function compareFile(
  file: string,
  theirs: ReadonlyMap<number, Seen>,
  before: number,
  comparison: Comparison,
): Promise<number> {
  const { packets, frames } = await dissected(file);
  const name = basename(file);
  for (let frame = 1; frame <= frames; frame++) {
    const their = theirs.get(before + frame);
    const our = packets.get(frame);
    if (their === undefined && our === undefined) continue;
    const isAnnouncement = our?.type === 'garp' || (their !== undefined && their['vrrp.version'] === '');
    const exception = notCompared.find(
      ({ file: pattern, frames: some }) => pattern.test(name) && (some === undefined || some.includes(frame)),
    );
    if (exception !== undefined && !isAnnouncement) continue;
    if (our?.type === 'carp' && their !== undefined && isCarpSeenAsVrrp(their)) continue;
    if (their === undefined || our === undefined || our.type === 'carp') {
      comparison.differences.push({ file: name, frame, tshark: their ?? null, ours: our ?? null });
      continue;
    }
    const pair =
      our.type === 'garp'
        ? { tshark: announcementOfTshark(their), ours: announcementOfOurs(our) }
        : { tshark: comparableOfTshark(their), ours: comparableOfOurs(our) };
    comparison[our.type === 'garp' ? 'announcements' : 'adverts']++;
    if (JSON.stringify(pair.tshark) !== JSON.stringify(pair.ours)) {
      comparison.differences.push({ file: name, frame, ...pair });
    }
  }
  return frames;
}

async function compareFolder(captures: string): Promise<Comparison> {
  const files = readdirSync(captures, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /cap|pcap|trace/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const comparison: Comparison = { adverts: 0, announcements: 0, differences: [], runs: 0 };
  const folder = mkdtempSync(join(tmpdir(), 'ha-doctor-tshark-'));
  try {
    await compareFiles(files, folder, comparison);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return comparison;
}

function hasTshark(): boolean {
  try {
    execFileSync('tshark', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const tshark = hasTshark();

describe('tshark agrees on every advert and announcement of', () => {
  for (const name of ['corpus', 'captures'] as const) {
    const absent = [...(tshark ? [] : ['tshark']), ...(existsSync(folders[name]) ? [] : [folders[name]])];
    const title = absent.length === 0 ? name : `${name} (skipped: no ${absent.join(', no ')})`;
    test.skipIf(absent.length > 0)(title, { timeout: 300_000 }, async () => {
      const { adverts, announcements, differences } = await compareFolder(folders[name]);
      expect(differences).toEqual([]);
      expect({ adverts, announcements }).toEqual({
        adverts: expect.toSatisfy((count: number) => count >= leastCompared[name].adverts),
        announcements: expect.toSatisfy((count: number) => count >= leastCompared[name].announcements),
      });
    });
  }
});
