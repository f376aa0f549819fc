import type { ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type HostName, hosts } from './hosts.ts';
import {
  checkScript,
  type Instance,
  keepalivedConf,
  manualFailoverFile,
  manualFailoverScript,
  notifyFifo,
  notifyScript,
  sickFile,
} from './keepalived-conf.ts';
import { Namespace } from './namespace.ts';

/** Folders that a node has to itself, below its root. */
const ownFolders = ['etc/keepalived', 'var/log', 'run', 'tmp'] as const;

/** One syslog file for each way that rsyslog writes lines. */
export const logFiles = {
  traditional: { file: 'var/log/syslog', template: 'RSYSLOG_TraditionalFileFormat' },
  rfc3339: { file: 'var/log/syslog.rfc3339', template: 'RSYSLOG_FileFormat' },
  rfc5424: { file: 'var/log/syslog.rfc5424', template: 'RSYSLOG_SyslogProtocol23Format' },
} as const;
export type LogFormat = keyof typeof logFiles;

const notifications = 'var/log/notifications';

const daemonPid = '/run/keepalived.pid';
const vrrpPid = '/run/keepalived_vrrp.pid';

/** A host of the lab on which keepalived runs (or may run). */
export class LabNode {
  readonly name: HostName;
  /** The node's files as seen from here: `etc/keepalived/keepalived.conf`, `var/log/syslog`, … */
  readonly root: string;
  readonly namespace: Namespace;
  #keepalived: ChildProcess | null = null;

  private constructor(name: HostName, root: string, namespace: Namespace) {
    this.name = name;
    this.root = root;
    this.namespace = namespace;
  }

  /** `keepalivedRoot` is the folder to chroot into for another keepalived than the host's. */
  static async create(
    name: HostName,
    namespaceName: string,
    root: string,
    keepalivedRoot: string | null,
  ): Promise<LabNode> {
    for (const folder of [...ownFolders, 'dev']) mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, 'etc/keepalived/check-nginx'), checkScript, { mode: 0o755 });
    writeFileSync(join(root, 'etc/keepalived/check-manual-failover'), manualFailoverScript, { mode: 0o755 });
    writeFileSync(join(root, 'etc/keepalived/notify'), notifyScript, { mode: 0o755 });
    writeFileSync(join(root, 'run/rsyslog.conf'), rsyslogConf(name));
    // Debian's 2.3 wants this file beside its configuration.
    const buildOptions = join(keepalivedRoot ?? '/', 'etc/keepalived/keepalived.config-opts');
    if (existsSync(buildOptions)) copyFileSync(buildOptions, join(root, 'etc/keepalived/keepalived.config-opts'));
    if (keepalivedRoot !== null) {
      const wrapper = `#!/bin/sh\nexec chroot ${keepalivedRoot} /usr/sbin/keepalived "$@"\n`;
      writeFileSync(join(root, 'keepalived'), wrapper, { mode: 0o755 });
    }
    const node = new LabNode(name, root, await Namespace.create(namespaceName, name, nodeSetup(root, keepalivedRoot)));
    await node.#startSyslog();
    await node.#recordNotifications();
    return node;
  }

  exec(argv: readonly string[]): Promise<string> {
    return this.namespace.exec(argv);
  }

  configure(instances: readonly Instance[]): void {
    writeFileSync(join(this.root, 'etc/keepalived/keepalived.conf'), keepalivedConf(this.name, instances), {
      mode: 0o644,
    });
  }

  /** Starts keepalived as a distribution's unit does, but in the foreground and with VRRP only. */
  async startKeepalived(): Promise<void> {
    this.#keepalived = this.namespace.spawn(['keepalived', '-n', '-D', '-P', '-p', daemonPid, '-r', vrrpPid]);
    const keepalived = this.#keepalived;
    let complaint = '';
    keepalived.stdout?.resume();
    keepalived.stderr?.on('data', (chunk) => {
      complaint += chunk;
    });
    await this.#until(
      () => keepalived.exitCode !== null || existsSync(join(this.root, vrrpPid)),
      'keepalived to start',
    );
    if (keepalived.exitCode !== null) throw new Error(`keepalived ended with ${keepalived.exitCode}: ${complaint}`);
  }

  /** As `systemctl stop` does it. */
  async stopKeepalived(): Promise<void> {
    await this.#signal('TERM', daemonPid);
    await this.#keepalivedGone();
  }

  /** As the kernel does it when memory runs out, or an operator without patience. */
  async killKeepalived(): Promise<void> {
    // The child first: it takes its parent's death for a stop, and would say priority 0.
    await this.exec(['sh', '-c', `kill -KILL $(cat ${vrrpPid} ${daemonPid}); rm ${vrrpPid} ${daemonPid}`]);
    await this.#keepalivedGone();
  }

  async reload(instances: readonly Instance[]): Promise<void> {
    this.configure(instances);
    await this.#signal('HUP', daemonPid);
  }

  /** What a busy hypervisor does to a node: nothing runs, then all goes on. */
  async stall(seconds: number): Promise<void> {
    await this.#signal('STOP', vrrpPid);
    await delay(seconds * 1000);
    await this.#signal('CONT', vrrpPid);
  }

  async failCheck(): Promise<void> {
    await this.exec(['touch', sickFile]);
  }

  async recoverCheck(): Promise<void> {
    await this.exec(['rm', sickFile]);
  }

  async touchManualFailover(): Promise<void> {
    await this.exec(['touch', manualFailoverFile]);
  }

  async removeManualFailover(): Promise<void> {
    await this.exec(['rm', manualFailoverFile]);
  }

  /** The node's own firewall: what it sends goes out, what comes in is lost. */
  async dropVrrp(): Promise<void> {
    await this.exec([
      'nft',
      'table inet lab { chain input { type filter hook input priority 0; ip protocol 112 drop; ip6 nexthdr 112 drop; }; }',
    ]);
  }

  /** CARP speaks protocol 112 to the same group, and has ids of its own. */
  async startCarp(vhid: number): Promise<void> {
    const { ipv4 } = hosts[this.name];
    const scripts = ['--upscript=/bin/true', '--downscript=/bin/true'];
    const ucarp = this.namespace.spawn([
      'ucarp',
      '-i',
      'eth0',
      '-s',
      ipv4,
      '-v',
      `${vhid}`,
      '-p',
      'secret',
      '-a',
      '10.77.0.200',
      ...scripts,
    ]);
    ucarp.stdout?.resume();
    ucarp.stderr?.resume();
  }

  async acceptVrrp(): Promise<void> {
    await this.exec(['nft', 'delete table inet lab']);
  }

  /** The addresses that the node's eth0 has now, without prefix lengths. */
  async addresses(): Promise<string[]> {
    const links: { addr_info: { local: string }[] }[] = JSON.parse(
      await this.exec(['ip', '-j', 'address', 'show', 'dev', 'eth0']),
    );
    return links.flatMap((link) => link.addr_info.map(({ local }) => local));
  }

  log(format: LogFormat = 'rfc3339'): string {
    const file = join(this.root, logFiles[format].file);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** The states that keepalived told its notify fifo, in order: `VI_1 MASTER`. */
  notified(): string[] {
    const lines = readFileSync(join(this.root, notifications), 'utf8').split('\n');
    return lines.flatMap((line) => {
      const [, name, state] = /^INSTANCE "([^"]+)" (BACKUP|MASTER|FAULT|STOP) \d+$/.exec(line) ?? [];
      return name === undefined ? [] : [`${name} ${state}`];
    });
  }

  /** The state that keepalived entered last, by its own log; null before the first. */
  state(instance: string): string | null {
    const entered = [...this.log().matchAll(/\(([^)]+)\) [Ee]ntering ([A-Z]+) (?:STATE|state)/g)];
    return entered.filter(([, name]) => name === instance).at(-1)?.[2] ?? null;
  }

  get keepalivedRuns(): boolean {
    return this.#keepalived !== null;
  }

  async #startSyslog(): Promise<void> {
    const daemon = this.namespace.spawn(['rsyslogd', '-n', '-f', '/run/rsyslog.conf', '-i', '/run/rsyslogd.pid']);
    daemon.stdout?.resume();
    daemon.stderr?.resume();
    await this.#until(() => existsSync(join(this.root, 'run/dev-log')), 'rsyslogd to listen');
  }

  /** The fifo is there before keepalived is, so that keepalived does not remove it. */
  async #recordNotifications(): Promise<void> {
    await this.exec(['mkfifo', notifyFifo]);
    this.namespace.spawn(['sh', '-c', `exec cat <>${notifyFifo} >/${notifications}`]);
    await this.#until(() => existsSync(join(this.root, notifications)), 'notifications to be recorded');
  }

  async #signal(signal: string, pidFile: string): Promise<void> {
    await this.exec(['sh', '-c', `kill -${signal} $(cat ${pidFile})`]);
  }

  async #keepalivedGone(): Promise<void> {
    const child = this.#keepalived;
    await this.#until(
      () => child === null || child.exitCode !== null || child.signalCode !== null,
      'keepalived to end',
    );
    this.#keepalived = null;
  }

  async #until(happened: () => boolean, what: string): Promise<void> {
    for (let waited = 0; !happened(); waited += 20) {
      if (waited > 10_000) throw new Error(`${this.name}: waited 10 s for ${what}`);
      await delay(20);
    }
  }
}

