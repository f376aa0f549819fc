import { isIP } from 'node:net';
import { InvalidArgumentError } from 'commander';

/** `-c`. */
export function parseCount(value: string): number {
  if (!/^[1-9]\d{0,14}$/.test(value)) throw new InvalidArgumentError('expected a number from 1 on');
  return Number(value);
}

const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** `--for`: seconds, from `30s`, `500ms`, `5m`, `1h` or plain seconds. */
export function parseDuration(value: string): number {
  const [, digits, unit] = /^(\d{1,9}(?:\.\d{1,9})?)(ms|[smhd]?)$/.exec(value) ?? [];
  const seconds = Number(digits) * (unitSeconds[unit ?? ''] ?? Number.NaN);
  if (!(seconds > 0)) throw new InvalidArgumentError('expected a time such as 30s, 500ms, 5m or 1h');
  return seconds;
}

/** `--vrid`: one or several, `51` or `51,52`. */
export function parseVrids(value: string): number[] {
  return value.split(',').map((text) => {
    const vrid = Number(text);
    if (!/^\d{1,3}$/.test(text) || vrid < 1 || vrid > 255)
      throw new InvalidArgumentError('expected a vrid from 1 to 255');
    return vrid;
  });
}

/** `--host`: an address as adverts show it (RFC 5952 for IPv6). */
export function parseAddress(value: string): string {
  if (isIP(value) === 0) throw new InvalidArgumentError('expected an IPv4 or IPv6 address');
  return isIP(value) === 4 ? value : new URL(`http://[${value}]/`).hostname.slice(1, -1);
}
