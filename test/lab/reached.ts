import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { builtProgram } from '../commands/built.ts';
import { run } from './command.ts';
import type { Generation } from './generations.ts';
import type { HostName } from './hosts.ts';
import type { Instance } from './keepalived-conf.ts';
import { type Lab, startLab } from './lab.ts';
import type { LabNode } from './node.ts';

/** Addresses on a network beside that of the pair, so that nodes are reached whatever becomes of it. */
const management = { lb1: '10.78.0.1', lb2: '10.78.0.2', rt1: '10.78.0.3' } as const;

/** What a run of ha-doctor printed. */
export interface Answer {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A pair with an sshd on each node, and a third host that reaches them by ssh alone. */
export class ReachedLab {
  readonly lab: Lab;
  readonly #bin: string;

  private constructor(lab: Lab, bin: string) {
    this.lab = lab;
    this.#bin = bin;
  }

  static async start(
    name: string,
    instances: Partial<Record<HostName, Instance[]>>,
    generation: Generation,
  ): Promise<ReachedLab> {
    const lab = await startLab(
      {
        name,
        shows: name,
        generations: [generation],
        nodes: { ...instances, rt1: [] },
        idle: [],
        events: [],
        seconds: 0,
        expect: {
          codes: [],
          maybe: [],
          info: [],
          masters: {},
          mastersByChance: false,
          transitions: null,
          failovers: null,
        },
        expectOn: {},
        sides: [],
      },
      generation,
    );
    try {
      await connect(lab);
      const bin = join(lab.folder, 'bin');
      await serve(lab, bin);
      return new ReachedLab(lab, bin);
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }

  /** Runs ha-doctor on the third host. */
  async run(...args: readonly string[]): Promise<Answer> {
    const path = `PATH=${this.#bin}:${process.env['PATH']}`;
    const argv = ['env', path, 'TERM=dumb', process.execPath, await builtProgram(), ...args];
    const child = this.lab.node('rt1').namespace.spawnOnNetwork(argv);
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, stdout, stderr };
  }

  /** Whether keepalived runs on a node, and what it holds, as the node itself says. */
  async holds(name: HostName, address: string): Promise<boolean> {
    return (await this.lab.node(name).addresses()).includes(address);
  }

  stop(): Promise<void> {
    return this.lab.stop();
  }
}

/** A second switch, and an eth1 on it for each node. */
async function connect(lab: Lab): Promise<void> {
  const inSwitch = (...args: string[]) => run('ip', '-n', lab.switch.name, ...args);
  await inSwitch('link', 'add', 'br1', 'type', 'bridge');
  await inSwitch('link', 'set', 'br1', 'up');
  for (const { name, namespace } of lab.nodes) {
    const port = `${name}m`;
    await inSwitch('link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth1', 'netns', namespace.name);
    await inSwitch('link', 'set', port, 'master', 'br1', 'up');
    await run('ip', '-n', namespace.name, 'address', 'add', `${management[name]}/24`, 'dev', 'eth1');
    await run('ip', '-n', namespace.name, 'link', 'set', 'eth1', 'up');
  }
}

/** An sshd on each node of the pair, and an ssh in `bin` that knows them by their names. */
async function serve(lab: Lab, bin: string): Promise<void> {
  mkdirSync(bin);
  // A home of its own: what this machine's root has his shell do first is nothing to the nodes, and may take its time.
  for (const node of lab.nodes) await node.exec(['mount', '-t', 'tmpfs', 'tmpfs', '/root']);
  const keys = (path: string) => execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  keys(join(bin, 'user'));
  const known = lab.nodes
    .filter(({ name }) => name !== 'rt1')
    .map((node) => {
      const folder = join(node.root, 'run/ssh');
      mkdirSync(folder);
      mkdirSync(join(node.root, 'run/sshd'), { mode: 0o755 });
      // nginx -t of this machine's configuration wants it.
      mkdirSync(join(node.root, 'var/log/nginx'));
      keys(join(folder, 'host'));
      writeFileSync(join(folder, 'keys'), readFileSync(join(bin, 'user.pub')));
      writeFileSync(join(folder, 'config'), sshdConfig(management[node.name]));
      startSshd(node);
      return `${management[node.name]} ${readFileSync(join(folder, 'host.pub'), 'utf8')}`;
    });
  writeFileSync(join(bin, 'known_hosts'), known.join(''));
  writeFileSync(join(bin, 'config'), sshConfig(bin));
  const system = execFileSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).trim();
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nexec ${system} -F ${join(bin, 'config')} "$@"\n`, { mode: 0o755 });
  for (const name of ['lb1', 'lb2']) await reachable(lab, join(bin, 'ssh'), name);
}

export function startSshd(node: LabNode): void {
  const daemon = node.namespace.spawn(['/usr/sbin/sshd', '-D', '-e', '-f', '/run/ssh/config']);
  daemon.stdout?.resume();
  daemon.stderr?.resume();
}

function sshdConfig(address: string): string {
  return [
    `ListenAddress ${address}`,
    'HostKey /run/ssh/host',
    'AuthorizedKeysFile /run/ssh/keys',
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'PidFile /run/ssh/pid',
    'LogLevel ERROR',
    '',
  ].join('\n');
}

function sshConfig(bin: string): string {
  return [
    ...(['lb1', 'lb2'] as const).flatMap((name) => [`Host ${name}`, `  HostName ${management[name]}`]),
    'Host *',
    '  User root',
    `  IdentityFile ${join(bin, 'user')}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${join(bin, 'known_hosts')}`,
    '',
  ].join('\n');
}

async function reachable(lab: Lab, ssh: string, name: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const child = lab.node('rt1').namespace.spawnOnNetwork([ssh, '-o', 'BatchMode=yes', name, 'true']);
    const [exitCode] = (await once(child, 'close')) as [number | null];
    if (exitCode === 0) return;
    if (tries === 50) throw new Error(`${name} is not reached by ssh`);
    await delay(100);
  }
}
