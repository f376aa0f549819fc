import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './command.ts';
import { type Generation, generationRoot } from './generations.ts';
import { Guard, labPrefix, removeLeftovers } from './guard.ts';
import { type HostName, hosts } from './hosts.ts';
import { familyOf } from './keepalived-conf.ts';
import { Namespace } from './namespace.ts';
import { LabNode } from './node.ts';
import { nextFrame, Recording, type RecordingOptions } from './recording.ts';
import type { Event, Scenario } from './scenarios.ts';

let tidied = false;

/** What the lab needs of this machine. */
export function labAvailable(): { ok: true } | { ok: false; reason: string } {
  if (process.platform !== 'linux') return { ok: false, reason: 'network namespaces are of Linux' };
  if (process.getuid?.() !== 0) return { ok: false, reason: 'not root' };
  const programs = [
    'ip',
    'unshare',
    'nsenter',
    'setpriv',
    'flock',
    'keepalived',
    'rsyslogd',
    'tcpdump',
    'nft',
    'ucarp',
    'debootstrap',
  ];
  const missing = programs.filter((program) => !succeeds('sh', '-c', `command -v ${program}`));
  if (missing.length > 0) return { ok: false, reason: `not installed: ${missing.join(', ')}` };
  const probe = `${labPrefix}-${process.pid}-probe`;
  const able =
    succeeds('ip', 'netns', 'add', probe) && succeeds('ip', '-n', probe, 'link', 'add', 'br0', 'type', 'bridge');
  succeeds('ip', 'netns', 'delete', probe);
  return able
    ? { ok: true }
    : { ok: false, reason: 'this kernel, or the container, gives no network namespaces with bridges' };
}

