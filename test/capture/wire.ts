import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Guard, labPrefix } from '../lab/guard.ts';

/**
 * Sends frames of a virtual router on an interface, numbered from 0 in their payload. Protocol 112 over IPv4 to the
 * multicast group, behind the VLAN tags given in hexadecimal.
 */
const sender = `
import socket, struct, sys, time
interface, count, interval, tags = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), bytes.fromhex(sys.argv[4])
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind((interface, 0))
ethernet = bytes.fromhex('01005e000012525400000001') + tags + bytes.fromhex('0800')
for i in range(count):
    payload = b'number %d ' % i
    ip = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(payload), i & 0xffff, 0, 255, 112, 0, bytes([10, 0, 0, 1]), bytes([224, 0, 0, 18]))
    try:
        s.send((ethernet + ip + payload).ljust(60, b' '))
    except OSError:
        pass
    if interval: time.sleep(interval)
`;

export interface Sending {
  readonly count: number;
  readonly intervalSeconds?: number;
  readonly tags?: string;
}

/** Two interfaces, `near` and `far`, of one cable in a network namespace of its own. */
export class Wire {
  readonly #name: string;
  readonly #guard: Guard;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), `${labPrefix}-${process.pid}-`));
    this.#name = basename(folder);
    this.#guard = new Guard(folder, [this.#name]);
    execFileSync('ip', ['netns', 'add', this.#name]);
    // Neighbour advertisements of its own would be caught as well.
    this.shell('sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1; ip link set lo up');
    this.plug();
  }

  /** What runs a command here. */
  get prefix(): readonly string[] {
    return ['ip', 'netns', 'exec', this.#name];
  }

  plug(): void {
    this.shell('ip link add near type veth peer name far; ip link set near up; ip link set far up');
  }

  shell(script: string): string {
    const [program = '', ...args] = this.prefix;
    return execFileSync(program, [...args, 'sh', '-ec', script], { encoding: 'utf8' });
  }

  /** From `near`, so that `far` receives. Fulfilled when all is sent. */
  async send({ count, intervalSeconds = 0, tags = '' }: Sending): Promise<void> {
    const [program = '', ...args] = this.prefix;
    const command = ['python3', '-c', sender, 'near', String(count), String(intervalSeconds), tags];
    const child = spawn(program, [...args, ...command], { stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`the sender ended with ${code}`);
  }

  processes(): readonly string[] {
    return execFileSync('ip', ['netns', 'pids', this.#name], { encoding: 'utf8' })
      .split('\n')
      .filter((id) => id !== '');
  }

  unplug(): Promise<void> {
    return this.#guard.release();
  }
}

/** What keeps this machine from capturing live; null where all is there. */
export function missingForLive(): string | null {
  if (process.env['HA_DOCTOR_LAB'] === 'off') return 'HA_DOCTOR_LAB=off';
  if (process.getuid?.() !== 0) return 'not root';
  for (const program of ['ip', 'tcpdump', 'python3']) {
    const folders = (process.env['PATH'] ?? '').split(':');
    if (!folders.some((folder) => existsSync(join(folder, program)))) return `no ${program}`;
  }
  try {
    const name = `${labPrefix}-${process.pid}-probe`;
    execFileSync('ip', ['netns', 'add', name], { stdio: 'ignore' });
    execFileSync('ip', ['netns', 'delete', name], { stdio: 'ignore' });
  } catch {
    return 'no network namespaces';
  }
  return null;
}
