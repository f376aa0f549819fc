import type { InstanceStatus } from '../model/status.ts';
import type { MismatchKind, Router, SplitBrain } from '../model/wire.ts';
import { subjectOn, voicesEvidence } from './on-the-nodes.ts';
import { advertEvidence, announcementEvidence, listOf, secondsOf, subjectOf } from './on-the-wire.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

/** The rule that names each mismatch which makes nodes drop each other's adverts. */
const causeOf: Readonly<Partial<Record<MismatchKind, string>>> = {
  trailer: 'HAD106',
  addresses: 'HAD110',
  interval: 'HAD111',
  version: 'HAD112',
  auth: 'HAD113',
  cast: 'HAD117',
  'checksum-variant': 'HAD103',
};

export const splitBrain = defineRule({
  code: 'HAD101',
  name: 'split-brain',
  severity: 'error',
  title: 'Two masters of one virtual router at the same time',
  explanation: `VRRP has one master: it alone sends adverts, and the others stay silent while they hear it (RFC 9568 section 6.4). Two senders
that both go on for longer than a master-down interval do not hear each other, or drop what they hear.

The second master may be silent. keepalived restarts its own send timer at each advert that it rejects, so that of two nodes that reject
each other one sends a single advert, and then nothing; it holds the addresses all the same. It is recognised by that advert: it came
beside a master that had not stopped, and the two do not agree in something that makes keepalived drop an advert.

A hand-over is none of this: there the old master sends priority 0, or falls silent first, or yields to a higher priority.`,
  consequence:
    'both nodes hold the addresses; traffic goes to whichever announced them last, and connections break at each announcement',
  confirm:
    "On both nodes: `ip -br addr` shows the VIP. On each node: `tcpdump -ni IFACE ip proto 112` shows whether the other's adverts arrive.",
  remedy: admission('protocol 112', 'ip protocol vrrp'),
  references: ['RFC 9568 section 6.4', 'keepalived: vrrp_state_master_rx(), vrrp_check_packet()'],
  needs: [],
  mayUse: ['wire', 'status'],
  check({ wire, status }, context) {
    const heard = (wire?.routers ?? []).flatMap((router) =>
      router.splitBrains.map((fact) => ({ router, judgement: judge(router, fact, context) })),
    );
    const divided = (status ?? []).filter(({ verdict }) => verdict === 'split-brain');
    const isOf = ({ family, vrid }: Router, instance: InstanceStatus) =>
      family === instance.family && vrid === instance.vrid;
    return [
      // What packets show of the same router is a part of it.
      ...divided.map((instance) => {
        const seen = heard.filter(({ router }) => isOf(router, instance)).map(({ judgement }) => judgement);
        return judgeNodes(instance, seen, context);
      }),
      ...heard
        .filter(({ router }) => !divided.some((instance) => isOf(router, instance)))
        .map(({ judgement }) => judgement),
    ];
  },
});

/** Rules of configurations, of the nodes' systems and of the wire that name why nodes do not hear each other. */
const possibleCauses = [
  ...['HAD301', 'HAD302', 'HAD303', 'HAD304', 'HAD305', 'HAD306', 'HAD307'],
  ...['HAD601', 'HAD604', 'HAD605', 'HAD801'],
];

/** Two nodes that hold an address of one virtual router, or call themselves its master. */
function judgeNodes(instance: InstanceStatus, seen: readonly Judgement[], context: RuleContext): Judgement {
  const masters = instance.nodes.filter(({ state, vips }) => state === 'MASTER' || vips.length > 0);
  const names = masters.map(({ node }) => node);
  const vip = instance.vips.find((address) => masters.every(({ vips }) => vips.includes(address))) ?? null;
  const both = `${listOf(names)} ${names.length > 2 ? 'all' : 'both'}`;
  const message = vip === null ? `${both} are master of ${instance.instance}` : `${both} hold ${vip}`;
  const [first] = seen;
  return {
    subject: subjectOn(instance, names, vip),
    message,
    causes: [...possibleCauses, ...seen.flatMap(({ causes = [] }) => causes)],
    evidence: [
      ...masters.flatMap((node) => voicesEvidence(node, context)),
      ...seen.flatMap(({ evidence }) => evidence),
    ],
    remedy:
      first?.remedy ??
      `ha-doctor check ${names.join(' ')} names the cause where it can be read; the adverts of each have to arrive at the other`,
  };
}

/** The protocol that a firewall has to admit: inside IPsec AH that is another one. */
function admit({ secondFrom: { advert } }: SplitBrain): string {
  const [name, number, word] = advert.ah === null ? ['protocol 112', 112, 'vrrp'] : ['protocol 51 (AH)', 51, 'ah'];
  return admission(name, advert.family === 'ipv6' ? `meta l4proto ${number}` : `ip protocol ${word}`);
}

function admission(protocol: string, match: string): string {
  return `let ${protocol} pass between the nodes: nft insert rule inet filter input ${match} accept (on both; then look at the network between them)`;
}

/** Why receivers drop all that one of the two sends. */
function dropCausesOf({ first, second }: SplitBrain): string[] {
  const adverts = [first.last.advert, second.last.advert];
  return [
    ...(adverts.some(({ checksum }) => checksum === 'bad') ? ['HAD104'] : []),
    ...(adverts.some(({ multicast, ttl }) => multicast && ttl !== 255) ? ['HAD107'] : []),
    ...(adverts.some(({ messageType }) => messageType !== 1) ? ['HAD119'] : []),
  ];
}

function judge(router: Router, fact: SplitBrain, context: RuleContext): Judgement {
  const { first, second, firstBefore, secondFrom, announcements } = fact;
  const causes = [...fact.mismatches.flatMap((kind) => causeOf[kind] ?? []), ...dropCausesOf(fact)];
  const shared = secondFrom.advert.addrs.filter((address) => firstBefore.advert.addrs.includes(address));
  const since = context.clock(secondFrom.time);
  const proven = fact.interleaved || announcements.length >= 2;
  const vips = shared.length > 1 ? 'the VIPs' : 'the VIP';
  const message = !fact.interleaved
    ? `${second.src} became master beside ${first.src} at ${since}, and ${fact.lasting ? 'keeps' : 'kept'} ${vips}`
    : fact.lasting
      ? `${first.src} and ${second.src} are both master since ${since}`
      : `${first.src} and ${second.src} were both master for ${secondsOf(fact.overlapSeconds)}, from ${since} on`;
  return {
    subject: subjectOf(router, [first.src, second.src], shared[0] ?? null),
    message,
    certainty: proven ? 'certain' : 'likely',
    causes,
    evidence: [
      advertEvidence(firstBefore, context),
      advertEvidence(secondFrom, context),
      ...announcements.map((ref) => announcementEvidence(ref, context)),
    ],
    consequence: !fact.interleaved
      ? `each node drops the other's adverts; one falls silent while it keeps rejecting, and still holds ${vips}`
      : `both ${fact.lasting ? 'hold' : 'held'} ${shared.length > 0 ? listOf(shared) : 'the addresses'}; traffic ${fact.lasting ? 'goes' : 'went'} to whichever announced ${shared.length === 1 ? 'it' : 'them'} last`,
    remedy: causes.length > 0 ? `mend the cause: ${causes.join(', ')}` : admit(fact),
  };
}
