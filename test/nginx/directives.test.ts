import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { directiveRules } from '../../src/nginx/config/directives/index.ts';
import { declaredDirectives } from './binary.ts';

/** The bits of `ngx_command_t.type` (nginx: ngx_conf_file.h, ngx_http_config.h, ngx_stream.h, ngx_mail.h). */
const contexts: Readonly<Record<string, readonly string[]>> = {
  HTTP: [
    'http',
    'http/server',
    'http/location',
    'http/upstream',
    'http/if-in-server',
    'http/if-in-location',
    'http/limit_except',
  ],
  STRM: ['stream', 'stream/server', 'stream/upstream'],
  MAIL: ['mail', 'mail/server'],
  EVNT: ['events'],
};
const firstContext = 0x02000000;
const isBlock = 0x100;

function contextsOf(section: string, type: number): string[] {
  if (type >>> 24 === 0xff) return ['any'];
  const known = (contexts[section] ?? []).filter((_, i) => (type & (firstContext << i)) !== 0);
  return known.length === 0 ? ['main'] : known;
}

function takes(type: number, count: number): boolean {
  if ((type & 0x400) !== 0) return true;
  if ((type & 0x200) !== 0) return count === 1;
  if ((type & 0x800) !== 0) return count >= 1;
  if ((type & 0x1000) !== 0) return count >= 2;
  return count < 8 && (type & (1 << count)) !== 0;
}

const binaries = ['/usr/sbin/nginx', ...modulesIn('/usr/lib/nginx/modules')].filter((path) => existsSync(path));

function modulesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

describe.skipIf(binaries.length === 0 || process.arch !== 'x64')('the table, beside what nginx declares', () => {
  test.each(binaries)('%s', (path) => {
    const declared = declaredDirectives(path);
    expect(declared.length).toBeGreaterThan(0);
    for (const { name, section, type } of declared) {
      const rules = directiveRules(name) ?? [];
      for (const context of contextsOf(section, type)) {
        const here = rules.filter((rule) => rule.contexts.has(context) && rule.isBlock === ((type & isBlock) !== 0));
        expect(here, `${name} in ${context}`).not.toEqual([]);
        for (let count = 0; count < 10; count++) {
          // Another version may take more.
          if (takes(type, count))
            expect(
              here.some((rule) => rule.takes(count)),
              `${name} with ${count}`,
            ).toBe(true);
        }
      }
    }
  });
});

test('directives of NGINX Plus, of mgmt, otel and acme', () => {
  const rule = (name: string, context: string) => directiveRules(name)?.find(({ contexts }) => contexts.has(context));
  expect(rule('health_check', 'http/location')).toMatchObject({ isBlock: false });
  expect(rule('zone_sync', 'stream/server')?.takes(0)).toBe(true);
  expect(rule('keyval', 'http')?.takes(3)).toBe(true);
  expect(rule('match', 'stream')?.isBlock).toBe(true);
  expect(rule('usage_report', 'mgmt')).toBeDefined();
  expect(rule('issuer', 'http/oidc_provider')).toBeDefined();
  expect(rule('nothing_of_the_kind', 'http')).toBeUndefined();
});