function succeeds(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Builds the network and the nodes of a scenario; keepalived is configured but not started. */
export async function startLab(scenario: Scenario, generation: Generation): Promise<Lab> {
  if (!tidied) removeLeftovers();
  tidied = true;
  const keepalivedRoot = await generationRoot(generation);
  const lab = new Lab(scenario, generation);
  try {
    await lab.build(keepalivedRoot);
    return lab;
  } catch (error) {
    await lab.stop();
    throw error;
  }
}

/** One scenario's hosts on one switch, with names of their own: any number of labs can run side by side. */
export class Lab {
  readonly scenario: Scenario;
  readonly generation: Generation;
  /** The lab's own, gone when it is stopped; below it a folder for each node. */
  readonly folder: string;
  readonly #name: string;
  readonly #nodes = new Map<HostName, LabNode>();
  readonly #recordings: Recording[] = [];
  readonly #guard: Guard;
  #switch: Namespace | null = null;

  constructor(scenario: Scenario, generation: Generation) {
    this.scenario = scenario;
    this.generation = generation;
    this.folder = mkdtempSync(join(tmpdir(), `${labPrefix}-${process.pid}-`));
    this.#name = basename(this.folder);
    this.#guard = new Guard(
      this.folder,
      [...Object.keys(hosts), 'switch'].map((host) => `${this.#name}-${host}`),
    );
  }

  get switch(): Namespace {
    if (this.#switch === null) throw new Error('the lab is not built');
    return this.#switch;
  }

  get nodes(): LabNode[] {
    return [...this.#nodes.values()];
  }

  node(name: HostName): LabNode {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`${this.scenario.name} has no ${name}`);
    return node;
  }

  /** Records on the switch, where all hosts are heard, or on one node. */
  async record(file: string, on: HostName | 'switch' = 'switch', options?: RecordingOptions): Promise<Recording> {
    const [namespace, defaults] = on === 'switch' ? [this.switch, 'br0'] : [this.node(on).namespace, 'eth0'];
    const recording = await Recording.start(namespace, file, options ?? { interface: defaults });
    this.#recordings.push(recording);
    return recording;
  }

  /** Plays the scenario while recording all that it wants recorded, as `NAME.pcap` in the lab's folder. */
  async take(): Promise<{ stalledSeconds: number }> {
    const { name, sides } = this.scenario;
    await this.record(join(this.folder, `${name}.pcap`));
    for (const { suffix, on, options } of sides) {
      await this.record(join(this.folder, `${name}-${suffix}.pcap`), on, options);
    }
    const played = await this.play();
    await this.#stopRecordings();
    return played;
  }

  /**
   * Starts keepalived on one host after the other, as machines boot, and plays the scenario's events to its end.
   * Answers for how long this machine itself stood still at worst: what a recording shows then is not keepalived's doing.
   */
  async play(): Promise<{ stalledSeconds: number }> {
    const stalls = monitorEventLoopDelay({ resolution: 10 });
    stalls.enable();
    const start = performance.now();
    const until = (seconds: number): Promise<void> => delay(Math.max(0, start + seconds * 1000 - performance.now()));
    const routers = this.nodes.filter(
      ({ name }) => this.scenario.nodes[name]?.length && !this.scenario.idle.includes(name),
    );
    const boots = routers.map((node, index) => ({ at: index * 0.4, happen: () => node.startKeepalived() }));
    const events = this.scenario.events.map((event) => ({ at: event.at, happen: () => this.happen(event) }));
    for (const event of [...boots, ...events]) {
      await until(event.at);
      await event.happen();
    }
    await until(this.scenario.seconds);
    stalls.disable();
    return { stalledSeconds: stalls.max / 1e9 };
  }

  async happen({ on, does }: Event): Promise<void> {
    const node = this.node(on);
    if (typeof does === 'object') {
      if ('reload' in does) return node.reload(does.reload);
      if ('carpVhid' in does) return node.startCarp(does.carpVhid);
      // In step with the adverts, so that the gap is as long as wanted.
      await nextFrame(this.switch, 'br0', `proto 112 and src host ${hosts[on].ipv4}`);
      return node.stall(does.stallSeconds);
    }
    const actions: Record<typeof does, () => Promise<unknown>> = {
      'check-fails': () => node.failCheck(),
      'check-recovers': () => node.recoverCheck(),
      'manual-failover-begins': () => node.touchManualFailover(),
      'manual-failover-ends': () => node.removeManualFailover(),
      'keepalived-stops': () => node.stopKeepalived(),
      'keepalived-starts': () => node.startKeepalived(),
      'keepalived-is-killed': () => node.killKeepalived(),
      'cable-out': () => this.switch.exec(['ip', 'link', 'set', on, 'down']),
      'cable-in': () => this.switch.exec(['ip', 'link', 'set', on, 'up']),
      'firewall-drops': () => node.dropVrrp(),
      'firewall-accepts': () => node.acceptVrrp(),
      'partition-begins': () => this.switch.exec(['ip', 'link', 'set', on, 'nomaster']),
      'partition-heals': () => this.switch.exec(['ip', 'link', 'set', on, 'master', 'br0']),
    };
    await actions[does]();
  }

  /** Who is master by the nodes' own logs, by `family vrid`; null where two believe to be. */
  masters(): Record<string, HostName | null> {
    const masters: Record<string, HostName | null> = {};
    for (const node of this.nodes) {
      for (const instance of this.scenario.nodes[node.name] ?? []) {
        if (!node.keepalivedRuns || node.state(instance.name) !== 'MASTER') continue;
        const router = `${familyOf(instance)} ${instance.vrid}`;
        masters[router] = router in masters ? null : node.name;
      }
    }
    return masters;
  }

  async stop(): Promise<void> {
    await this.#stopRecordings();
    await this.#guard.release();
  }

  async build(keepalivedRoot: string | null): Promise<void> {
    // No IPv6 of the switch's own: it would talk in every recording.
    const silent =
      'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6; echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6';
    const names = Object.keys(this.scenario.nodes) as HostName[];
    this.#switch = await Namespace.create(`${this.#name}-switch`, 'switch', silent);
    for (const host of names) {
      const node = await LabNode.create(host, `${this.#name}-${host}`, join(this.folder, host), keepalivedRoot);
      this.#nodes.set(host, node);
    }
    await this.#batch('switch', [
      'link add br0 type bridge mcast_snooping 0',
      'link set br0 up',
      ...names.flatMap((host) => this.#port(host)),
    ]);
    await Promise.all(names.map((host) => this.#batch(host, addressing(host))));
    for (const node of this.nodes) node.configure(this.scenario.nodes[node.name] ?? []);
  }

  async #stopRecordings(): Promise<void> {
    await Promise.all(this.#recordings.map((recording) => recording.stop()));
  }

  #port(host: HostName): string[] {
    return [
      `link add ${host} type veth peer name eth0 address ${hosts[host].mac} netns ${this.#name}-${host}`,
      `link set ${host} master br0 up`,
    ];
  }

  async #batch(host: HostName | 'switch', lines: string[]): Promise<void> {
    const script = 'printf "%s\\n" "$@" | ip -n "$0" -batch -';
    await run('sh', '-c', script, `${this.#name}-${host}`, ...lines);
  }
}

function addressing(host: HostName): string[] {
  const { ipv4, ipv6, linkLocal } = hosts[host];
  return [
    'link set lo up',
    'link set eth0 up',
    `address add ${ipv4}/24 dev eth0`,
    `address add ${ipv6}/64 dev eth0 nodad`,
    `address add ${linkLocal}/64 dev eth0 scope link nodad`,
  ];
}
