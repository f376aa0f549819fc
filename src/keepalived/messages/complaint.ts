import type { LogEvent } from '../../model/log.ts';

/**
 * The words of keepalived's hundreds of complaints about its configuration, for those that do not name a line of it. What
 * goes wrong while it runs has other words, or a row of its own.
 */
const complaining = new RegExp(
  [
    'ignor(?:ing|ed)|skipping|removing|remove vrrp|disabling|defaulting|clearing|truncating|(?:re|un)?setting',
    'invalid|not valid|warning|error *:|deprecated|violation|unsafe|insecure|permissions|wrong file type|readable by|not executable',
    "cannot|cant find|doesn't|does not|won't work|not support|no kernel support|only (?:valid|supported)",
    'must (?:be|match|have|exist|not|either)|should be|needs|requires?\\b|required|please|declare|sensible',
    'not found|unknown|missing|empty|unexpected|unterminated|unmatched|infinite|multiline|not recogni[sz]ed',
    "extra (?:parameters|characters|'}')|trailing nonsense|too (?:long|many|large|short|small)|very large",
    'specified|duplicate|already (?:defined|exists|been|set|configured|has|using|monitoring)|more than once|both use',
    'outside|range|exceeds?|expands? to|be discarded|mismatch|mixed|incompatible|conflicts?|problem',
    'not a (?:regular|number|directory|vrf)|no longer|is not used|this probably|virtual router\\(s\\)|no \\S+ .{0,40}matched',
    'Unable to (?:access|set|parse|resolve|find|read|initialise)|Failed to set',
  ].join('|'),
  'i',
);

/** As far as a complaint is looked through: keepalived's own lines are shorter. */
const longestComplaint = 4096;

/** A complaint that names the line: `(Line 7) …` of one file, or `(/etc/keepalived/keepalived.conf: Line 7) …`. */
export function complaintWithLine(message: string): LogEvent | null {
  const end = message.indexOf(') ');
  if (end < 0 || end > longestComplaint) return null;
  const place = message.slice(1, end);
  const at = place.lastIndexOf('Line ');
  const number = place.slice(at + 5);
  if (at < 0 || !/^\d{1,9}$/.test(number) || (at > 0 && !place.endsWith(': ', at))) return null;
  const detail = message.slice(end + 2);
  return {
    kind: 'config-complaint',
    file: at === 0 ? null : place.slice(0, at - 2),
    configLine: Number(number),
    instance: null,
    detail,
  };
}

export function complaint(message: string): LogEvent | null {
  if (!complaining.test(message.slice(0, longestComplaint))) return null;
  const [, instance = null] = /^(?:VRRP_Instance)?\(([^)]{1,255})\)/.exec(message) ?? [];
  return { kind: 'config-complaint', file: null, configLine: null, instance, detail: message };
}
