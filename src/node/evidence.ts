/** A read-only command whose output is evidence. Nothing else is ever run on a node. */
interface EvidenceCommand {
  readonly argv: readonly string[];
  /** Whether root sees more of it. */
  readonly asRoot?: true;
  /** nginx writes its answer to stderr. */
  readonly stderr?: true;
  /** Makes of the output what the file under `commands/` holds. */
  readonly convert?: (output: string) => string;
}

/** The commands, by the name of their output under `commands/` of a directory of evidence. */
const evidenceCommands = {
  'ip-addr.json': { argv: ['ip', '-j', 'addr'] },
  'ip-addr.txt': { argv: ['ip', 'addr'] },
  'ip-link.json': { argv: ['ip', '-j', '-d', 'link'] },
  'ip-route.json': { argv: ['ip', '-j', 'route', 'show', 'table', 'all'] },
  'ip-neigh.json': { argv: ['ip', '-j', 'neigh'] },
  'ip-maddr.txt': { argv: ['ip', 'maddr'] },
  'keepalived-version.txt': { argv: ['keepalived', '--version'], stderr: true },
  'ps.json': {
    argv: ['ps', '-ww', '-e', '-o', 'pid=', '-o', 'ppid=', '-o', 'user:32=', '-o', 'lstart=', '-o', 'args='],
    convert: processesAsJson,
  },
  'nginx-T.txt': { argv: ['nginx', '-T'], asRoot: true },
  'nginx-V.txt': { argv: ['nginx', '-V'], stderr: true },
  'nginx-t.txt': { argv: ['nginx', '-t'], asRoot: true, stderr: true },
  'sysctl.txt': {
    argv: [
      'sysctl',
      '-a',
      '--pattern',
      '^net\\.ipv[46]\\.(ip_nonlocal_bind|conf\\..*\\.(rp_filter|arp_ignore|arp_announce|forwarding)|ip_forward)',
    ],
  },
  'nft-ruleset.txt': { argv: ['nft', 'list', 'ruleset'], asRoot: true },
  'iptables-save.txt': { argv: ['iptables-save'], asRoot: true },
  'ip6tables-save.txt': { argv: ['ip6tables-save'], asRoot: true },
  'networkctl.txt': { argv: ['networkctl', '--no-pager', '--no-legend', 'list'] },
  'nmcli.txt': { argv: ['nmcli', '-t', '-f', 'DEVICE,TYPE,STATE,CONNECTION', 'device'] },
  'dmi.txt': { argv: ['cat', '/sys/class/dmi/id/sys_vendor', '/sys/class/dmi/id/product_name'] },
  'date.txt': { argv: ['date', '+%s.%N'] },
  'id.txt': { argv: ['id'] },
} as const satisfies Readonly<Record<string, EvidenceCommand>>;

/** As `find` prints in a listing (`readEntries`). */
export function statArguments(paths: readonly string[]): readonly string[] {
  return ['stat', '-L', '--printf', '%f %u %g %s %Y %n\\0', '--', ...paths];
}

export function sumArguments(paths: readonly string[]): readonly string[] {
  return ['sha256sum', '-z', '--', ...paths];
}

/** What tells of a file for TLS: its certificate, the public half of its key, and whether that has a passphrase. */
export function tlsArguments(
  path: string,
): Readonly<Record<'certificate' | 'publicKey' | 'encrypted', readonly string[]>> {
  return {
    certificate: ['openssl', 'x509', '-inform', 'PEM', '-in', path],
    publicKey: ['openssl', 'pkey', '-inform', 'PEM', '-passin', 'pass:', '-pubout', '-in', path],
    encrypted: ['grep', '-ac', 'ENCRYPTED', '--', path],
  };
}

/** The names of all outputs. */
export const outputNames = Object.keys(evidenceCommands) as readonly OutputName[];

export type OutputName = keyof typeof evidenceCommands;

/** How `name` is made on a live node. */
export function commandOf(name: OutputName): EvidenceCommand {
  return evidenceCommands[name];
}

/** A process, as `commands/ps.json` has it. `start` is RFC 3339. */
interface Process {
  readonly pid: number;
  readonly ppid: number;
  readonly user: string;
  readonly start: string;
  readonly args: string;
}

/** What `ps -o pid,ppid,user,lstart,args` printed, in UTC and the C locale. */
function processesAsJson(output: string): string {
  const processes: Process[] = [];
  for (const line of output.split('\n')) {
    const [, pid, ppid, user, month, day, time, year, args] =
      /^ *(\d+) +(\d+) +(\S+) +\w{3} +(\w{3}) +(\d+) +([\d:]+) +(\d+) ?(.*)$/.exec(line) ?? [];
    if (user === undefined || args === undefined) continue;
    const start = new Date(`${day} ${month} ${year} ${time} UTC`);
    if (Number.isNaN(start.getTime())) continue;
    processes.push({
      pid: Number(pid),
      ppid: Number(ppid),
      user,
      start: start.toISOString().replace('.000', ''),
      args,
    });
  }
  return JSON.stringify(processes);
}
