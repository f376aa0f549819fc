import type { ArrivingPacket, FilterRule, FilterVerdict } from '../model/host.ts';
import type { Family } from '../model/packet.ts';
import { every, isAddressIn, type Match, protocolNumber, Steps, tooMany } from './packet-filter.ts';

interface Chain {
  readonly name: string;
  readonly rules: FilterRule[];
  hook: string | null;
  priority: number;
  policy: 'accept' | 'drop';
}

interface Table {
  readonly family: string;
  readonly name: string;
  readonly chains: Map<string, Chain>;
}

/** As deep as chains may call each other here; the kernel allows no loop. */
const deepest = 32;

type Decided = Omit<FilterVerdict, 'chain'>;

/**
 * What the input chains do with a packet, by the output of `nft list ruleset` (nft(8)). Each base chain on the input hook
 * may drop it; the verdict of one that accepts is not the last. null where there is no such output.
 */
export function judgeByNftables(ruleset: string, packet: ArrivingPacket): FilterVerdict | null {
  const tables = readTables(ruleset);
  if (tables === null) return null;
  const bases = tables
    .filter(({ family }) => concerns(family, packet.family))
    .flatMap((table) =>
      [...table.chains.values()].filter(({ hook }) => hook === 'input').map((chain) => ({ table, chain })),
    )
    .sort((a, b) => a.chain.priority - b.chain.priority);
  let last: FilterVerdict = {
    verdict: 'accept',
    rule: null,
    reason: 'no chain on the input hook drops it',
    chain: null,
  };
  for (const { table, chain } of bases) {
    const decided: Decided = walk(chain, table, packet, new Steps()) ?? {
      verdict: chain.policy,
      rule: null,
      reason: `policy ${chain.policy} of chain ${chain.name}`,
    };
    last = { ...decided, chain: `${table.family} ${table.name} ${chain.name}` };
    if (last.verdict !== 'accept') return last;
  }
  return last;
}

function concerns(tableFamily: string, family: Family): boolean {
  return tableFamily === 'inet' || tableFamily === (family === 'ipv4' ? 'ip' : 'ip6');
}

