import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Ended, isInstalled, shell } from '../commands/run.ts';
import { scratch } from '../commands/scratch.ts';
import { confOf } from '../rules/confs.ts';
import { Ec2Endpoint } from './endpoint.ts';
import { names, notifyScriptText } from './notify-script.ts';

const { folder } = scratch();
const pair = [
  { id: 'i-0lb1', name: names[0], ip: '10.77.0.1' },
  { id: 'i-0lb2', name: names[1], ip: '10.77.0.2' },
] as const;
const isPossible = process.getuid?.() === 0 && isInstalled('aws') && isInstalled('unshare');

interface Told {
  readonly findings: readonly { readonly code: string; readonly message: string }[];
  readonly errors: readonly { readonly message: string }[];
}

/** Runs a command on a machine whose keepalived.conf is a node's of the pair. */
function onNode(command: string): Promise<Ended> {
  writeFileSync(join(folder, 'notify'), notifyScriptText());
  chmodSync(join(folder, 'notify'), 0o755);
  writeFileSync(
    join(folder, 'keepalived.conf'),
    confOf('lb1', { vips: [], extra: [`notify "${join(folder, 'notify')}"`] }),
  );
  const env = {
    AWS_ACCESS_KEY_ID: 'AKIAUSERUSERUSERUSER',
    AWS_SECRET_ACCESS_KEY: 'user-secret',
    AWS_EC2_METADATA_DISABLED: 'true',
    PATH: `/usr/bin:${process.env['PATH']}`,
  };
  const inside = `mkdir -p /etc/keepalived; mount -t tmpfs none /etc/keepalived; cp ${folder}/keepalived.conf /etc/keepalived/; exec "$@"`;
  return shell(`unshare -m sh -c '${inside}' sh "\${HA_DOCTOR[@]}" ${command}`, { env });
}

function elasticIpCodes({ stdout }: Ended): readonly string[] {
  return (JSON.parse(stdout) as Told).findings.map(({ code }) => code).filter((code) => code.startsWith('HAD7'));
}

describe.runIf(isPossible)('an Elastic IP that nobody has', { timeout: 60_000 }, () => {
  test('is told of the node and of its bundle alike', async () => {
    const endpoint = await Ec2Endpoint.start(pair, null);
    try {
      const asked = `--endpoint-url ${endpoint.url}`;
      const live = elasticIpCodes(await onNode(`check lb1=local --no-listen --json ${asked}`));
      expect(live).toContain('HAD707');
      const bundle = join(folder, 'pair.tar.gz');
      expect(await onNode(`collect lb1=local -o ${bundle} ${asked}`)).toMatchObject({ exitCode: 0 });
      const calls = endpoint.calls.length;
      expect(elasticIpCodes(await onNode(`check ${bundle} --json`))).toEqual(live);
      expect(endpoint.calls).toHaveLength(calls);
    } finally {
      await endpoint.stop();
    }
  });

  test('cannot be told of where AWS does not answer: one line, and exit code 2', async () => {
    const endpoint = await Ec2Endpoint.start(pair, null);
    const { url } = endpoint;
    await endpoint.stop();
    const { stdout, stderr, exitCode } = await onNode(`check lb1=local --no-listen --json --endpoint-url ${url}`);
    expect(exitCode).toBe(2);
    expect((JSON.parse(stdout) as Told).errors).toHaveLength(1);
    expect(stderr).toMatch(/^ha-doctor: error: aws: /m);
  });
});
