import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, test } from 'vitest';
import type { Generation } from './generations.ts';
import type { HostName } from './hosts.ts';
import type { Instance } from './keepalived-conf.ts';
import { labAvailable } from './lab.ts';
import { type Answer, ReachedLab, startSshd } from './reached.ts';

const required = process.env['HA_DOCTOR_LAB'] === 'required';
const isOff = process.env['HA_DOCTOR_LAB'] === 'off';
const able = labAvailable();

const vip = '10.77.0.100';
/** A loaded machine takes its time; the answer is waited for, and is then the answer. */
const patienceMilliseconds = 30_000;

function instance(peer: HostName, changes: Partial<Instance> = {}): Instance {
  return {
    name: 'VI_1',
    vrid: 51,
    version: 3,
    state: 'BACKUP',
    priority: peer === 'lb2' ? 101 : 100,
    intervalSeconds: 0.5,
    auth: null,
    peers: [peer],
    vips: [vip],
    checkWeight: null,
    manualFailoverWeight: null,
    syncGroup: null,
    extra: [],
    ...changes,
  };
}

function pairOf(shared: Partial<Instance> = {}, lb2: Partial<Instance> = {}): Record<'lb1' | 'lb2', Instance[]> {
  return { lb1: [instance('lb2', shared)], lb2: [instance('lb1', { ...shared, ...lb2 })] };
}

interface Document {
  readonly instances: readonly {
    readonly instance: string;
    readonly verdict: string;
    readonly master: string | null;
    readonly nodes: readonly {
      readonly node: string;
      readonly state: string | null;
      readonly ready: boolean | null;
      readonly notReady: readonly string[];
    }[];
  }[];
  readonly findings: readonly { readonly code: string; readonly severity: string }[];
}

/** `VI_1 one-master lb1: lb1 MASTER ready, lb2 BACKUP ready; exit 0; HAD807`: findings above info. */
function told({ exitCode, stdout, stderr }: Answer): string {
  if (!stdout.startsWith('{')) return `exit ${exitCode}: ${stdout}${stderr}`;
  const { instances, findings }: Document = JSON.parse(stdout);
  const routers = instances.map(({ instance: name, verdict, master, nodes }) => {
    const states = nodes.map(({ node, state, ready }) => {
      const word = ready === null ? 'not known' : ready ? 'ready' : 'not ready';
      return `${node} ${state} ${word}`;
    });
    return `${name} ${verdict} ${master}: ${states.join(', ')}`;
  });
  const codes = findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code);
  return [...routers, `exit ${exitCode}`, ...[...new Set(codes)].sort()].join('; ');
}

class Play {
  readonly #reached: ReachedLab;
  /** What was expected, and what was said. */
  readonly expected: string[] = [];
  readonly said: string[] = [];

  constructor(reached: ReachedLab) {
    this.#reached = reached;
  }

  get lab() {
    return this.#reached.lab;
  }

  node(name: HostName) {
    return this.lab.node(name);
  }

  /** Starts keepalived on both nodes, lb1 first. */
  async boot(): Promise<void> {
    await this.node('lb1').startKeepalived();
    await delay(400);
    await this.node('lb2').startKeepalived();
  }

  /** Waits until nodes hold an address, by their own word, and no other does. */
  async untilHeldBy(...names: readonly HostName[]): Promise<void> {
    await this.untilHeld(vip, ...names);
  }