function readTables(ruleset: string): readonly Table[] | null {
  const tables: Table[] = [];
  let table: Table | null = null;
  let chain: Chain | null = null;
  /** Braces of sets, maps and flowtables that are open. */
  let others = 0;
  /** Lines of a rule whose braces are open, and how many. */
  let joined: string[] = [];
  let unclosed = 0;
  for (const [index, line] of ruleset.split(/\r?\n/).entries()) {
    // A long set goes over several lines.
    if (unclosed > 0 || (chain !== null && line.includes('{'))) {
      unclosed += count(line, '{') - count(line, '}');
      joined.push(line.trim());
      if (unclosed > 0) continue;
    }
    const text = joined.length > 0 ? joined.join(' ').trim() : line.trim();
    joined = [];
    unclosed = 0;
    const [, family, tableName] = /^table (\S+) (\S+) \{/.exec(text) ?? [];
    if (family !== undefined && tableName !== undefined) {
      table = { family, name: tableName, chains: new Map() };
      tables.push(table);
      continue;
    }
    if (table === null) continue;
    if (
      others > 0 ||
      (chain === null && /^(set|map|flowtable|counter|quota|ct|limit|secmark|synproxy) .*\{$/.test(text))
    ) {
      others += count(text, '{') - count(text, '}');
      continue;
    }
    const [, name] = /^chain (\S+) \{/.exec(text) ?? [];
    if (name !== undefined) {
      chain = { name, rules: [], hook: null, priority: 0, policy: 'accept' };
      table.chains.set(name, chain);
    } else if (text === '}') {
      if (chain === null) table = null;
      chain = null;
    } else if (chain !== null && text.startsWith('type ')) {
      const [, hook, priority] = /hook (\S+)(?: device \S+)? priority ([^;]+);/.exec(text) ?? [];
      chain.hook = hook ?? null;
      chain.priority = priorityOf(priority ?? '0');
      if (/policy drop;/.test(text)) chain.policy = 'drop';
    } else if (chain !== null && text !== '' && !text.startsWith('comment ')) {
      chain.rules.push({ line: index + 1, text });
    }
  }
  return tables.length === 0 && ruleset.trim() !== '' ? null : tables;
}

const priorityNames: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};

function priorityOf(text: string): number {
  const [, name, sign = '+', offset = '0'] = /^([a-z]+)?\s*([+-])?\s*(\d+)?$/.exec(text.trim()) ?? [];
  return (priorityNames[name ?? ''] ?? 0) + (sign === '-' ? -1 : 1) * Number(offset);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** The verdict of a chain; null where the packet falls through its end. */
function walk(chain: Chain, table: Table, packet: ArrivingPacket, steps: Steps, depth = 0): Decided | null {
  if (depth > deepest) return null;
  for (const rule of chain.rules) {
    if (!steps.take()) return tooMany(rule);
    const { match, verb, target } = readRule(rule.text, packet);
    if (match === false || verb === null) continue;
    const unknown: Decided = { verdict: 'unknown', rule, reason: `not understood: ${rule.text}` };
    if (verb === 'accept') return match === null ? unknown : { verdict: 'accept', rule, reason: rule.text };
    if (verb === 'drop' || verb === 'reject')
      return match === null ? unknown : { verdict: 'drop', rule, reason: rule.text };
    if (verb === 'return') {
      if (match === null) return unknown;
      return null;
    }
    const called = table.chains.get(target);
    if (called === undefined) return unknown;
    const inner = walk(called, table, packet, steps, depth + 1);
    if (inner !== null) return match === null ? unknown : inner;
    if (verb === 'goto' && match === true) return null;
  }
  return null;
}

interface ReadRule {
  readonly match: Match;
  readonly verb: 'accept' | 'drop' | 'reject' | 'return' | 'jump' | 'goto' | null;
  readonly target: string;
}

/** Reads a rule: tests, statements that change nothing, and a verdict (nft(8), "EXPRESSIONS", "STATEMENTS"). */
function readRule(text: string, packet: ArrivingPacket): ReadRule {
  const words =
    text
      .replace(/ comment "[^"]*"/, '')
      .replace(/ # handle \d+$/, '')
      .match(/"[^"]*"|\{[^}]*\}|[^\s{}"]+/g) ?? [];
  const matches: Match[] = [];
  let verb: ReadRule['verb'] = null;
  let target = '';
  for (let i = 0; i < words.length; ) {
    const [first = '', second = ''] = [words[i], words[i + 1]];
    const skip = statementLength(words, i);
    if (isVerb(first)) {
      verb = first;
      target = second;
      break;
    }
    if (skip > 0) {
      i += skip;
      continue;
    }
    const length = testLength(first, second);
    const operator = words[i + length] ?? '';
    if (operator === 'vmap') {
      const chosen = chooseVerdict(first, second, words[i + length + 1] ?? '', packet);
      if (chosen === null) return { match: matches.includes(false) ? false : null, verb: 'drop', target: '' };
      if (chosen === undefined) return { match: false, verb: null, target: '' };
      return { match: every(matches), ...chosen };
    }
    const isNot = operator === '!=';
    const valueAt = i + length + (operator === '!=' || operator === '==' ? 1 : 0);
    const match = test(first, second, words[valueAt] ?? '', packet);
    matches.push(match === null ? null : match !== isNot);
    i = valueAt + 1;
  }
  return { match: every(matches), verb, target };
}

/** The verdict that a map has for the packet; undefined where none of its keys fits, null where that cannot be told. */
function chooseVerdict(
  first: string,
  second: string,
  map: string,
  packet: ArrivingPacket,
): Pick<ReadRule, 'verb' | 'target'> | null | undefined {
  for (const item of map.slice(1, -1).split(',')) {
    const [key = '', verdict = ''] = item.split(' : ').map((part) => part.trim());
    const match = test(first, second, key, packet);
    if (match === null) return null;
    const [verb = '', target = ''] = verdict.split(/\s+/);
    if (match && isVerb(verb)) return { verb, target };
  }
  return undefined;
}

function isVerb(word: string): word is Exclude<ReadRule['verb'], null> {
  return ['accept', 'drop', 'reject', 'return', 'jump', 'goto'].includes(word);
}

/** The words of a statement that lets the packet go on; 0 where none stands there. */
function statementLength(words: readonly string[], at: number): number {
  switch (words[at]) {
    case 'counter':
      return words[at + 1] === 'packets' ? 5 : words[at + 1] === 'name' ? 3 : 1;
    case 'log': {
      let length = 1;
      while (['prefix', 'level', 'group', 'snaplen', 'queue-threshold', 'flags'].includes(words[at + length] ?? ''))
        length += 2;
      return length;
    }
    case 'notrack':
      return 1;
    default:
      return 0;
  }
}

/** How many words name what is tested: `ip saddr` two, `iifname` one. */
function testLength(first: string, second: string): 1 | 2 {
  if (['iif', 'iifname'].includes(first)) return 1;
  return second === '' ? 1 : 2;
}

function test(first: string, second: string, value: string, packet: ArrivingPacket): Match {
  const any = (decide: (item: string) => Match): Match => {
    const items = value.startsWith('{')
      ? value
          .slice(1, -1)
          .split(',')
          .map((item) => item.trim())
      : [value];
    const decided = items.map(decide);
    return decided.includes(true) ? true : decided.includes(null) ? null : false;
  };
  const protocol = (item: string): Match => {
    const number = protocolNumber(item);
    return number === null ? null : number === packet.protocol;
  };
  const key = ['iif', 'iifname'].includes(first) ? 'iifname' : `${first} ${second}`;
  switch (key) {
    case 'ip protocol':
      return packet.family === 'ipv4' ? any(protocol) : false;
    case 'ip6 nexthdr':
      return packet.family === 'ipv6' ? any(protocol) : false;
    case 'meta l4proto':
      return any(protocol);
    case 'meta nfproto':
      return any((item) => item === packet.family);
    case 'meta iif':
    case 'meta iifname':
    case 'iifname':
      return any((item) => isInterface(packet.interfaceName, item.replaceAll('"', '')));
    case 'ip saddr':
    case 'ip6 saddr':
      return isFamily(first, packet) && any((item) => isAddressIn(packet.source, item));
    case 'ip daddr':
    case 'ip6 daddr':
      return isFamily(first, packet) && any((item) => isAddressIn(packet.destination, item));
    // An advert belongs to no connection that was seen before: multicast always, unicast until both have sent.
    case 'ct state':
      return value.includes('new') ? true : /established|related|invalid/.test(value) ? false : null;
    default:
      // Ports and messages of other protocols.
      return ['tcp', 'udp', 'icmp', 'icmpv6', 'igmp', 'sctp', 'th', 'udplite', 'dccp', 'esp'].includes(first)
        ? false
        : null;
  }
}

function isFamily(word: string, packet: ArrivingPacket): boolean {
  return (word === 'ip6') === (packet.family === 'ipv6');
}

function isInterface(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
