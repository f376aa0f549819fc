import { names } from '../aws/notify-script.ts';
import { handOver, type Log, says, startedPair } from '../timeline/logs.ts';
import type { RuleFixtures } from './fixtures.ts';
import { type AwsGiven, instance } from './judged-aws.ts';

const aws = (awsPair: AwsGiven) => ({ awsPair });
const healthy = { name: 'a healthy pair', on: aws({}) };

/** What lb1's script logs in its order: its own instance and the other's, and who held the address. */
function ran(log: Log, second: number, state: string, holder: string, changes: Record<string, string> = {}): void {
  const own = log.node === 'lb1' ? 'i-0lb1' : 'i-0lb2';
  const other = own === 'i-0lb1' ? 'i-0lb2' : 'i-0lb1';
  log.at(
    second,
    says.parameters({
      ...{ TYPE: 'INSTANCE', NAME: 'VI_1', STATE: state, ALLOCATION_ID: 'eipalloc-01' },
      ...{ INSTANCE_ID: own, OTHER_INSTANCE_ID: other, EIP_INSTANCE: holder },
      ASSOCIATION_ID: holder === '' ? '' : 'eipassoc-01',
      ...changes,
    }),
  );
}

/** lb1 has the address, and after an hour lb2 takes over and keeps it. */
function failover(changes: Record<string, string> = {}): readonly Log[] {
  const { lb1, lb2, logs } = startedPair();
  ran(lb1, 8, 'MASTER', '');
  handOver(lb1, lb2, 3600, 100, 51);
  ran(lb1, 3604, 'BACKUP', 'i-0lb1');
  ran(lb2, 3605, 'MASTER', 'i-0lb1', changes);
  return logs;
}

/** The master changes every so many seconds, and each takes the address from the other. */
function toAndFro(count: number, everySeconds: number): readonly Log[] {
  const { lb1, lb2, logs } = startedPair();
  ran(lb1, 8, 'MASTER', '');
  for (let i = 0; i < count; i++) {
    const [from, to] = i % 2 === 0 ? [lb1, lb2] : [lb2, lb1];
    const second = 60 + i * everySeconds;
    handOver(from, to, second, 100, 51);
    ran(to, second + 3, 'MASTER', from === lb1 ? 'i-0lb1' : 'i-0lb2');
  }
  return logs;
}

/** The other node's script is in the middle of its move when this one looks. */
function inBetween(): readonly Log[] {
  return failover({ EIP_INSTANCE: '', ASSOCIATION_ID: '' });
}

/** An hour after lb1 took it, the address is with nobody by what both scripts see. */
function neverSeen(): readonly Log[] {
  const { lb1, lb2, logs } = startedPair();
  ran(lb1, 8, 'MASTER', '');
  lb1.at(3600, says.daemon('died'));
  lb2.at(3604, says.timeout(), says.state('MASTER'));
  ran(lb2, 3607, 'MASTER', '');
  return logs;
}

const requiringToken = { lb1: { requiresToken: true }, lb2: { requiresToken: true } };
const secretKeys = ['AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMIexamplekey'] as const;
const python = (majorVersion: number | null) => [
  { name: '/usr/bin/python', path: majorVersion === null ? null : '/usr/bin/python', majorVersion },
];
const twin = instance('i-0old', names[1], '10.77.0.2', { state: 'stopped' });

