import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sshdMissing, startSshd, type TestSshd } from '../node/sshd.ts';
import { confOf } from '../rules/confs.ts';
import { haDoctor } from './run.ts';
import { scratch } from './scratch.ts';

const missing = sshdMissing();
if (missing !== null) console.log(`status by ssh is not tested: ${missing}`);

const { folder } = scratch();
let sshd: TestSshd;

/** A node that is reached by ssh, whose keepalived.conf includes another file. Every use of the connection is noted. */
describe.runIf(missing === null)('status of a node by ssh', () => {
  beforeAll(async () => {
    sshd = await startSshd();
    mkdirSync(join(folder, 'bin'));
    // -M opens the connection; all else is a round trip through it.
    const noted = `[ "$1" = -M ] && echo opened >> ${folder}/noted || echo asked >> ${folder}/noted`;
    writeFileSync(join(folder, 'bin/ssh'), `#!/bin/sh\n${noted}\nexec ${sshd.ssh} "$@"\n`);
    chmodSync(join(folder, 'bin/ssh'), 0o755);
    writeFileSync(join(folder, 'pair.conf'), confOf('lb1', {}));
    sshd.exec(
      `mkdir -p /etc/keepalived; mount -t tmpfs none /etc/keepalived; mkdir /etc/keepalived/conf.d
      cp ${folder}/pair.conf /etc/keepalived/conf.d/; echo 'include conf.d/*.conf' > /etc/keepalived/keepalived.conf`,
    );
  }, 60_000);
  afterAll(() => sshd?.stop());

  test('takes one connection and three round trips at most, includes and logs and all', async () => {
    const env = { PATH: `${join(folder, 'bin')}:${process.env['PATH']}` };
    const { stdout } = await haDoctor(['status', 'lb1=root@node', '--no-listen', '--json'], { env });
    const { instances } = JSON.parse(stdout) as { instances: { nodes: { priority: { base: number } }[] }[] };
    expect(instances[0]?.nodes[0]?.priority.base).toBe(101);
    const noted = readFileSync(join(folder, 'noted'), 'utf8').trim().split('\n');
    expect(noted.filter((line) => line === 'opened')).toHaveLength(1);
    expect(noted.length - 1).toBeLessThanOrEqual(3);
  }, 60_000);
});
