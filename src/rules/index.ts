import type { Snapshot } from '../model/snapshot.ts';
import { splitBrain } from './had101-split-brain.ts';
import { foreignRouter } from './had102-foreign-router.ts';
import { checksumVariant } from './had103-checksum-variant.ts';
import { checksumBad } from './had104-checksum-bad.ts';
import { ahInUse } from './had105-ah-in-use.ts';
import { authTrailerDiffers } from './had106-auth-trailer-differs.ts';
import { ttlNot255 } from './had107-ttl-not-255.ts';
import { nearFailover } from './had108-near-failover.ts';
import { noAdverts } from './had109-no-adverts.ts';
import { vipsDifferOnWire } from './had110-vips-differ-on-wire.ts';
import { intervalDiffersOnWire } from './had111-interval-differs-on-wire.ts';
import { versionMixedOnWire } from './had112-version-mixed-on-wire.ts';
import { authDiffersOnWire } from './had113-auth-differs-on-wire.ts';
import { carpOnSegment } from './had114-carp-on-segment.ts';
import { vipInTwoVrids } from './had115-vip-in-two-vrids.ts';
import { passwordInClear } from './had116-password-in-clear.ts';
import { unicastMulticastMixed } from './had117-unicast-multicast-mixed.ts';
import { malformedAdvert } from './had119-malformed-advert.ts';
import type { Rule } from './rule.ts';

/** Every rule of the catalogue that is built, in the order of their codes. */
export const rules: readonly Rule[] = [
  splitBrain,
  foreignRouter,
  checksumVariant,
  checksumBad,
  ahInUse,
  authTrailerDiffers,
  ttlNot255,
  nearFailover,
  noAdverts,
  vipsDifferOnWire,
  intervalDiffersOnWire,
  versionMixedOnWire,
  authDiffersOnWire,
  carpOnSegment,
  vipInTwoVrids,
  passwordInClear,
  unicastMulticastMixed,
  malformedAdvert,
];

/** The rules that need nothing but these parts of the snapshot. */
export function rulesOn(...parts: readonly (keyof Snapshot)[]): readonly Rule[] {
  return rules.filter(({ needs }) => needs.every((part) => parts.includes(part)));
}

/** The rule of a code or name, in any case; undefined where there is none. */
export function findRule(codeOrName: string): Rule | undefined {
  const wanted = codeOrName.toLowerCase();
  return rules.find(({ code, name }) => code.toLowerCase() === wanted || name === wanted);
}