function rsyslogConf(host: string): string {
  const actions = Object.values(logFiles).map(
    ({ file, template }) => `action(type="omfile" file="/${file}" template="${template}")`,
  );
  return [
    `global(localHostname="${host}")`,
    'module(load="imuxsock" SysSock.Name="/run/dev-log" SysSock.RateLimit.Interval="0")',
    ...actions,
    '',
  ].join('\n');
}

/** Shell that gives the node its own folders and /dev/log, and the keepalived of its generation. */
function nodeSetup(root: string, keepalivedRoot: string | null): string {
  const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];
  const chroot =
    keepalivedRoot === null
      ? []
      : [
          `mount --bind ${root}/keepalived "$(command -v keepalived)"`,
          `mount --rbind /proc ${keepalivedRoot}/proc`,
          ...['dev', ...ownFolders].map((folder) => `mount --rbind ${root}/${folder} ${keepalivedRoot}/${folder}`),
        ];
  return [
    // One address each, the fixed one, and no talk about routers: recordings stay readable.
    'echo 1 > /proc/sys/net/ipv6/conf/default/addr_gen_mode',
    'echo 0 > /proc/sys/net/ipv6/conf/default/accept_ra',
    `chmod 1777 ${root}/tmp`,
    ...devices.map((device) => `touch ${root}/dev/${device}; mount --bind /dev/${device} ${root}/dev/${device}`),
    `ln -s /run/dev-log ${root}/dev/log`,
    ...chroot,
    `mount --rbind ${root}/dev /dev`,
    // /tmp is last: the node's root may lie in it.
    ...ownFolders.map((folder) => `mount --bind ${root}/${folder} /${folder}`),
  ].join('\n');
}