  async untilHeld(address: string, ...names: readonly HostName[]): Promise<void> {
    const isSo = async () => {
      const holders = await Promise.all((['lb1', 'lb2'] as const).map((name) => this.#reached.holds(name, address)));
      return holders[0] === names.includes('lb1') && holders[1] === names.includes('lb2');
    };
    for (let waited = 0; !(await isSo()); waited += 200) {
      if (waited > patienceMilliseconds) throw new Error(`${address} is not on ${names.join(' and ') || 'none'}`);
      await delay(200);
    }
    // What is logged and notified of it.
    await delay(1500);
  }

  /** The codes above info of the whole `check`. */
  async check(moment: string, ...expected: readonly string[]): Promise<void> {
    const { exitCode, stdout, stderr } = await this.#reached.run('check', 'lb1', 'lb2', '--json');
    const findings = stdout.startsWith('{') ? (JSON.parse(stdout) as Document).findings : null;
    const faults = findings?.filter(({ severity }) => severity !== 'info').map(({ code }) => code);
    this.expected.push(`${moment}: ${expected.join(' ')}`);
    this.said.push(
      `${moment}: ${faults === undefined ? `${exitCode} ${stderr}` : [...new Set(faults)].sort().join(' ')}`,
    );
  }

  /** Asks ha-doctor on the third host, and notes what it says beside what it has to say. */
  async status(moment: string, expected: string, ...options: readonly string[]): Promise<void> {
    const answer = await this.#reached.run('status', 'lb1', 'lb2', '--json', ...options);
    this.expected.push(`${moment}: ${expected}`);
    this.said.push(`${moment}: ${told(answer)}`);
  }
}

async function play(
  name: string,
  instances: Record<'lb1' | 'lb2', Instance[]>,
  generation: Generation,
  act: (play: Play) => Promise<void>,
): Promise<Play> {
  const reached = await ReachedLab.start(name, instances, generation);
  const playing = new Play(reached);
  try {
    await act(playing);
    return playing;
  } finally {
    await reached.stop();
  }
}

describe.skipIf(isOff || (!able.ok && !required))('who is master, of real pairs by ssh from a third host', () => {
  test.concurrent.for(['2.1.5', '2.2.7', '2.3.3'] as const)(
    'healthy, failed over, killed, nobody: keepalived %s',
    { timeout: 400_000 },
    async (generation, { expect }) => {
      const { expected, said } = await play('status', pairOf(), generation, async (on) => {
        await on.boot();
        await on.untilHeldBy('lb1');
        const healthy = 'VI_1 one-master lb1: lb1 MASTER ready, lb2 BACKUP ready; exit 0';
        await on.status('healthy', healthy);
        await on.status('healthy, without listening', healthy, '--no-listen');

        await on.node('lb2').exec(['sh', '-c', 'echo STATE=MASTER > /var/run/nginx-ha-keepalived.state']);
        await on.node('lb2').exec(['touch', '-d', '1 hour ago', '/var/run/nginx-ha-keepalived.state']);
        await on.status('a stale state file', `${healthy}; HAD802`, '--no-listen');

        await on.node('lb1').stopKeepalived();
        await on.untilHeldBy('lb2');
        await on.status('failed over', 'VI_1 one-master lb2: lb1 STOP not ready, lb2 MASTER ready; exit 0; HAD807');

        await on.node('lb1').startKeepalived();
        await on.untilHeldBy('lb1');
        await on.status('failed back', healthy);

        await on.node('lb1').killKeepalived();
        await on.untilHeldBy('lb1', 'lb2');
        await on.status(
          'kill -9, and the address left there',
          'VI_1 split-brain null: lb1 STOP not ready, lb2 MASTER ready; exit 1; HAD101; HAD801; HAD802; HAD807',
        );

        await on.node('lb2').stopKeepalived();
        await on.untilHeldBy('lb1');
        await on.status(
          'and the other stopped',
          'VI_1 no-master null: lb1 STOP not ready, lb2 STOP not ready; exit 1; HAD801; HAD802',
          '--no-listen',
        );

        await on.node('lb1').exec(['ip', 'address', 'del', `${vip}/32`, 'dev', 'eth0']);
        await on.untilHeldBy();
        await on.status(
          'and the address taken off',
          'VI_1 no-master null: lb1 STOP not ready, lb2 STOP not ready; exit 1; HAD802; HAD803',
          '--no-listen',
        );
      });
      expect(said).toEqual(expected);
    },
  );

  test.concurrent('split brain by a firewall, by a partition, and one node out of reach', {
    timeout: 400_000,
  }, async ({ expect }) => {
    const { expected, said } = await play('split', pairOf({ peers: null }), '2.2.7', async (on) => {
      await on.boot();
      await on.untilHeldBy('lb1');
      const healthy = 'VI_1 one-master lb1: lb1 MASTER ready, lb2 BACKUP ready; exit 0';
      const split = 'VI_1 split-brain null: lb1 MASTER ready, lb2 MASTER ready; exit 1; HAD101';
      await on.status('healthy, multicast', healthy);

      await on.node('lb2').dropVrrp();
      await on.node('lb1').dropVrrp();
      await on.untilHeldBy('lb1', 'lb2');
      await on.status('both drop what they hear', split);
      await on.node('lb1').acceptVrrp();
      await on.node('lb2').acceptVrrp();
      await on.untilHeldBy('lb1');
      await on.status('healed', healthy);

      await on.lab.happen({ at: 0, on: 'lb2', does: 'partition-begins' });
      await on.untilHeldBy('lb1', 'lb2');
      await on.status('a partition', split);
      await on.lab.happen({ at: 0, on: 'lb2', does: 'partition-heals' });
      await on.untilHeldBy('lb1');

      await on.node('lb2').exec(['sh', '-c', 'kill $(cat /run/ssh/pid)']);
      await on.status(
        'ssh refused',
        'VI_1 unknown null: lb1 MASTER ready, lb2 null not known; exit 2; HAD807',
        '--no-listen',
      );
      startSshd(on.node('lb2'));
      await delay(500);
      await on.status('and back', healthy, '--no-listen');
    });
    expect(said).toEqual(expected);
  });

  test.concurrent('the whole check of a pair that is well, and of one whose firewall is in the way', {
    timeout: 400_000,
  }, async ({ expect }) => {
    const { expected, said } = await play('check', pairOf({ peers: null, intervalSeconds: 1 }), '2.2.7', async (on) => {
      await on.boot();
      await on.untilHeldBy('lb1');
      await on.check('well');
      await on.node('lb2').dropVrrp();
      await on.untilHeldBy('lb1', 'lb2');
      await on.check('lb2 drops what it hears', 'HAD101', 'HAD203', 'HAD601');
    });
    expect(said).toEqual(expected);
  });

  test.concurrent('split brain of two that reject each other, of which one is silent', {
    timeout: 400_000,
  }, async ({ expect }) => {
    const password = (text: string): Partial<Instance> => ({
      version: 2,
      intervalSeconds: 1,
      auth: { type: 'PASS', password: text },
    });
    const pair = pairOf(password('secretpa'), password('hunter22'));
    const { expected, said } = await play('rejected', pair, '2.2.7', async (on) => {
      await on.boot();
      await on.untilHeldBy('lb1', 'lb2');
      await on.status(
        'different passwords',
        'VI_1 split-brain null: lb1 MASTER ready, lb2 MASTER ready; exit 1; HAD101',
      );
    });
    expect(said).toEqual(expected);
  });

  test.concurrent('FAULT by a check of weight 0, on one node and on both', { timeout: 400_000 }, async ({ expect }) => {
    const { expected, said } = await play('fault', pairOf({ checkWeight: 0 }), '2.2.7', async (on) => {
      await on.boot();
      await on.untilHeldBy('lb1');
      await on.node('lb1').failCheck();
      await on.untilHeldBy('lb2');
      await on.status('on one', 'VI_1 one-master lb2: lb1 FAULT not ready, lb2 MASTER ready; exit 0; HAD807');
      await on.node('lb2').failCheck();
      await on.untilHeldBy();
      await on.status('on both', 'VI_1 no-master null: lb1 FAULT not ready, lb2 FAULT not ready; exit 1; HAD803');
      await on.node('lb1').recoverCheck();
      await on.node('lb2').recoverCheck();
      await on.untilHeldBy('lb1');
      await on.status('recovered', 'VI_1 one-master lb1: lb1 MASTER ready, lb2 BACKUP ready; exit 0');
    });
    expect(said).toEqual(expected);
  });

  test.concurrent('two instances with different masters, one of IPv6, and one state file for both', {
    timeout: 400_000,
  }, async ({ expect }) => {
    const six = (peer: HostName): Instance =>
      instance(peer, {
        name: 'VI_6',
        peers: null,
        vips: ['fe80::100', 'fd77::100'],
        priority: peer === 'lb2' ? 100 : 101,
      });
    const pair = { lb1: [instance('lb2'), six('lb2')], lb2: [instance('lb1'), six('lb1')] };
    const { expected, said } = await play('two', pair, '2.2.7', async (on) => {
      await on.boot();
      await on.untilHeldBy('lb1');
      await on.untilHeld('fd77::100', 'lb2');
      await on.status(
        'each its own',
        'VI_1 one-master lb1: lb1 MASTER ready, lb2 BACKUP ready; VI_6 one-master lb2: lb1 BACKUP ready, lb2 MASTER ready; exit 0',
      );
      // The last word of either instance stands in the one file: neither is judged by it.
      for (const state of ['MASTER', 'BACKUP']) {
        writeFileSync(join(on.node('lb1').root, 'run/nginx-ha-keepalived.state'), `STATE=${state}\n`);
        await on.status(
          `the file says ${state}`,
          'VI_1 one-master lb1: lb1 MASTER ready, lb2 BACKUP ready; VI_6 one-master lb2: lb1 BACKUP ready, lb2 MASTER ready; exit 0',
          '--no-listen',
        );
      }
    });
    expect(said).toEqual(expected);
  });
});
