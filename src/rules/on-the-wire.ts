import type { Evidence, Subject } from '../model/finding.ts';
import type { Advert } from '../model/packet.ts';
import type {
  AdvertRef,
  GarpRef,
  Mismatch,
  MismatchKind,
  Position,
  Profile,
  Router,
  Sender,
  Wire,
} from '../model/wire.ts';
import type { Judgement, RuleContext } from './rule.ts';

/** The words that rules use for what was seen on the wire. */

export function subjectOf(router: Router, sources: readonly string[], vip: string | null = null): Subject {
  const { family, vrid, vlan } = router;
  const subject = { nodes: [...sources].sort(), instance: null, family, vrid, vip };
  return vlan.length === 0 ? subject : { ...subject, vlan };
}

/** `vrid 51`, with its family where that tells it apart. */
export function nameOf(router: Router): string {
  return `${router.family === 'ipv6' ? 'ipv6 ' : ''}vrid ${router.vrid}`;
}

export function evidenceOf(position: Position, text: string, context: RuleContext): Evidence {
  return {
    kind: 'packet',
    capture: position.capture,
    frame: position.frame,
    time: context.rfc3339(position.time),
    text,
  };
}

/** An advert as evidence: `10.77.0.1 > 10.77.0.2  vrid 51, prio 151, authtype simple`, and a remark. */
export function advertEvidence(ref: AdvertRef, context: RuleContext, remark = ''): Evidence {
  return evidenceOf(ref, `${briefOf(ref.advert)}${remark === '' ? '' : `, ${remark}`}`, context);
}

function briefOf({ src, dst, vrid, prio, authtype }: Advert): string {
  return `${src} > ${dst}  vrid ${vrid}, prio ${prio}${authtype === null ? '' : `, authtype ${authtype}`}`;
}

export function announcementEvidence(ref: GarpRef, context: RuleContext): Evidence {
  const kind = ref.garp.family === 'ipv4' ? 'gratuitous ARP' : 'unsolicited NA';
  return evidenceOf(ref, `${kind} ${ref.garp.address} is-at ${ref.garp.mac}`, context);
}

/** The authentication of an advert, its password as a mark. */
export function authOf(advert: Advert, context: RuleContext): string {
  if (advert.auth !== null) return `auth ${context.mark(advert.auth)}`;
  return `authtype ${advert.authtype}`;
}

export function listOf(items: readonly string[], most = 6): string {
  if (items.length === 0) return 'none';
  return items.length > most ? `${items.slice(0, most).join(', ')} and ${items.length - most} more` : items.join(', ');
}

/** Seconds with at most three digits: `1 s`, `0.2 s`, `3.609 s`. */
export function secondsOf(seconds: number): string {
  return `${Number(seconds.toFixed(3))} s`;
}

/** Judges each mismatch of one kind: what `a` and `b` send is put into words by `describe`. */
export function judgeMismatches(
  wire: Wire,
  kind: MismatchKind,
  context: RuleContext,
  describe: (
    mismatch: Mismatch,
    router: Router,
  ) => { message: string; remarks: readonly [string, string] } & Partial<Judgement>,
): Judgement[] {
  return wire.routers.flatMap((router) =>
    router.mismatches
      .filter((mismatch) => mismatch.kind === kind)
      .map((mismatch) => {
        const { remarks, ...judgement } = describe(mismatch, router);
        return {
          subject: subjectOf(router, [mismatch.a.advert.src, mismatch.b.advert.src]),
          evidence: [advertEvidence(mismatch.a, context, remarks[0]), advertEvidence(mismatch.b, context, remarks[1])],
          ...judgement,
        };
      }),
  );
}

/** Judges each sender that sends adverts of a kind, once, by its first such profile, or the first of those that are worse. */
export function judgeProfiles(
  wire: Wire,
  applies: (advert: Advert) => boolean,
  describe: (profile: Profile, sender: Sender, router: Router, count: number) => Omit<Judgement, 'subject'>,
  isWorse: (advert: Advert) => boolean = () => false,
): Judgement[] {
  return wire.routers.flatMap((router) =>
    router.senders.flatMap((sender) => {
      const profiles = sender.profiles.filter((profile) => applies(profile.first.advert));
      const first = profiles.find((profile) => isWorse(profile.first.advert)) ?? profiles[0];
      if (first === undefined) return [];
      const count = profiles.reduce((sum, profile) => sum + profile.count, 0);
      return [{ subject: subjectOf(router, [sender.src]), ...describe(first, sender, router, count) }];
    }),
  );
}
