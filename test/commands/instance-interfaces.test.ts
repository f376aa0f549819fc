import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { instanceInterfaces } from '../../src/commands/sniff/instance-interfaces.ts';
import { builtProgram } from './built.ts';
import { scratch } from './scratch.ts';

const { folder } = scratch();

const instance = (name: string, iface: string) =>
  `vrrp_instance ${name} {\n  interface ${iface}\n  virtual_router_id 51\n  priority 100\n}\n`;

/** A root with this keepalived.conf, and perhaps what it includes. */
function rootWith(name: string, config: string, included?: string): string {
  const etc = join(folder, name, 'etc/keepalived');
  mkdirSync(join(etc, 'conf.d'), { recursive: true });
  writeFileSync(join(etc, 'keepalived.conf'), config);
  if (included !== undefined) writeFileSync(join(etc, 'conf.d/web.conf'), included);
  return join(folder, name);
}

test('the interfaces of the instances, each once, also of included files', async () => {
  const config = `${instance('VI_1', 'ens5')}${instance('VI_2', 'ens5')}include conf.d/*.conf\n`;
  expect(await instanceInterfaces(rootWith('pair', config, instance('VI_3', 'ens6')))).toEqual(['ens5', 'ens6']);
});

test('none where there is no configuration, or nothing in it', async () => {
  expect(await instanceInterfaces(join(folder, 'nowhere'))).toEqual([]);
  expect(await instanceInterfaces(rootWith('empty', ''))).toEqual([]);
  expect(await instanceInterfaces(rootWith('binary', 'a\0b'))).toEqual([]);
  expect(await instanceInterfaces(rootWith('global', 'global_defs {\n  router_id lb1\n}\n'))).toEqual([]);
});

const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)('sniff without -i captures on them, as far as they are there', { timeout: 60_000 }, async () => {
  const program = await builtProgram();
  const sniffed = (config: string): string[] => {
    const etc = join(rootWith('namespace', config), 'etc/keepalived');
    // Behind `unshare` there is no other root to be given: the folder is mounted where keepalived has its own.
    const script = [
      'ip link add had0 type veth peer name had1; ip link set had0 up; ip link set had1 up',
      'mkdir -p /etc/keepalived; mount --bind "$0" /etc/keepalived',
      `exec "${process.execPath}" "${program}" sniff --for 8s --summary --json`,
    ].join('\n');
    let stdout = '';
    try {
      stdout = execFileSync('unshare', ['-mn', 'sh', '-c', script, etc], { encoding: 'utf8', stdio: 'pipe' });
    } catch (error) {
      // Nothing is heard there, which is a finding.
      stdout = (error as { stdout: string }).stdout;
    }
    return JSON.parse(stdout).findings.map(({ message }: { message: string }) => message.replace(/ for .*/, ''));
  };
  expect(sniffed(instance('VI_1', 'had0') + instance('VI_2', 'eth9'))).toEqual(['no VRRP adverts on had0']);
  expect(sniffed(instance('VI_2', 'eth9'))).toEqual(['no VRRP adverts on any']);
});
