import type { Evidence, Subject } from '../model/finding.ts';
import type { NginxDrift, NginxEffect, NginxPlace } from '../model/nginx.ts';
import type { RuleContext } from './rule.ts';

/** The words that rules use for what nginx is told. */

export function nginxSubject(nodes: readonly string[], item: string | null = null, vip: string | null = null): Subject {
  const subject = { nodes: [...nodes].sort(), instance: null, family: null, vrid: null, vip };
  return item === null ? subject : { ...subject, item };
}

export function placeEvidence(node: string, place: NginxPlace | null, text: string | null = null): Evidence[] {
  if (place === null) return [];
  return [{ kind: 'config', node, file: place.file, line: place.line, text: text ?? place.value }];
}

/** What clients of `b` get, where they are used to `a`. */
export function consequenceOf(effect: NginxEffect, a: string, b: string): string {
  const consequences: Readonly<Record<NginxEffect, string>> = {
    served: `the same request gets another answer from ${b} than from ${a}: clients see it change at a failover`,
    tls: `${a} and ${b} negotiate TLS differently: after a failover clients may be refused, or warned`,
    listen: `${a} and ${b} do not listen alike: after a failover clients may be refused a connection`,
    upstream: `${a} and ${b} pass requests to different servers: after a failover they may reach none, or the wrong one`,
    access: `${a} and ${b} do not let in the same clients: a failover shuts some out, or lets in whom it should not`,
    behaviour: `requests are handled differently by ${a} and ${b}; nobody is refused for it`,
    node: 'none for clients',
  };
  return consequences[effect];
}

/** The remedy by nginx-sync.sh, where a node has it: for files that it copies, and for those that it does not. */
export function syncRemedy(
  { syncedFrom, unsynced }: NginxDrift,
  files: readonly (string | undefined)[],
): { readonly remedy?: string } {
  if (syncedFrom === null) return {};
  const outside = files.find((file) => file !== undefined && unsynced.includes(file));
  if (outside === undefined) return { remedy: `on ${syncedFrom}: nginx-sync.sh, once it has the right configuration` };
  return {
    remedy: `${outside} is not in CONFPATHS of /etc/nginx-sync.conf on ${syncedFrom}: add it and run nginx-sync.sh, or copy it by hand; what is meant to differ: EXCLUDE`,
  };
}

/** `1 difference`, `3 differences`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** The members of a list by what they have in common, in the order in which that first comes. */
export function groupedBy<T>(members: readonly T[], key: (member: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const member of members) {
    const group = groups.get(key(member));
    if (group === undefined) groups.set(key(member), [member]);
    else group.push(member);
  }
  return groups;
}

/** A time of whole seconds since the epoch, as RFC 3339. */
export function timeOf(seconds: number, context: RuleContext): string {
  return context.rfc3339({ seconds: Math.floor(seconds), nanoseconds: 0, digits: 0 });
}
