import { parseAddress } from '../../model/address.ts';
import type { ConfigItem, VirtualAddress } from '../../model/keepalived.ts';
import type { Family } from '../../model/packet.ts';
import type { ErrorList } from './errors.ts';
import { wholeNumber } from './values.ts';

/** Options that take a word after them, and those that stand alone (keepalived.conf(5) `static_ipaddress`). */
const withValue = new Set(['dev', 'scope', 'broadcast', 'brd', 'label', 'peer', 'preferred_lft', 'track_group']);
const alone = new Set(['home', '-nodad', 'nodad', 'mngtmpaddr', 'noprefixroute', 'autojoin', 'no_track', 'use_vmac']);
const scopes = ['global', 'link', 'host', 'nowhere', 'site'];
const maxLabelLength = 15;

/** An address without its prefix length, and that. Undefined where the word is neither. */
export function readPrefix(word: string): { address: string; family: Family; prefixLength: number | null } | undefined {
  const slash = word.indexOf('/');
  const parsed = parseAddress(slash < 0 ? word : word.slice(0, slash));
  if (parsed === undefined) return undefined;
  return {
    address: parsed.text,
    family: parsed.family,
    prefixLength: slash < 0 ? null : wholeNumber(word.slice(slash + 1)),
  };
}

/**
 * A line of `virtual_ipaddress`: `ADDRESS[/LENGTH]` among options as ip-address(8) has them. null where keepalived
 * leaves the line out.
 */
export function readVirtualAddress(item: ConfigItem, errors: ErrorList): VirtualAddress | null {
  const options = new Map<string, string>();
  const flags: string[] = [];
  let found: ReturnType<typeof readPrefix>;
  for (let at = 0; at < item.words.length; at++) {
    const word = item.words[at] ?? '';
    if (withValue.has(word)) options.set(word === 'brd' ? 'broadcast' : word, item.words[++at] ?? '');
    else if (alone.has(word)) flags.push(word);
    else if (found !== undefined) errors.add('value', item, `'${word}' is no option of an address`);
    else {
      found = readPrefix(word);
      if (found !== undefined) continue;
      errors.add('value', item, `'${word}' is no address`);
      return null;
    }
  }
  if (found === undefined) {
    errors.add('value', item, 'a line without an address');
    return null;
  }
  const label = options.get('label') ?? null;
  if (label !== null && label.length > maxLabelLength) {
    errors.add('value', item, `the label has more than ${maxLabelLength} characters: the address is left out`);
    return null;
  }
  const scope = options.get('scope') ?? null;
  const isKnownScope = scope === null || scopes.includes(scope) || wholeNumber(scope) !== null;
  if (!isKnownScope) errors.add('value', item, `'${scope}' is no scope`);
  const longest = found.family === 'ipv4' ? 32 : 128;
  const { address, family, prefixLength } = found;
  const isWithin = prefixLength !== null && prefixLength >= 0 && prefixLength <= longest;
  if (prefixLength !== null && !isWithin) errors.add('value', item, `a prefix length is at most ${longest}`);
  return {
    address,
    family,
    prefixLength: isWithin ? prefixLength : longest,
    dev: options.get('dev') ?? null,
    label,
    scope: isKnownScope ? scope : null,
    broadcast: options.get('broadcast') ?? null,
    peer: options.get('peer') ?? null,
    flags,
    line: item,
  };
}
