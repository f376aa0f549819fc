import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { StreamBytes } from '../bytes/byte-source.ts';
import { unpacked } from '../bytes/unpack.ts';
import type { OutputName } from './evidence.ts';
import { type LogFile, UnreadableLog } from './log-file.ts';
import type { NodePort, Reading } from './port.ts';

const commandFolder = '/sos_commands';
const longestJournal = 256 * 1024 * 1024;

/** Files of a report, by what stands in front of their names, which have the options of the command: the first that is there. */
interface Source {
  readonly from: readonly string[];
  /** Makes of what is there what the layout has; null: it does not tell. */
  readonly convert?: (text: string, report: Report) => string | null;
}

interface Report {
  /** Seconds to add to a local time of the node to have UTC. */
  readonly offsetSeconds: number;
}

/** Where a report of sos (4.0 to 4.8) has what the layout of a directory of evidence has under `commands/`. */
const outputs: Partial<Readonly<Record<OutputName, readonly Source[]>>> = {
  'ip-addr.txt': [{ from: ['networking/ip_-d_address', 'networking/ip_address_show'] }],
  'ip-maddr.txt': [{ from: ['networking/ip_maddr_show'] }],
  'keepalived-version.txt': [
    { from: ['dpkg/dpkg_-l', '../installed-debs'], convert: debianVersion },
    { from: ['rpm/package-data', 'rpm/sh_-c_rpm', '../installed-rpms'], convert: rpmVersion },
  ],
  'ps.json': [{ from: ['process/ps_axo_flags_state_uid_pid_ppid'], convert: processesAsJson }],
  'nginx-T.txt': [{ from: ['nginx/nginx_-T'], convert: (text) => split(text).dump }],
  'nginx-V.txt': [{ from: ['nginx/nginx_-V'] }],
  'nginx-t.txt': [{ from: ['nginx/nginx_-T'], convert: (text) => split(text).verdict }],
  'sysctl.txt': [{ from: ['kernel/sysctl_-a'] }],
  'nft-ruleset.txt': [
    { from: ['firewall_tables/nft_-a_list_ruleset', 'networking/nft_-a_list_ruleset', 'networking/nft_list_ruleset'] },
  ],
  'nmcli.txt': [{ from: ['networkmanager/nmcli_dev'], convert: devicesAsTerse }],
  'dmi.txt': [{ from: ['hardware/dmidecode', '../dmidecode'], convert: systemOfDmi }],
  'date.txt': [{ from: ['date/date_--utc'], convert: (text) => secondsOf(text)?.toString() ?? null }],
};

/** What the layout has of sysctl(8), below /proc/sys/net. */
const sysctls = /^(?:ip_nonlocal_bind|ip_forward|conf\/[^/]+\/(?:rp_filter|arp_ignore|arp_announce|forwarding))$/;

/** Whether the root of a node is that of a report of sos(1). */
export async function isSosreport(port: NodePort): Promise<boolean> {
  return (await port.list(commandFolder)).length > 0;
}

/** A report of sos(1), read as a directory of evidence. What is not in it may be on the node all the same. */
export async function openSosreport(port: NodePort): Promise<NodePort> {
  const text = async (path: string) => textOf(await port.readFile(path));
  const hostName = (await text(`${commandFolder}/host/hostname`)) ?? (await text('/etc/hostname'));
  const report: Report = { offsetSeconds: await offsetOf(text) };
  const name = hostName?.trim().split('.')[0] || port.name;
  return {
    name,
    readFile: (path, limit) =>
      path === '/manifest.json' ? generated('{"made":"sos report"}') : port.readFile(path, limit),
    list: (folder) => port.list(folder),
    output: (name) => outputOf(port, name, report),
    logs: async (reach) => {
      const found = await port.logs(reach);
      const journal = await journalOf(port);
      return { ...found, node: name, logs: journal === null ? found.logs : [...found.logs, [journal]] };
    },
    close: () => port.close(),
  };
}

async function outputOf(port: NodePort, name: OutputName, report: Report): Promise<Reading> {
  for (const { from, convert } of outputs[name] ?? []) {
    for (const path of from) {
      const reading = await named(port, posix.join(commandFolder, path));
      if (reading === null || reading.bytes === null) continue;
      const converted = convert === undefined ? null : convert(textOf(reading) ?? '', report);
      if (convert === undefined) return reading;
      if (converted !== null) return generated(converted);
    }
  }
  const settings = name === 'sysctl.txt' ? await settingsIn(port) : '';
  if (settings !== '') return generated(settings);
  return { bytes: null, refusal: 'missing', reason: 'the sosreport does not have it' };
}

/** The journal, as text: of the current boot, or all of it. */
async function journalOf(port: NodePort): Promise<LogFile | null> {
  const entries = await port.list(`${commandFolder}/logs`);
  const journal = entries.find(({ kind, path }) => kind === 'file' && /\/journalctl_--no-pager[^/]*$/.test(path));
  if (journal === undefined) return null;
  const { path, size, modifiedSeconds } = journal;
  return {
    name: path,
    modifiedSeconds,
    size,
    open: async (warn) => {
      const { bytes, ...refused } = await port.readFile(path, longestJournal);
      if (bytes === null) throw new UnreadableLog('reason' in refused ? refused.reason : '');
      return unpacked(new StreamBytes(Readable.from([bytes])), warn);
    },
    path: null,
    peek: null,
    isNumbered: false,
  };
}

/** The first file whose name begins so. */
async function named(port: NodePort, path: string): Promise<Reading | null> {
  const found = (await port.list(posix.dirname(path))).find(
    (entry) => entry.kind === 'file' && entry.path.startsWith(path),
  );
  return found === undefined ? null : port.readFile(found.path);
}

