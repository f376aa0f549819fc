import type { NginxBuild } from '../../model/nginx.ts';

/** What `nginx -V` prints: version, and how it was built; null where it is something else. */
export function readNginxBuild(node: string, text: string): NginxBuild | null {
  const version = /^nginx version: (.+)$/m.exec(text)?.[1]?.trim();
  if (version === undefined) return null;
  const given = /^configure arguments:(.*)$/m.exec(text)?.[1] ?? '';
  const words = [...given.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) => word);
  return { node, version, arguments: words };
}

/** What `nginx -t` prints: whether all is well, and what is not (`[emerg]` and what its modules say). */
export function readNginxTest(text: string): { readonly isOk: boolean; readonly complaints: readonly string[] } | null {
  const isOk = /^nginx: configuration file .* test is successful$/m.test(text);
  if (!isOk && !/^nginx: configuration file .* test failed$/m.test(text)) return null;
  const complaints = [...text.matchAll(/^.*?\[(?:emerg|alert|crit)\](?: \d+#\d+:)? (.*)$/gm)].map(
    ([, words = '']) => words,
  );
  return { isOk, complaints };
}
