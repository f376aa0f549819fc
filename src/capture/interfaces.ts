import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { nearest } from '../model/nearest.ts';
import { printable } from '../model/printable.ts';
import { CaptureError } from './source.ts';

/** Linux's name for all interfaces at once. */
export const anyInterface = 'any';

const mostListed = 12;

/**
 * The interfaces of our network namespace. On Linux all of them (proc_net(5), /proc/net/dev); elsewhere what Node
 * tells, which are only those that are up and have an address, so that one that is missing here may still exist.
 */
export function listInterfaces(): { readonly names: readonly string[]; readonly isComplete: boolean } {
  try {
    const lines = readFileSync('/proc/self/net/dev', 'utf8').split('\n').slice(2);
    const names = lines.map((line) => line.slice(0, line.lastIndexOf(':')).trim()).filter((name) => name !== '');
    return { names, isComplete: true };
  } catch {
    return { names: Object.keys(networkInterfaces()), isComplete: false };
  }
}

/** Throws a CaptureError for a name that cannot be an interface's here, or one that is down. */
export function requireInterface(name: string): void {
  // An engine must never take a name for an option, or for a number of `tcpdump -D`.
  if (name === '' || name.startsWith('-') || /[\s/]|\p{C}/u.test(name)) {
    throw new CaptureError(`"${printable(name)}" is not the name of an interface`);
  }
  if (name === anyInterface) return;
  const { names, isComplete } = listInterfaces();
  if (isComplete && !names.includes(name)) throw noSuchInterface(name);
  if (showsOurInterfaces() && stateOf(name)?.isEnabled === false) throw interfaceIsDown(name);
}

export function noSuchInterface(name: string): CaptureError {
  const { names } = listInterfaces();
  const listed = names.slice(0, mostListed).map(printable).join(', ');
  const more = names.length > mostListed ? ` and ${names.length - mostListed} more` : '';
  // Names are short: half of one may be wrong.
  const guess = nearest(name, names, Math.max(1, Math.floor(name.length / 2)));
  return new CaptureError(
    `no interface ${printable(name)}; there are: ${listed}${more}`,
    guess === null ? {} : { hint: `did you mean ${printable(guess)}?` },
  );
}

export function interfaceIsDown(name: string): CaptureError {
  return new CaptureError(`the interface ${name} is down: nothing can be captured on it`, {
    hint: `ip link set ${name} up`,
  });
}

interface InterfaceState {
  readonly index: string;
  /** Switched on by the administrator (IFF_UP). */
  readonly isEnabled: boolean;
  /** Enabled, and with carrier as far as the driver tells (operstate, RFC 2863). */
  readonly isUp: boolean;
  /** How often its carrier has come or gone. */
  readonly changes: string;
}

/** Linux, sysfs-class-net. */
const sysfs = '/sys/class/net';

/** Null where there is no such interface, or nothing that tells its state. */
function stateOf(name: string): InterfaceState | null {
  const read = (file: string): string => readFileSync(`${sysfs}/${name}/${file}`, 'latin1').trim();
  try {
    const isEnabled = (Number(read('flags')) & 1) === 1;
    const state = read('operstate');
    return {
      index: read('ifindex'),
      isEnabled,
      isUp: isEnabled && state !== 'down' && state !== 'lowerlayerdown' && state !== 'notpresent',
      changes: read('carrier_changes'),
    };
  } catch {
    return null;
  }
}

/** A process that entered a namespace without mounting /sys anew (`nsenter --net`) sees the old one's interfaces. */
function showsOurInterfaces(): boolean {
  try {
    const shown = readdirSync(sysfs).filter((name) => name !== 'bonding_masters');
    return shown.sort().join() === [...listInterfaces().names].sort().join();
  } catch {
    return false;
  }
}

/** Names for indices as `ip link` shows them; null for one that is not known, or not any more. */
export function interfaceNamesByIndex(): (index: number) => string | null {
  const known = new Map<number, string | null>();
  const isTold = showsOurInterfaces();
  return (index) => {
    if (isTold && !known.has(index)) {
      if (known.size > mostIndices) known.clear();
      known.set(index, null);
      for (const name of listInterfaces().names) {
        const state = stateOf(name);
        if (state !== null) known.set(Number(state.index), name);
      }
    }
    return known.get(index) ?? null;
  };
}

/** Indices are never used again, and containers come and go. */
const mostIndices = 4096;

export interface InterfaceEvents {
  /** It went down after `since`, when it was last seen up; `at` is now. Both in seconds since the epoch. */
  down(since: number): void;
  up(at: number): void;
  /** It is gone for good: deleted, or replaced by another one of the same name. */
  gone(): void;
}

const pollMilliseconds = 250;

/** Watches an interface by looking at it four times a second. Where the system does not tell, nothing is reported. */
export class InterfaceWatch {
  readonly #name: string;
  readonly #events: InterfaceEvents;
  readonly #first: InterfaceState | null;
  readonly #timer: NodeJS.Timeout | null;
  #isUp = true;
  #changes: string;
  #lastSeenUp = Date.now() / 1000;

  constructor(name: string, events: InterfaceEvents) {
    this.#name = name;
    this.#events = events;
    this.#first = showsOurInterfaces() ? stateOf(name) : null;
    this.#changes = this.#first?.changes ?? '';
    this.#timer = this.#first === null ? null : setInterval(() => this.#look(), pollMilliseconds);
    this.#look();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  #look(): void {
    if (this.#first === null) return;
    const state = stateOf(this.#name);
    if (state === null || state.index !== this.#first.index) {
      this.stop();
      this.#events.gone();
      return;
    }
    const now = Date.now() / 1000;
    const wentDown = !state.isUp || state.changes !== this.#changes;
    this.#changes = state.changes;
    if (this.#isUp && wentDown) {
      this.#isUp = false;
      this.#events.down(this.#lastSeenUp);
    }
    if (!state.isUp) return;
    if (!this.#isUp) {
      this.#isUp = true;
      this.#events.up(now);
    }
    this.#lastSeenUp = now;
  }
}
