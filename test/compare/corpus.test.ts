import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/rules/engine.ts';
import { rules } from '../../src/rules/index.ts';
import { context } from '../rules/judged.ts';
import { snapshotOfConfigurations } from '../rules/judged-configurations.ts';

/** Pairs of public projects, kept outside the repository. */
const corpus = fileURLToPath(new URL('../../../shared/corpus/keepalived/pairs', import.meta.url));

/** What is found above info by the rules on pairs and elections, and why that is right. Pairs not named here: nothing. */
const found: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Auth-service': { HAD312: 'each node runs a script of its own' },
  DockyCluster: { HAD402: 'weight 2 against a gap of 100' },
  'KeepalivedForNginxAndMysql-2': { HAD404: 'nopreempt in an instance with state MASTER' },
  'Nginx-demo': { HAD312: 'one node has no check at all' },
  'OCP4-UPI-Disconnected': { HAD402: 'weight 2 against a gap of 2: equal is not enough' },
  'PostgreSQL-automatic-failover': {
    HAD312: 'interval 2 and 4',
    HAD402: 'weights do not count beside priority 255',
  },
  TraefikHighAvailabilitySyncer: { HAD402: 'the check is defined behind the instance that tracks it' },
  centos74ka: { HAD404: 'nopreempt in an instance with state MASTER' },
  'config-files': { HAD308: 'both have priority 200' },
  'edge-router-health-checker': {
    HAD302: 'one node has a password, the other none',
    HAD304: 'one node lists peers, the other none',
    HAD306: 'advert_int 2 and the default, over VRRPv2',
    HAD307: 'one node lists a virtual address, the other none',
    HAD308: 'priority 100 and the default, which is 100',
    HAD312: 'one node checks, the other does not',
    HAD313: 'other scripts are told on each node',
  },
  keepalive: {
    HAD404: 'braces in a // comment end the instance before its priority, and state MASTER without one is 255',
  },
  keepalived_mysql_master_slave: { HAD402: 'weight 2 against a gap of 50' },
  'mysql-keepalived': { HAD402: 'weight -5 against a gap of 10' },
  'rabbitmq-haproxy-keepalived': {
    HAD312: 'weight, timing and fall of the check differ',
    HAD402: 'weight -20 against a gap of 20: equal is not enough',
  },
  'redis-failover': { HAD404: 'nopreempt in an instance with state MASTER' },
  scripts: { HAD307: 'another virtual address on each node', HAD308: 'both have priority 101' },
  skripsi: { HAD402: 'a member of a sync group tracks with a weight, which does not count' },
  'vagrant-percona-cluster-rproxy': { HAD404: 'nopreempt in an instance with state MASTER' },
};

const judging = rules.filter(({ code, needs }) => /^HAD(3|40[2-5]|41[89])/.test(code) && !needs.includes('interfaces'));

describe.skipIf(!existsSync(corpus))('pairs of public projects', () => {
  const names = existsSync(corpus) ? readdirSync(corpus).sort() : [];

  test.each(names)('%s', (name) => {
    const read = (file: string) => readFileSync(join(corpus, name, file), 'utf8');
    const snapshot = snapshotOfConfigurations({ lb1: read('a.conf'), lb2: read('b.conf'), versions: '?' });
    const { findings } = diagnose(judging, snapshot, context);
    const codes = findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code);
    expect([...new Set(codes)].sort()).toEqual(Object.keys(found[name] ?? {}));
  });

  test('every pair of the table is there', () => {
    expect(Object.keys(found).filter((name) => !names.includes(name))).toEqual([]);
  });
});
