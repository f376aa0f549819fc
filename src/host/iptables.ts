import type { ArrivingPacket, FilterRule, FilterVerdict } from '../model/host.ts';
import { every, isAddressIn, type Match, protocolNumber, Steps, tooMany } from './packet-filter.ts';

type Decided = Omit<FilterVerdict, 'chain'>;

interface Rule extends FilterRule {
  readonly words: readonly string[];
}

interface Chain {
  /** Null for a chain of the administrator's own. */
  readonly policy: 'ACCEPT' | 'DROP' | null;
  readonly rules: Rule[];
}

/** As deep as chains may call each other here; the kernel allows no loop. */
const deepest = 32;

/**
 * What the INPUT chain of the filter table does with a packet, by the output of `iptables-save` or `ip6tables-save`. null
 * where that is none.
 */
export function judgeByIptables(saved: string, packet: ArrivingPacket): FilterVerdict | null {
  const chains = readFilterTable(saved);
  const input = chains?.get('INPUT');
  if (chains === null || input === undefined) return null;
  const decided: Decided = walk('INPUT', chains, packet, new Steps()) ?? {
    verdict: input.policy === 'DROP' ? 'drop' : 'accept',
    rule: null,
    reason: `policy ${input.policy ?? 'ACCEPT'} of INPUT`,
  };
  return { ...decided, chain: 'INPUT' };
}

function readFilterTable(saved: string): ReadonlyMap<string, Chain> | null {
  let chains: Map<string, Chain> | null = null;
  let isFilter = false;
  for (const [index, text] of saved.split(/\r?\n/).entries()) {
    if (text.startsWith('*')) {
      isFilter = text.trim() === '*filter';
      if (isFilter) chains ??= new Map();
      continue;
    }
    if (!isFilter || chains === null) continue;
    const [, name, policy] = /^:(\S+) (\S+)/.exec(text) ?? [];
    if (name !== undefined) {
      chains.set(name, { policy: policy === 'ACCEPT' || policy === 'DROP' ? policy : null, rules: [] });
      continue;
    }
    const words: readonly string[] = text.match(/"[^"]*"|\S+/g) ?? [];
    const at = words.indexOf('-A');
    const chain = words[at + 1];
    if (at < 0 || chain === undefined) continue;
    chains.get(chain)?.rules.push({ line: index + 1, text: text.trim(), words: words.slice(at + 2) });
  }
  return chains;
}

/** The verdict of a chain; null where the packet falls through its end. */
function walk(
  name: string,
  chains: ReadonlyMap<string, Chain>,
  packet: ArrivingPacket,
  steps: Steps,
  depth = 0,
): Decided | null {
  if (depth > deepest) return null;
  for (const rule of chains.get(name)?.rules ?? []) {
    if (!steps.take()) return tooMany(rule);
    const { matches, target, isGoto } = readRule(rule.words, packet);
    const match = every(matches);
    if (match === false || target === null) continue;
    const decide = (verdict: 'accept' | 'drop'): Decided =>
      match === null ? notUnderstood(rule) : { verdict, rule, reason: rule.text };
    if (target === 'ACCEPT') return decide('accept');
    if (target === 'DROP' || target === 'REJECT') return decide('drop');
    if (target === 'RETURN') {
      if (match === null) return notUnderstood(rule);
      return null;
    }
    if (!chains.has(target)) {
      if (harmlessTargets.has(target)) continue;
      return notUnderstood(rule);
    }
    const inner = walk(target, chains, packet, steps, depth + 1);
    if (inner !== null) return match === null ? notUnderstood(rule) : inner;
    if (isGoto && match === true) return null;
  }
  return null;
}

function notUnderstood(rule: FilterRule): Decided {
  return { verdict: 'unknown', rule, reason: `not understood: ${rule.text}` };
}

/** Targets after which the next rule is tried. */
const harmlessTargets: ReadonlySet<string> = new Set([
  'LOG',
  'NFLOG',
  'ULOG',
  'MARK',
  'CONNMARK',
  'TRACE',
  'AUDIT',
  'SET',
]);

interface ReadRule {
  readonly matches: readonly Match[];
  readonly target: string | null;
  readonly isGoto: boolean;
}

/** Reads the words of a rule (iptables(8), iptables-extensions(8)). */
function readRule(words: readonly string[], packet: ArrivingPacket): ReadRule {
  const matches: Match[] = [];
  let target: string | null = null;
  let isGoto = false;
  let isNot = false;
  const add = (match: Match) => {
    matches.push(match === null ? null : match !== isNot);
    isNot = false;
  };
  for (let i = 0; i < words.length; i++) {
    const value = words[i + 1] ?? '';
    switch (words[i]) {
      case '!':
        isNot = true;
        continue;
      case '-p':
      case '--protocol': {
        const number = value === 'all' ? packet.protocol : protocolNumber(value);
        add(number === null ? null : number === 0 || number === packet.protocol);
        break;
      }
      case '-s':
      case '--source':
        add(isAddressIn(packet.source, value));
        break;
      case '-d':
      case '--destination':
        add(isAddressIn(packet.destination, value));
        break;
      case '-i':
      case '--in-interface':
        add(value.endsWith('+') ? packet.interfaceName.startsWith(value.slice(0, -1)) : value === packet.interfaceName);
        break;
      case '-m':
      case '--match':
        break;
      case '--comment':
        break;
      // An advert belongs to no connection that was seen before: multicast always, unicast until both have sent.
      case '--ctstate':
      case '--state':
        add(/\bNEW\b/.test(value) ? true : /ESTABLISHED|RELATED|INVALID/.test(value) ? false : null);
        break;
      case '--pkt-type':
        add(
          value === 'multicast'
            ? isMulticast(packet.destination)
            : value === 'unicast'
              ? !isMulticast(packet.destination)
              : null,
        );
        break;
      // Ports and types are of other protocols: `-p` has said so.
      case '--dport':
      case '--sport':
      case '--dports':
      case '--sports':
      case '--icmp-type':
      case '--tcp-flags':
        add(false);
        break;
      case '-j':
      case '--jump':
        target = value;
        i = words.length;
        break;
      case '-g':
      case '--goto':
        target = value;
        isGoto = true;
        i = words.length;
        break;
      default:
        add(null);
        continue;
    }
    i++;
  }
  return { matches, target, isGoto };
}

function isMulticast(address: string): boolean {
  return isAddressIn(address, '224.0.0.0/4') === true || isAddressIn(address, 'ff00::/8') === true;
}
