import { interfaceIsDown, noSuchInterface } from './interfaces.ts';
import { CaptureError } from './source.ts';

/** An engine at work on an interface. */
export interface LiveSession {
  /** Fulfilled when it has ended, by `stop()` or by itself. */
  readonly ended: Promise<SessionEnd>;
  /** No packet is delivered after this. Idempotent. */
  stop(): void;
}

export interface SessionEnd {
  readonly frames: number;
  readonly dropped: number | null;
  /** Why it ended by itself, as a phrase; null when it was stopped. */
  readonly failure: string | null;
}

/** The engine is not there. */
export class EngineMissing extends CaptureError {}
/** The engine lacks a privilege. */
export class EngineForbidden extends CaptureError {}

/** What an engine (libpcap, in the end) said when it could not start, as the error that a person can mend. */
export function startFailure(interfaceName: string, engine: string, said: string, hint: string): CaptureError {
  if (/no such device|doesn't exist|SIOCGIFHWADDR/i.test(said)) return noSuchInterface(interfaceName);
  if (/not up|network is down/i.test(said)) return interfaceIsDown(interfaceName);
  if (/permi(ssion|tted)|CAP_NET_RAW/i.test(said)) {
    return new EngineForbidden(`no permission to capture on ${interfaceName} with ${engine}`, { hint });
  }
  return new CaptureError(`${engine} cannot capture on ${interfaceName}: ${said}`);
}

export function isVlanRefused(said: string): boolean {
  return said.includes('no VLAN support');
}

/** How `program` gets the capabilities that capturing needs (capabilities(7), packet(7)). */
export function permissionHint(program: string): string {
  return process.getuid?.() === 0
    ? 'even root needs CAP_NET_RAW: a container gets it with --cap-add NET_RAW'
    : `run it with sudo, or once: sudo setcap cap_net_raw,cap_net_admin+eip ${program}`;
}
