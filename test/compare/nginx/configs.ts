import { compareNginx } from '../../../src/compare/nginx/drift.ts';
import type { OwnValues } from '../../../src/compare/nginx/own.ts';
import type { NginxChange, NginxConfig } from '../../../src/model/nginx.ts';
import { filesSource } from '../../../src/nginx/config/dump.ts';
import { loadNginx } from '../../../src/nginx/config/load.ts';

/** A configuration of files by their names below /etc/nginx; `text` alone is nginx.conf. */
function configOf(text: string | Readonly<Record<string, string>>): NginxConfig {
  const files = typeof text === 'string' ? { 'nginx.conf': text } : text;
  const source = filesSource(Object.entries(files).map(([name, text]) => ({ path: `/etc/nginx/${name}`, text })));
  return loadNginx('/etc/nginx/nginx.conf', source);
}

const ownA: OwnValues = { addresses: ['10.77.0.1'], names: ['lb1.example.com', 'lb1'] };
const ownB: OwnValues = { addresses: ['10.77.0.2'], names: ['lb2.example.com', 'lb2'] };

export function drift(
  a: string | Readonly<Record<string, string>>,
  b: string | Readonly<Record<string, string>>,
): readonly NginxChange[] {
  return compareNginx({ config: configOf(a), own: ownA }, { config: configOf(b), own: ownB });
}

/** Changes in short: `changed http / server x:80 / root: /a (3) -> /b (4) error`. */
export function brief(changes: readonly NginxChange[]): string[] {
  const side = (place: { value: string; line: number } | null) =>
    place === null ? 'nothing' : `${place.value} (${place.line})`;
  return changes.map(({ kind, path, a, b, severity }) => `${kind} ${path}: ${side(a)} -> ${side(b)} ${severity}`);
}