async function generated(text: string): Promise<Reading> {
  return { bytes: Buffer.from(text), refusal: null, viaSudo: false };
}

/** `ii  keepalived  1:2.2.7-1+b2  amd64  …` of dpkg -l, or `keepalived=1:2.2.7-1`, as keepalived itself would say it. */
function debianVersion(text: string): string | null {
  return versionLine(/^(?:ii +)?keepalived(?::\w+)?[ =]+(?:\d+:)?(\d[\w.]*)/m.exec(text)?.[1]);
}

/** `keepalived-2.2.8-4.el9.x86_64`. */
function rpmVersion(text: string): string | null {
  return versionLine(/^keepalived-(\d[\w.]*)-/m.exec(text)?.[1]);
}

function versionLine(version: string | undefined): string | null {
  return version === undefined ? null : `Keepalived v${version}\n`;
}

/** `ps axo flags,state,uid,pid,ppid,pgid,sid,cls,pri,addr,sz,wchan:20,lstart,tty,time,cmd`. */
function processesAsJson(text: string, { offsetSeconds }: Report): string | null {
  const processes = text.split('\n').flatMap((line) => {
    const words = /^(?:\S+ +){2}(\S+) +(\d+) +(\d+) +(?:\S+ +){7}(\w{3} \w{3} +\d+ [\d:]+ \d{4}) +\S+ +\S+ (.*)$/.exec(
      line.trimStart(),
    );
    const [, uid = '', pid, ppid, started = '', args] = words ?? [];
    const start = secondsOf(started);
    if (args === undefined || start === null) return [];
    const time = new Date((start + offsetSeconds) * 1000).toISOString().replace('.000', '');
    return { pid: Number(pid), ppid: Number(ppid), user: uid === '0' ? 'root' : uid, start: time, args };
  });
  return processes.length === 0 ? null : JSON.stringify(processes);
}

/** What nginx -T printed, and what it said, which a report has in one. */
function split(text: string): { readonly dump: string | null; readonly verdict: string | null } {
  const at = /^# configuration file /m.exec(text)?.index ?? text.length;
  const verdict = text.slice(0, at);
  return { dump: at === text.length ? null : text.slice(at), verdict: verdict === '' ? null : verdict };
}

/** The table of `nmcli dev` as `nmcli -t -f DEVICE,TYPE,STATE,CONNECTION device` prints it. */
function devicesAsTerse(text: string): string | null {
  const [header = '', ...rows] = text.split('\n');
  if (!/^DEVICE +TYPE +STATE +CONNECTION/.test(header)) return null;
  const lines = rows.filter((row) => row.trim() !== '').map((row) => row.trim().split(/ {2,}/));
  return lines.map((columns) => `${columns.map((column) => (column === '--' ? '' : column)).join(':')}\n`).join('');
}

/** `System Information` of dmidecode: manufacturer and product. */
function systemOfDmi(text: string): string | null {
  const [, block = ''] = /^System Information\n((?:[ \t].*\n?)+)/m.exec(text) ?? [];
  const value = (label: string) => new RegExp(`^\\s*${label}: (.*)$`, 'm').exec(block)?.[1];
  const vendor = value('Manufacturer');
  return vendor === undefined ? null : `${vendor}\n${value('Product Name') ?? ''}\n`;
}

async function settingsIn(port: NodePort): Promise<string> {
  const lines: string[] = [];
  for (const family of ['ipv4', 'ipv6']) {
    const root = `/proc/sys/net/${family}`;
    const folders = [root, ...(await port.list(`${root}/conf`)).map(({ path }) => path)];
    for (const { path } of (await Promise.all(folders.map((folder) => port.list(folder)))).flat()) {
      if (!sysctls.test(path.slice(root.length + 1))) continue;
      const value = textOf(await port.readFile(path))?.trim();
      if (value !== undefined) lines.push(`${path.slice('/proc/sys/'.length).replaceAll('/', '.')} = ${value}\n`);
    }
  }
  return lines.join('');
}

/** How far the node's clock is from UTC, by the two that sos notes one after the other. */
async function offsetOf(text: (path: string) => Promise<string | null>): Promise<number> {
  const [local, utc] = await Promise.all(['date', 'date_--utc'].map((name) => text(`${commandFolder}/date/${name}`)));
  const [there, here] = [secondsOf(local ?? ''), secondsOf(utc ?? '')];
  if (there === null || here === null) return 0;
  const quarter = 900;
  return Math.round((here - there) / quarter) * quarter;
}

/** `Sat Nov 21 00:52:12 UTC 2026` or `Sat 21 Nov 2026 12:52:12 AM CET`, without regard to its zone. */
function secondsOf(printed: string): number | null {
  const text = printed.slice(0, 100);
  const [, month, day, year] = /\b([A-Z][a-z]{2}) +(\d+) .*\b(\d{4})\b/.exec(text) ?? [];
  const [, otherDay, otherMonth, otherYear] = /\b(\d+) ([A-Z][a-z]{2}) (\d{4})\b/.exec(text) ?? [];
  const [, clock, half] = /(\d+:\d\d:\d\d)(?: ([AP]M))?/.exec(text) ?? [];
  const date = otherYear === undefined ? `${day} ${month} ${year}` : `${otherDay} ${otherMonth} ${otherYear}`;
  return clock === undefined ? null : parsed(`${date} ${clock} ${half ?? ''} UTC`);
}

function parsed(text: string): number | null {
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}

function textOf({ bytes }: Reading): string | null {
  return bytes === null ? null : new TextDecoder().decode(bytes);
}
