import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One of keepalived's formats, as extracted from its source by version. */
interface CataloguedFormat {
  format: string;
  category: string;
  versions_seen: string[];
  fields: string[];
}

const file = fileURLToPath(new URL('../../../../shared/research/data/keepalived-log-formats.json', import.meta.url));

/** The catalogue, where it lies beside the project; null where it does not. */
export function catalogue(): CataloguedFormat[] | null {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** What stands for a value that the catalogue names. */
const byField: Readonly<Record<string, string>> = {
  instance: 'VI_1',
  group: 'VG_1',
  address: '10.77.0.2',
  interface: 'eth0',
  script: 'chk_nginx',
  file: 'drain',
  process: 'nginx',
};

/** Where the format leaves the words to its arguments: what they may be. */
const byFormat: readonly [RegExp, string[]][] = [
  [/^\(%s\) Entering %s STATE/, ['VI_1', 'BACKUP']],
  [/^VRRP_Script\(%s\) %s$/, ['chk_nginx', 'succeeded']],
  [/^VRRP_Script\(%s\) %s \(%s %d\)/, ['chk_nginx', 'failed', 'exited with status', '1']],
  [/^%s\(%s\)/, ['VRRP_Instance', 'VI_1', '5']],
  [/^Netlink reports/, ['eth0', 'down']],
  [/^Netlink reflector/, ['10.77.0.100', 'removed from', 'eth0']],
  [/protocol %s$/, ['VI_1', 'setting', 'VIPs.']],
  [/%sing %sVIPs/, ['VI_1', 'sett', '']],
  [/%s Virtual R|protocol Virtual R/, ['VI_1', 'setting']],
  [/%sing Virtual R/, ['VI_1', 'remov']],
  [/^Starting %s|^Stopped %s/, ['Keepalived v2.2.7 (01/16,2022)', 'v2.2.7']],
  [/^VRRP_Group\(%s\) - Found/, ['VG_1', 'VG_0']],
  [/%sicast packet (?:but|on)/, ['VI_1', 'un', 'mult']],
  [/^Failed to %s ip%stable/, ['set', '', '10.77.0.100']],
  [/^%s child process/, ['VRRP', '7']],
];

/** A format filled in: what the catalogue knows of its arguments, and numbers and words for the rest. */
export function render({ format, fields }: CataloguedFormat): string {
  const given = byFormat.find(([pattern]) => pattern.test(format))?.[1] ?? [];
  let hole = 0;
  return format
    .replace('<VERSION_STRING>', 'Keepalived v1.2.13 (10/15,2026)')
    .replace('%m', 'Operation not permitted')
    .replace(/%ld\.%6\.6ld|%[lu]*u?\.%6\.6l?[ud]/g, '%g')
    .replace(/%[-#0-9.*]*(?:l|z|h)*([a-zA-Z])/g, (_match, kind: string) => {
      const value = given[hole] ?? byField[fields[hole] ?? ''];
      hole++;
      if (kind === 'x' || kind === 'p') return '1f';
      if (kind === 'f' || kind === 'g') return '1.5';
      if ('diu'.includes(kind)) return value !== undefined && /^\d+$/.test(value) ? value : '7';
      return value ?? 'sample';
    });
}
