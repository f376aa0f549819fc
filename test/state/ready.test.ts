import { expect, test } from 'vitest';
import { confOf, nginxCheck } from '../rules/confs.ts';
import { eth0, fused, type Given, type GivenPair, keepalived, nginx, nginxIsValid, sends } from './given.ts';

const master: Given = { holds: ['10.77.0.100'], processes: [...keepalived, ...nginx], nginxTest: nginxIsValid };
const backup: Given = { processes: [...keepalived, ...nginx], nginxTest: nginxIsValid };
const dumpOf = (status: string) => ({
  instances: [],
  scripts: [{ name: 'chk_nginx', weight: 0, isReversed: false, intervalSeconds: 3, status }],
});
const reversed = (host: 'lb1' | 'lb2') => confOf(host, { scripts: nginxCheck, track: ['chk_nginx weight 20 reverse'] });

/** Whether lb2 is ready, and why not, or what is not known. */
function readyOf(lb2State: Given, confs?: GivenPair['confs'], lb1State: Given = master): string {
  const node = fused({ lb1State, lb2State, ...(confs === undefined ? {} : { confs }) })[0]?.nodes[1];
  return [node?.ready, ...(node?.notReady ?? []), ...(node?.unsure ?? [])].join('; ');
}

const nginxFails = `2026/11/20 16:59:59 [emerg] 77#77: host not found in upstream "app" in /etc/nginx/nginx.conf:9
nginx: configuration file /etc/nginx/nginx.conf test failed
`;

const rows: readonly { name: string; lb2: Given; ready: string; confs?: GivenPair['confs']; lb1?: Given }[] = [
  { name: 'all is well', lb2: backup, ready: 'true' },
  { name: 'stopped', lb2: { ...backup, processes: nginx }, ready: 'false; keepalived does not run' },
  {
    name: 'in FAULT',
    lb2: { ...backup, logged: { VI_1: ['FAULT', 60] } },
    ready: 'false; it is in FAULT',
  },
  {
    name: 'its interface is down',
    lb2: { ...backup, interfaces: [eth0('lb2', [], { isUp: false })] },
    ready: 'false; interface eth0 is down',
  },
  {
    name: 'its cable is out',
    lb2: { ...backup, interfaces: [eth0('lb2', [], { hasCarrier: false })] },
    ready: 'false; interface eth0 has no link',
  },
  { name: 'its interface is gone', lb2: { ...backup, interfaces: [] }, ready: 'false; interface eth0 does not exist' },
  {
    name: 'its interface has no address',
    lb2: { ...backup, interfaces: [eth0('lb2', [], { addresses: [] })] },
    ready: 'false; interface eth0 has no address',
  },
  { name: 'a check fails', lb2: { ...backup, failing: ['chk_nginx'] }, ready: 'false; chk_nginx fails (exit 1)' },
  { name: 'a check that it does not track fails', lb2: { ...backup, failing: ['chk_other'] }, ready: 'true' },
  {
    name: 'a check failed before keepalived was started',
    lb2: { ...backup, startedAgo: 30, failing: ['chk_nginx'] },
    ready: 'true',
  },
  {
    name: 'a reversed check fails',
    lb2: { ...backup, failing: ['chk_nginx'] },
    confs: { lb1: reversed('lb1'), lb2: reversed('lb2') },
    ready: 'true',
  },
  {
    name: 'a check fails, by a dump of now',
    lb2: { ...backup, dump: [dumpOf('BAD'), 1] },
    ready: 'false; chk_nginx fails',
  },
  {
    name: 'a check has recovered, by a dump of now, whatever the log says',
    lb2: { ...backup, dump: [dumpOf('GOOD'), 1], failing: ['chk_nginx'] },
    ready: 'true',
  },
  {
    name: 'an old dump says nothing of its checks',
    lb2: { ...backup, dump: [dumpOf('BAD'), 6000], failing: [] },
    ready: 'true',
  },
  {
    name: 'neither log nor dump tells of its checks',
    lb2: { ...backup, failing: null },
    ready: '; whether chk_nginx passes is not known',
  },
  {
    name: 'nginx does not run, and does on the master',
    lb2: { ...backup, processes: keepalived },
    ready: 'false; nginx does not run',
  },
  {
    name: 'nginx runs on neither',
    lb1: { ...master, processes: keepalived },
    lb2: { ...backup, processes: keepalived },
    ready: 'true',
  },
  {
    name: 'its nginx configuration would not load',
    lb2: { ...backup, nginxTest: nginxFails },
    ready: 'false; nginx -t fails: host not found in upstream "app" in /etc/nginx/nginx.conf:9',
  },
  {
    name: 'nginx -t may not be run',
    lb2: { ...backup, nginxTest: 'nginx: [alert] could not open error log file: Permission denied\n' },
    ready: '; nginx -t could not be run',
  },
  { name: 'it listened and heard its master', lb2: { ...backup, heard: [sends('lb1'), 6] }, ready: 'true' },
  {
    name: 'it listened and heard nobody',
    lb2: { ...backup, heard: [[], 6] },
    ready: 'false; it hears no adverts of vrid 60',
  },
  { name: 'it listened too briefly to tell', lb2: { ...backup, heard: [[], 1.5] }, ready: 'true' },
  { name: 'unreachable', lb2: { unreachable: 'ssh: no route to host' }, ready: '; ssh: no route to host' },
  {
    name: 'processes and interfaces were not read',
    lb2: { ...backup, processes: null, interfaces: null },
    ready: '; its state is not known; its interfaces were not read; whether nginx runs is not known',
  },
];

test.each(rows)('$name', ({ lb2, ready, confs, lb1 }) => {
  expect(readyOf(lb2, confs, lb1)).toBe(ready);
});

test('the master is ready by the same measure', () => {
  const failing = fused({ lb1State: { ...master, failing: ['chk_nginx'] }, lb2State: backup })[0]?.nodes[0];
  expect([failing?.state, failing?.ready, failing?.notReady]).toEqual(['MASTER', false, ['chk_nginx fails (exit 1)']]);
});