export const awsFixtures: readonly RuleFixtures[] = [
  {
    code: 'HAD701',
    fires: [
      { name: 'on the backup', on: aws({ holder: 'i-0lb2' }), severity: 'error' },
      { name: 'on a third instance', on: aws({ holder: 'i-0else' }), severity: 'error' },
      { name: 'no log tells since when', on: aws({ master: 'lb2', changedAgo: null }), severity: 'error' },
    ],
    looksAlike: [healthy, { name: 'after a failover', on: aws({ master: 'lb2', holder: 'i-0lb2' }) }],
  },
  {
    code: 'HAD702',
    fires: [
      { name: 'downloaded, without chmod', on: aws({ mode: 0o644 }), severity: 'error' },
      { name: 'no wget', on: aws({ programs: [{ name: 'wget', path: null, majorVersion: null }] }), severity: 'error' },
      { name: 'no Python', on: aws({ script: { python2: true }, programs: python(null) }), severity: 'error' },
      { name: 'Python 3', on: aws({ script: { python2: true }, programs: python(3) }), severity: 'error' },
    ],
    looksAlike: [
      {
        name: 'all is there',
        on: aws({
          script: { python2: true },
          programs: [...python(2), { name: 'aws', path: '/usr/bin/aws', majorVersion: null }],
        }),
      },
    ],
  },
  {
    code: 'HAD703',
    fires: [
      { name: 'tokens are required', on: aws({ instances: requiringToken }), severity: 'error' },
      { name: 'it is switched off', on: aws({ instances: { lb2: { hasMetadata: false } } }), severity: 'error' },
    ],
    looksAlike: [{ name: 'the script has a token', on: aws({ script: { token: true }, instances: requiringToken }) }],
  },
  {
    code: 'HAD704',
    fires: [
      { name: 'TCP only', on: aws({ ingress: [{ protocol: 'tcp', blocks: ['0.0.0.0/0'] }] }), severity: 'error' },
      { name: 'from elsewhere', on: aws({ ingress: [{ blocks: ['10.78.0.0/16'] }] }), severity: 'error' },
      { name: 'not out', on: aws({ egress: [{ protocol: 'tcp', blocks: ['0.0.0.0/0'] }] }), severity: 'error' },
    ],
    looksAlike: [
      { name: 'by address', on: aws({ ingress: [{ blocks: ['10.77.0.0/24'] }] }) },
      { name: 'everything', on: aws({ ingress: [{ protocol: '-1', blocks: ['0.0.0.0/0'] }] }) },
      { name: 'a prefix list', on: aws({ ingress: [{ hasPrefixList: true }] }) },
    ],
  },
  {
    code: 'HAD705',
    fires: [
      {
        name: 'one action',
        on: aws({
          dryRuns: [{}, { action: 'disassociate-address', outcome: 'refused', code: 'UnauthorizedOperation' }],
        }),
        severity: 'error',
      },
    ],
    looksAlike: [
      { name: 'all are allowed', on: aws({ dryRuns: [{}] }) },
      { name: 'throttled', on: aws({ dryRuns: [{ outcome: 'failed', code: 'RequestLimitExceeded' }] }) },
    ],
  },
  {
    code: 'HAD706',
    fires: [
      { name: 'twice the same', on: aws({ script: { nodes: [names[0], names[0]] } }), severity: 'error' },
      { name: 'neither', on: aws({ script: { nodes: ['ip-10-0-0-1.ec2.internal', names[1]] } }), severity: 'error' },
      { name: 'several of one name', on: aws({ others: [twin] }), severity: 'error' },
    ],
    looksAlike: [{ name: 'the other way round', on: aws({ script: { nodes: [names[1], names[0]] } }) }],
  },
  {
    code: 'HAD707',
    fires: [
      { name: 'with nobody', on: aws({ holder: null }), severity: 'error' },
      {
        name: 'the master has another one',
        on: aws({ holder: 'i-0lb2', instances: { lb1: { elasticIps: ['203.0.113.99'] } } }),
        severity: 'error',
      },
    ],
    looksAlike: [
      { name: 'the master has it', on: aws({ instances: { lb1: { elasticIps: ['203.0.113.10'] } } }) },
      { name: 'and one beside it', on: aws({ instances: { lb1: { elasticIps: ['203.0.113.10', '203.0.113.99'] } } }) },
    ],
  },
  {
    code: 'HAD708',
    fires: [{ name: 'each minute', on: { logs: () => toAndFro(6, 60) }, severity: 'error' }],
    looksAlike: [
      { name: 'one failover', on: { logs: () => failover() } },
      { name: 'each quarter of an hour', on: { logs: () => toAndFro(6, 900) } },
    ],
  },
  {
    code: 'HAD709',
    fires: [
      { name: 'no metadata', on: { logs: () => failover({ INSTANCE_ID: '' }) }, severity: 'error' },
      { name: 'no other instance', on: { logs: () => failover({ OTHER_INSTANCE_ID: '' }) }, severity: 'error' },
      { name: 'the address is never seen', on: { logs: neverSeen }, severity: 'error' },
    ],
    looksAlike: [
      { name: 'with nobody at the first start', on: { logs: () => failover() } },
      { name: 'in the middle of the other move', on: { logs: inBetween } },
    ],
  },
  {
    code: 'HAD710',
    fires: [
      { name: 'to everybody', on: aws({ script: { keys: secretKeys } }), severity: 'warning' },
      { name: 'to a group', on: aws({ script: { keys: secretKeys }, mode: 0o750, gid: 1000 }), severity: 'warning' },
    ],
    looksAlike: [
      { name: 'to root', on: aws({ script: { keys: secretKeys }, mode: 0o700 }) },
      { name: 'the placeholders of the guide', on: aws({ script: { keys: ['<value>', '<value>'] } }) },
      { name: 'a virtual address all the same', on: aws({ virtualAddresses: ['10.77.0.100/24'] }) },
      { name: 'the Elastic IP as virtual address', on: aws({ virtualAddresses: ['203.0.113.10/32'] }) },
    ],
  },
];
