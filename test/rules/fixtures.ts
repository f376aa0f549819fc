import type { Log } from '../timeline/logs.ts';
import type { Playing, Sending, Step } from '../vrrp/timeline.ts';
import { advert, adverts, carp, lb1, lb2, lb3, vip } from '../vrrp/timeline.ts';
import { awsFixtures } from './aws-fixtures.ts';
import { configurationFixtures } from './configuration-fixtures.ts';
import { grammarFixtures } from './grammar-fixtures.ts';
import type { AwsFixture } from './judged-aws.ts';
import type { Configurations } from './judged-configurations.ts';
import type { NginxFixture } from './judged-nginx.ts';
import type { StatesFixture } from './judged-states.ts';
import { logFixtures } from './log-fixtures.ts';
import { nginxFixtures } from './nginx-fixtures.ts';
import { hostFixtures, interfaceFixtures, splitFixtures, stateFixtures } from './state-fixtures.ts';

/** A capture of captures/, one that is scripted, some of several places, logs, configurations, the files of nodes with nginx, what nodes do, or a pair on AWS. */
export type Fixture =
  | { readonly capture: string }
  | { readonly steps: readonly Step[]; readonly playing?: Playing }
  | { readonly places: Readonly<Record<string, readonly Step[]>> }
  | { readonly logs: () => readonly Log[] }
  | Configurations
  | NginxFixture
  | StatesFixture
  | AwsFixture;

export interface RuleFixtures {
  readonly code: string;
  /** It fires, with these severities in the order in which `severities` ranks them. */
  readonly fires: readonly { readonly name: string; readonly on: Fixture; readonly severity: string }[];
  /** It does not, nor does any other rule above info; `info`: what of that severity is there. */
  readonly looksAlike: readonly { readonly name: string; readonly on: Fixture; readonly info?: readonly string[] }[];
}

const second = '10.77.0.101';
const foreign = '10.77.0.200';
const secretpa = { authType: 1, auth: 'secretpa' };
const hunter22 = { authType: 1, auth: 'hunter22' };

/** lb1 leads for five seconds, says that it stops, and lb2 takes over: a hand-over from what the one sends to what the other does. */
function handOver(a: Partial<Sending>, b: Partial<Sending>): Step[] {
  const one = { src: lb1, ...a };
  return [...adverts(one, 101, 0, 5), advert(one, 0, 5.3), ...adverts({ src: lb2, ...b }, 100, 5.909, 12)];
}

/** And lb1 comes back, configured as lb2 is: how a pair is changed, one node after the other. */
function rollOut(a: Partial<Sending>, b: Partial<Sending>): Step[] {
  return [...handOver(a, b), ...adverts({ src: lb1, ...b }, 101, 12.2, 20)];
}

/** The same by a clock that is so many seconds ahead. */
function ahead(seconds: number, steps: readonly Step[]): Step[] {
  return steps.map((step) => ({ ...step, at: step.at + seconds }));
}

const alone = (sending: Partial<Sending> = {}) => adverts({ src: lb1, ...sending }, 101, 0, 8);

