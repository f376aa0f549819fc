import type { LogEvent } from '../../model/log.ts';

const uptime = /^\[ *\d{1,10}\.\d{1,9}\] /;
/** `e1000e: eth0 NIC Link is Down`, `eth0: Link is up at 1000 Mbps`, `eth0: link becomes ready`, `eth0: link down`. */
const driver = /(?:^|[ :])([\w.@-]{1,15}):? (?:NIC )?(?:Copper )?[Ll]ink (?:is )?([Uu]p|[Dd]own|becomes ready)\b/;
/** The bonding driver names the link after the bond. */
const bonding = /link status definitely (up|down) for interface ([\w.@-]{1,15})/;
const killed = /\bKill(?:ed)? process \d{1,10}(?:, UID \d{1,10},)? \(keepalived\)/;
const faulted = /^keepalived\w{0,20}\[\d{1,10}\](?:: segfault|.{0,40} general protection)/;

/** Links, sleep, and the end of keepalived; `message` is one of the tag `kernel`. */
export function parseKernel(message: string): LogEvent | null {
  const at = uptime.exec(message)?.[0].length ?? 0;
  const text = at > 0 ? message.slice(at, at + 512) : message.slice(0, 512);
  if (text.includes('ink')) return link(text);
  if (text.includes('keepalived')) {
    if (killed.test(text)) return died('KILL', text);
    if (faulted.test(text)) return died('SEGV', text);
  }
  if (text.startsWith('Linux version ')) return { kind: 'system', action: 'boot', detail: text };
  if (text.startsWith('PM: suspend entry')) return { kind: 'system', action: 'suspended', detail: text };
  if (text.startsWith('PM: suspend exit')) return { kind: 'system', action: 'resumed', detail: text };
  return null;
}

function link(text: string): LogEvent | null {
  const [, bondState, member] = bonding.exec(text) ?? [];
  const [, interfaceName, state] = driver.exec(text) ?? [];
  const name = member ?? interfaceName;
  const isDown = (bondState ?? state)?.toLowerCase() === 'down';
  if (name === undefined) return null;
  return { kind: 'interface', name, change: isDown ? 'down' : 'up', by: 'kernel', instance: null };
}

function died(signal: string, detail: string): LogEvent {
  return {
    kind: 'daemon',
    action: 'died',
    by: 'kernel',
    process: 'keepalived',
    version: null,
    status: null,
    signal,
    detail,
  };
}
