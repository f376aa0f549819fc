import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/rules/engine.ts';
import { rulesOn } from '../../src/rules/index.ts';
import { block, confOf } from '../rules/confs.ts';
import { context } from '../rules/judged.ts';
import { type Configurations, snapshotOfConfigurations } from '../rules/judged-configurations.ts';

const seeds = (host: 'lb1' | 'lb2') =>
  readFileSync(fileURLToPath(new URL(`../pairs/seeds/${host}.conf`, import.meta.url)), 'utf8');

function both(of: (host: 'lb1' | 'lb2') => string): Configurations {
  return { lb1: of('lb1'), lb2: of('lb2') };
}

/** The instance of the other family, with the vrid of the first. */
function second(host: 'lb1' | 'lb2'): string {
  const [own, peer] = host === 'lb1' ? ['fd77::1', 'fd77::2'] : ['fd77::2', 'fd77::1'];
  const track = ['chk_nginx_service', 'chk_manual_failover'];
  const conf = confOf(host, {
    name: 'VI_2',
    vrid: 51,
    source: own,
    peers: [peer],
    vips: ['fd77::100/64'],
    scripts: {},
    track,
  });
  return conf.slice(conf.indexOf('vrrp_instance'));
}

/** nginx-ha-keepalived's configurations: as set up, of both families in either form, and on AWS, without an address. */
const forms: Readonly<Record<string, Configurations>> = {
  'as nginx-ha-setup writes it': both(seeds),
  'both families in one instance': both((host) =>
    seeds(host).replace('track_script', `${block('virtual_ipaddress_excluded', ['fd77::100/64'])}\n    track_script`),
  ),
  'an instance for each family, with one vrid': both((host) => `${seeds(host)}\n${second(host)}`),
  'without an address, on AWS': both((host) =>
    confOf(host, {
      version: 2,
      vrid: 51,
      vips: [],
      auth: ['PASS', 'f8f0e511'],
      scripts: { chk_nginx_service: ['script "/usr/lib/keepalived/nginx-ha-check"', 'interval 3', 'weight 50'] },
      extra: ['notify "/usr/lib/keepalived/nginx-ha-notify"'],
    }),
  ),
};

describe.each(Object.entries(forms))('%s', (_, given) => {
  const snapshot = snapshotOfConfigurations(given);

  test('nothing above info is found', () => {
    const judging = rulesOn('configurations', 'pair', 'elections');
    const { findings } = diagnose(judging, snapshot, context);
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  test('the checks move the address, and nginx dead on both leaves it where it was', () => {
    for (const { rows } of snapshot.elections ?? []) {
      const master = (...fails: string[]) =>
        rows.find((row) => row.fails.map(({ node, name }) => `${node}:${name}`).join() === fails.join())?.master;
      expect(rows[0]?.master).toBe('lb1');
      expect(master('lb1:chk_nginx_service')).toBe('lb2');
      expect(master('lb1:chk_nginx_service', 'lb2:chk_nginx_service')).toBe('lb1');
    }
  });
});

test('the arithmetic of the two checks', () => {
  const [router] = snapshotOfConfigurations(both(seeds)).elections ?? [];
  const of = (...fails: string[]) => {
    const row = router?.rows.find(
      (one) => one.fails.map(({ node, name }) => `${node}:${name}`).join() === fails.join(),
    );
    return [...(row?.standings ?? []).map(({ priority }) => priority), row?.master];
  };
  expect(of()).toEqual([201, 200, 'lb1']);
  expect(of('lb1:chk_nginx_service')).toEqual([151, 200, 'lb2']);
  expect(of('lb1:chk_manual_failover')).toEqual([151, 200, 'lb2']);
  expect(of('lb1:chk_nginx_service', 'lb2:chk_nginx_service')).toEqual([151, 150, 'lb1']);
});