export const fixtures: readonly RuleFixtures[] = [
  {
    code: 'HAD101',
    fires: [
      { name: 'both talk', on: { capture: 'firewall-both-ways.pcap' }, severity: 'error' },
      { name: 'one is silent', on: { capture: 'auth-mismatch.pcap' }, severity: 'error' },
      { name: 'it has ended', on: { capture: 'firewall-heals.pcap' }, severity: 'error' },
      ...splitFixtures.fires,
    ],
    looksAlike: [
      { name: 'a hand-over and back', on: { capture: 'failover-graceful-stop.pcap' } },
      { name: 'a partition, seen from the master', on: { capture: 'partition-lb1.pcap' } },
      { name: 'a stalled master that comes back', on: { capture: 'stall.pcap' } },
      {
        name: 'a backup that missed adverts speaks once',
        on: {
          steps: [
            ...adverts({ src: lb1 }, 101, 0, 6),
            advert({ src: lb2 }, 100, 6.6),
            ...adverts({ src: lb1 }, 101, 6.601, 12),
          ],
        },
      },
      {
        name: 'three nodes, unicast to two peers each',
        on: {
          steps: [
            ...[lb2, lb3].flatMap((dst) => adverts({ src: lb1, dst }, 150, 0, 8)),
            ...[lb2, lb3].map((dst) => advert({ src: lb1, dst }, 0, 8.2)),
            ...[lb1, lb3].flatMap((dst) => adverts({ src: lb2, dst }, 100, 8.81, 20)),
          ],
        },
      },
    ],
  },
  {
    code: 'HAD102',
    fires: [
      { name: 'a third router', on: { capture: 'foreign-router.pcap' }, severity: 'error' },
      {
        name: 'of another version and password',
        on: { steps: [...alone(), ...adverts({ src: lb3, version: 3, addrs: [foreign] }, 50, 0.4, 8)] },
        severity: 'error',
      },
    ],
    looksAlike: [
      { name: 'another address under another vrid', on: { capture: 'two-instances.pcap' } },
      { name: 'the same vrid on another VLAN', on: { capture: 'encoded-vlan.pcap' } },
      { name: 'the same vrid for IPv6', on: { capture: 'dual-stack.pcap' } },
      { name: 'the pair is given another VIP', on: { steps: rollOut({}, { addrs: [foreign] }) } },
    ],
  },
  {
    code: 'HAD103',
    fires: [
      { name: 'on one node', on: { capture: 'old-unicast-checksum.pcap' }, severity: 'warning' },
      {
        name: 'of the only sender',
        on: { steps: alone({ version: 3, checksum: 'no-pseudo-header' }) },
        severity: 'info',
      },
    ],
    looksAlike: [
      { name: "the RFC's", on: { capture: 'v3-unicast.pcap' } },
      { name: 'behind auth_hmac, as keepalived computes it', on: { capture: 'encoded-auth-hmac.pcap' } },
    ],
  },
  {
    code: 'HAD104',
    fires: [
      { name: 'all of them', on: { capture: 'encoded-checksum-bad.pcap' }, severity: 'error' },
      {
        name: 'one among good ones',
        on: { steps: [...alone(), advert({ src: lb1, checksum: 0x1234 }, 101, 4.5)] },
        severity: 'error',
      },
    ],
    looksAlike: [
      { name: 'cut by the snap length', on: { capture: 'encoded-snap-length.pcap' }, info: ['HAD116'] },
      { name: 'in fragments', on: { capture: 'encoded-fragments.pcap' } },
    ],
  },
  {
    code: 'HAD105',
    fires: [
      { name: 'two nodes', on: { capture: 'v2-ah.pcap' }, severity: 'warning' },
      {
        name: 'three nodes',
        on: {
          steps: [lb1, lb2, lb3].flatMap((src, i) => [
            ...[0, 1, 2, 3].map((n) => advert({ src, authType: 2, ahSequence: n }, 101 - i, 6 * i + n)),
            advert({ src, authType: 2, ahSequence: 4 }, 0, 6 * i + 4),
          ]),
        },
        severity: 'error',
      },
      { name: 'IPv6', on: { steps: adverts({ src: 'fe80::1', ahSequence: 1 }, 101, 0, 5) }, severity: 'error' },
    ],
    looksAlike: [{ name: 'a password', on: { capture: 'v2-pass-multicast.pcap' }, info: ['HAD116'] }],
  },
  {
    code: 'HAD106',
    fires: [
      { name: 'on one node', on: { capture: 'encoded-auth-hmac-one-side.pcap' }, severity: 'error' },
      { name: 'different keys', on: { capture: 'encoded-auth-hmac-key-differs.pcap' }, severity: 'error' },
    ],
    looksAlike: [
      { name: 'the same key on both', on: { capture: 'encoded-auth-hmac.pcap' } },
      {
        name: 'the key is changed on both',
        on: { steps: rollOut({ version: 3, hmacKey: 1 }, { version: 3, hmacKey: 2 }) },
      },
    ],
  },
  {
    code: 'HAD107',
    fires: [
      { name: 'multicast', on: { capture: 'encoded-ttl.pcap' }, severity: 'error' },
      { name: 'unicast', on: { capture: 'unicast-ttl.pcap' }, severity: 'info' },
      {
        name: 'unicast first, multicast after a reload',
        on: { steps: [...alone({ dst: lb2, ttl: 64 }), ...adverts({ src: lb1, ttl: 64 }, 101, 9, 12)] },
        severity: 'error',
      },
    ],
    looksAlike: [{ name: '255', on: { capture: 'v2-multicast.pcap' } }],
  },
  {
    code: 'HAD108',
    fires: [{ name: 'a stall of three seconds', on: { capture: 'near-failover.pcap' }, severity: 'warning' }],
    looksAlike: [
      {
        name: 'one advert is lost now and then',
        on: { steps: alone().concat(adverts({ src: lb1 }, 101, 10, 20), adverts({ src: lb1 }, 101, 22.01, 40)) },
      },
      {
        name: 'the master is restarted, with nobody else about',
        on: { steps: [...alone(), advert({ src: lb1 }, 0, 8.1), ...adverts({ src: lb1 }, 101, 11, 20)] },
      },
      { name: 'a failover', on: { capture: 'failover-kill.pcap' } },
    ],
  },
  {
    code: 'HAD109',
    fires: [
      { name: 'a vrid that never spoke', on: { steps: alone(), playing: { expectedVrids: [52] } }, severity: 'error' },
      {
        name: 'a vrid that fell silent',
        on: { steps: [...alone({ vrid: 52 }), ...adverts({ src: lb1 }, 101, 0, 20)], playing: { expectedVrids: [52] } },
        severity: 'error',
      },
    ],
    looksAlike: [{ name: 'it speaks', on: { steps: alone(), playing: { expectedVrids: [51] } } }],
  },
  {
    code: 'HAD110',
    fires: [
      { name: 'keepalived up to 2.3.2', on: { capture: 'vip-list-mismatch.pcap' }, severity: 'error' },
      { name: 'keepalived from 2.3.3 on', on: { capture: 'vip-list-mismatch-2.3.3.pcap' }, severity: 'error' },
      { name: 'seen at a failover only', on: { steps: handOver({}, { addrs: [vip, second] }) }, severity: 'error' },
    ],
    looksAlike: [
      { name: 'in another order, with other prefix lengths', on: { capture: 'vips-in-other-order.pcap' } },
      { name: 'an address is added on one node after the other', on: { steps: rollOut({}, { addrs: [vip, second] }) } },
      {
        name: 'an address is added by a reload',
        on: { steps: [...alone(), ...adverts({ src: lb1, addrs: [vip, second] }, 101, 9, 20)] },
      },
    ],
  },
  {
    code: 'HAD111',
    fires: [
      { name: 'VRRPv2', on: { capture: 'interval-mismatch-v2.pcap' }, severity: 'error' },
      { name: 'VRRPv3', on: { capture: 'interval-mismatch-v3.pcap' }, severity: 'warning' },
    ],
    looksAlike: [
      {
        name: 'changed on one node after the other',
        on: { steps: rollOut({ version: 3 }, { version: 3, intvl: 0.5 }) },
      },
      {
        name: 'two vrids',
        on: { steps: [...alone(), ...adverts({ src: lb2, vrid: 52, intvl: 2, addrs: [second] }, 101, 0.4, 8)] },
      },
    ],
  },
  {
    code: 'HAD112',
    fires: [{ name: 'both master', on: { capture: 'version-mismatch.pcap' }, severity: 'error' }],
    looksAlike: [
      {
        name: 'IPv4 with one and IPv6 with the other',
        on: { steps: [...alone(), ...adverts({ src: 'fe80::1' }, 101, 0.3, 8)] },
      },
      { name: 'changed on one node after the other', on: { steps: rollOut({}, { version: 3 }) } },
    ],
  },
  {
    code: 'HAD113',
    fires: [
      { name: 'the password', on: { capture: 'auth-mismatch.pcap' }, severity: 'error' },
      { name: 'the type', on: { capture: 'auth-type-mismatch.pcap' }, severity: 'error' },
    ],
    looksAlike: [
      { name: 'passwords alike in eight characters', on: { capture: 'v2-pass-alike-in-8.pcap' }, info: ['HAD116'] },
      { name: 'changed on one node after the other', on: { steps: rollOut(secretpa, hunter22) }, info: ['HAD116'] },
    ],
  },
  {
    code: 'HAD114',
    fires: [
      { name: 'another vhid', on: { capture: 'carp-on-segment.pcap' }, severity: 'info' },
      { name: 'our vrid', on: { steps: [...alone(), carp('10.77.0.9', 51, 3.3)] }, severity: 'info' },
    ],
    looksAlike: [
      {
        name: 'VRRPv2 with seven addresses',
        on: { steps: alone({ addrs: [1, 2, 3, 4, 5, 6, 7].map((i) => `10.77.0.10${i}`) }) },
      },
    ],
  },
  {
    code: 'HAD115',
    fires: [
      { name: 'a pair with different vrids', on: { capture: 'vrid-mismatch.pcap' }, severity: 'error' },
      {
        name: 'one node',
        on: { steps: [...alone(), ...adverts({ src: lb1, vrid: 52 }, 101, 0.2, 8)] },
        severity: 'error',
      },
    ],
    looksAlike: [
      { name: 'two vrids with an address each', on: { capture: 'two-instances.pcap' } },
      {
        name: 'the pair is given another vrid',
        on: { steps: [...alone(), advert({ src: lb1 }, 0, 8.3), ...adverts({ src: lb1, vrid: 60 }, 101, 10, 20)] },
      },
    ],
  },
  {
    code: 'HAD116',
    fires: [{ name: 'a password', on: { capture: 'v2-pass-unicast.pcap' }, severity: 'info' }],
    looksAlike: [
      { name: 'no authentication', on: { capture: 'v2-multicast.pcap' } },
      { name: 'VRRPv3, which has none', on: { capture: 'v3-multicast.pcap' } },
    ],
  },
  {
    code: 'HAD117',
    fires: [{ name: 'both master', on: { capture: 'unicast-multicast-mismatch.pcap' }, severity: 'error' }],
    looksAlike: [
      { name: 'unicast to each other', on: { capture: 'v3-unicast.pcap' } },
      { name: 'changed on one node after the other', on: { steps: rollOut({}, { dst: lb3 }) } },
    ],
  },
  {
    code: 'HAD118',
    fires: [
      {
        name: 'lb2 does not hear lb1, from the start',
        on: {
          places: {
            lb1: [...adverts({ src: lb1 }, 101, 0, 20), ...adverts({ src: lb2 }, 100, 0.4, 20)],
            lb2: adverts({ src: lb2 }, 100, 0.4, 20),
          },
        },
        severity: 'error',
      },
      {
        name: 'from a moment on, with clocks ten seconds apart',
        on: {
          places: {
            lb1: [...adverts({ src: lb1 }, 101, 0, 20), ...adverts({ src: lb2 }, 100, 8.6, 20)],
            lb2: ahead(-10, [...adverts({ src: lb1 }, 101, 0, 5), ...adverts({ src: lb2 }, 100, 8.6, 20)]),
          },
        },
        severity: 'error',
      },
      {
        name: 'neither hears the other',
        on: {
          places: { lb1: adverts({ src: lb1 }, 101, 0, 20), lb2: adverts({ src: lb2 }, 100, 3.6, 20) },
        },
        severity: 'error',
      },
      {
        name: 'a partition that heals, by clocks that agree',
        on: {
          places: {
            lb1: [...adverts({ src: lb1 }, 101, 0, 24)],
            lb2: [
              ...adverts({ src: lb1 }, 101, 0, 5),
              ...adverts({ src: lb2 }, 100, 8.6, 16),
              ...adverts({ src: lb1 }, 101, 17, 24),
            ],
          },
        },
        severity: 'error',
      },
      {
        name: 'unicast',
        on: {
          places: {
            lb1: [...adverts({ src: lb1, dst: lb2 }, 101, 0, 20), ...adverts({ src: lb2, dst: lb1 }, 100, 0.4, 20)],
            lb2: adverts({ src: lb2, dst: lb1 }, 100, 0.4, 20),
          },
        },
        severity: 'error',
      },
    ],
    looksAlike: [
      {
        name: 'a hand-over, with clocks ten seconds apart',
        on: { places: { lb1: handOver({}, {}), lb2: ahead(-10.3, handOver({}, {})) } },
      },
      {
        name: 'a hand-over, with the other clock ahead',
        on: { places: { lb1: handOver({}, {}), lb2: ahead(10.3, handOver({}, {})) } },
      },
      {
        name: 'captures one after the other',
        on: {
          places: { lb1: adverts({ src: lb1 }, 101, 0, 20), lb2: adverts({ src: lb2 }, 100, 30, 50) },
        },
      },
      {
        name: 'two clusters of one vrid',
        on: {
          places: {
            lb1: adverts({ src: lb1 }, 101, 0, 20),
            lb3: adverts({ src: lb3, addrs: [foreign] }, 100, 0, 20),
          },
        },
      },
      {
        name: 'one capture ends early, and the other node then takes over',
        on: {
          places: {
            lb1: adverts({ src: lb1 }, 101, 0, 5),
            lb2: [...adverts({ src: lb1 }, 101, 0, 8), ...adverts({ src: lb2 }, 100, 11.6, 20)],
          },
        },
      },
    ],
  },
  {
    code: 'HAD119',
    fires: [
      { name: 'of many kinds', on: { capture: 'encoded-malformed.pcap' }, severity: 'warning' },
      { name: 'reserved bits', on: { steps: alone({ version: 3, reserved: 1 }) }, severity: 'warning' },
    ],
    looksAlike: [
      { name: 'cut by the snap length', on: { capture: 'encoded-snap-length.pcap' }, info: ['HAD116'] },
      { name: 'in fragments', on: { capture: 'encoded-fragments.pcap' } },
      { name: 'no addresses', on: { capture: 'no-vips.pcap' }, info: ['HAD116'] },
    ],
  },
  ...logFixtures,
  ...[...configurationFixtures, ...grammarFixtures].sort((a, b) => (a.code < b.code ? -1 : 1)),
  ...nginxFixtures,
  ...hostFixtures,
  ...interfaceFixtures,
  ...awsFixtures,
  ...stateFixtures,
];
