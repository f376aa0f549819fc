import type { NginxBinding, NginxConfig, NginxDirective } from '../../model/nginx.ts';

/** The addresses that a configuration listens on, each place once: no wildcards, no sockets of the file system. */
export function listensOf({ directives }: NginxConfig): NginxBinding['listens'] {
  const listens: NginxBinding['listens'][number][] = [];
  const walk = (inner: readonly NginxDirective[]) => {
    for (const { name, args, file, line, block } of inner) {
      const address = name === 'listen' ? addressOf(args[0] ?? '') : null;
      if (address !== null) listens.push({ address, place: { value: `listen ${args.join(' ')}`, file, line } });
      walk(block ?? []);
    }
  };
  walk(directives);
  return listens;
}

/** The IP address of `10.0.0.1:80` or `[2001:db8::1]:80`; null for anything else, and for what is of every machine. */
function addressOf(word: string): string | null {
  const address = /^\[([0-9a-f:.]+)\](?::\d+)?$/i.exec(word)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/.exec(word)?.[1];
  if (address === undefined || /^(0\.0\.0\.0|::|::1|127\..*)$/.test(address)) return null;
  return address.toLowerCase();
}
