import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { haDoctor } from './run.ts';

const conf = (priority: number, own: string, peer: string, pass = 'secretpa') => `vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 60
    priority ${priority}
    advert_int 1
    unicast_src_ip ${own}
    unicast_peer {
        ${peer}
    }
    authentication {
        auth_type PASS
        auth_pass ${pass}
    }
    virtual_ipaddress {
        10.77.0.100/24
    }
}
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ha-doctor-clusters-'));
  const put = (name: string, text: string) => {
    mkdirSync(join(folder, name, 'etc/keepalived'), { recursive: true });
    writeFileSync(join(folder, name, 'etc/keepalived/keepalived.conf'), text);
  };
  put('lb1', conf(101, '10.77.0.1', '10.77.0.2'));
  put('lb2', conf(100, '10.77.0.2', '10.77.0.1'));
  put('odd', conf(100, '10.77.0.2', '10.77.0.1', 'otherpas'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = `clusters:
  web:
    nodes: [lb1=./lb1, lb2=./lb2]
  broken:
    nodes: [lb1=./lb1, lb2=./odd]
  known:
    nodes: [lb1=./lb1, lb2=./odd]
    ignore:
      - {code: HAD302, subject: 60, reason: a drill}
  gone:
    nodes: [./nowhere]
`;

function run(args: readonly string[], text = file) {
  writeFileSync(join(folder, 'ha-doctor.yaml'), text);
  return haDoctor(args, { cwd: folder });
}

async function codesOf(args: readonly string[]): Promise<{ codes: string[]; exitCode: number | null }> {
  const { stdout, exitCode } = await run([...args, '--json']);
  const { findings } = JSON.parse(stdout) as { findings: { code: string; severity: string }[] };
  return { codes: findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code), exitCode };
}

describe('a cluster of the configuration file', () => {
  test('stands for its nodes, in every command', async () => {
    expect(await codesOf(['check', 'web'])).toEqual({ codes: [], exitCode: 0 });
    expect(await codesOf(['check', 'broken'])).toMatchObject({ codes: ['HAD302'], exitCode: 1 });
    expect(await codesOf(['diff', 'broken'])).toMatchObject({ codes: ['HAD302'], exitCode: 1 });
    const { stdout } = await run(['simulate', 'web', '--json']);
    expect(JSON.parse(stdout).instances[0].rows[0]).toMatchObject({ fails: [], master: 'lb1' });
  });

  test('leaves out what it says, with the reason', async () => {
    expect(await codesOf(['check', 'known'])).toEqual({ codes: [], exitCode: 0 });
    expect(await codesOf(['diff', 'known'])).toEqual({ codes: [], exitCode: 0 });
    expect((await run(['check', 'known'])).stdout).toContain('ignored: HAD302=60 (a drill)');
  });

  test('several are a line each, and one that cannot be read is no loss to the others', async () => {
    const { stdout, exitCode } = await run(['check', 'web', 'broken', 'gone']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^web +ok/);
    expect(lines[1]).toMatch(/^broken +error +1 error.*: HAD302 auth-differs/);
    expect(lines[2]).toBe('gone    unread  cannot read ./nowhere: there is no such file or directory');
    expect(exitCode).toBe(2);
    const document = JSON.parse((await run(['check', 'web', 'broken', '--json'])).stdout);
    expect(document.clusters.map(({ cluster }: { cluster: string }) => cluster)).toEqual(['web', 'broken']);
  });

  test('is the pair of diff where it is the only one', async () => {
    const { stdout, exitCode } = await run(['diff', '--json'], 'clusters:\n  web:\n    nodes: [lb1=lb1, lb2=odd]\n');
    expect(JSON.parse(stdout).findings[0].code).toBe('HAD302');
    expect(exitCode).toBe(1);
    expect((await run(['diff'])).stderr).toContain('several clusters');
  });

  test.each([
    ['clusters: [', '1: '],
    ['clusters: 7', '1: clusters: expected keys and values'],
    ['cluster:\n  web: {}', '1: the file has no cluster'],
    ['clusters:\n  web:\n    node: [a]', '3: clusters.web has no node\nha-doctor: hint: did you mean nodes?'],
    ['clusters:\n  web: {}', '2: clusters.web names no nodes'],
    ['clusters:\n  web:\n    nodes: lb1', '3: clusters.web.nodes: expected a list'],
    ['clusters:\n  web:\n    nodes: [a]\n    ignore:\n      - code: HAD116', 'HAD116 is ignored without a reason'],
    ['clusters:\n  web:\n    nodes: [a]\n    ignore:\n      - reason: no', 'expected a code, as in HAD116'],
    ['clusters:\n  "w b":\n    nodes: [a]', 'w b is no name for a cluster'],
    ['clusters: &a\n  web: *a', '2: '],
  ])('is refused where it is wrong: %j', async (text, message) => {
    const { stdout, stderr, exitCode } = await run(['check', 'web'], text);
    expect(stdout).toBe('');
    expect(stderr).toContain(`ha-doctor: error: ha-doctor.yaml:`);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    expect(exitCode).toBe(2);
  });
});
