import type { VrrpState } from '../model/log.ts';
import type { StateReason } from '../model/timeline.ts';
import type { Fact, FactOf, InstanceSigns, NodeSigns, Signs } from './entry.ts';

/** Seconds for which a sign may precede what it leads to. */
const fresh = 3;
/** keepalived takes a sync group along at once. */
const atOnce = 1.1;

export function noSigns(): InstanceSigns {
  return {
    heard: null,
    discarded: null,
    priorityZero: null,
    timeout: null,
    forced: null,
    announced: null,
    rejected: null,
    fault: null,
  };
}

export function nodeSigns(): NodeSigns {
  return { syncing: null, check: null, interface: null, reload: null };
}

/** Written out: spreading takes ten times as long, and logs can change state hundreds of thousands of times. */
export function together(instance: InstanceSigns, node: NodeSigns): Signs {
  const { heard, discarded, priorityZero, timeout, forced, announced, rejected, fault } = instance;
  const { syncing, check, interface: link, reload } = node;
  return {
    heard,
    discarded,
    priorityZero,
    timeout,
    forced,
    announced,
    rejected,
    fault,
    syncing,
    check,
    interface: link,
    reload,
  };
}

/** Why an instance that was `from` is `to` now, by the signs before it. */
export function reasonOf(from: VrrpState | null, to: VrrpState, signs: Signs, at: number): StateReason {
  const isFresh = (fact: Fact | null): fact is Fact => fact !== null && at - fact.at <= fresh;
  const isSynced = signs.syncing !== null && signs.syncing.event.to === to && at - signs.syncing.at <= atOnce;
  switch (to) {
    case 'STOP':
      return 'shutdown';
    case 'FAULT':
      return faultReason(signs, isFresh, isSynced);
    case 'MASTER':
      if (isSynced && isAfter(signs.syncing, signs.forced)) return 'sync-group';
      if (signs.priorityZero !== null && isAfter(signs.priorityZero, signs.forced)) return 'priority-zero-received';
      if (signs.forced !== null) return 'forced-election';
      // 1.x says nothing of its timer, but announces the state an interval before.
      if (signs.timeout !== null || signs.announced !== null) return 'advert-timeout';
      return from === 'INIT' ? 'startup' : 'unknown';
    default:
      if (from === 'INIT' || from === 'STOP') return 'startup';
      if (from === 'FAULT') return recoveryReason(signs, isFresh, isSynced);
      if (isSynced && isAfter(signs.syncing, signs.heard)) return 'sync-group';
      if (signs.heard !== null)
        return signs.heard.event.than === 'equal' ? 'equal-priority-higher-address' : 'higher-priority-advert';
      return isFresh(signs.reload) ? 'reload' : 'unknown';
  }
}

function faultReason(signs: Signs, isFresh: (fact: Fact | null) => boolean, isSynced: boolean): StateReason {
  const cause = signs.fault?.event.cause ?? null;
  if (cause !== null) {
    const reasons = {
      script: 'script',
      interface: 'interface',
      address: 'interface',
      file: 'tracked-file',
      process: 'tracked-process',
      bfd: 'unknown',
    } as const;
    return reasons[cause.what];
  }
  const check = isFresh(signs.check) && hasFailed(signs.check) ? signs.check : null;
  const link = isFresh(signs.interface) ? signs.interface : null;
  if (isSynced && isAfter(signs.syncing, check) && isAfter(signs.syncing, link)) return 'sync-group';
  if (check !== null && isAfter(check, link)) return reasonOfCheck(check);
  return link === null ? 'unknown' : 'interface';
}

function recoveryReason(signs: Signs, isFresh: (fact: Fact | null) => boolean, isSynced: boolean): StateReason {
  const check = isFresh(signs.check) && !hasFailed(signs.check) ? signs.check : null;
  const link = isFresh(signs.interface) ? signs.interface : null;
  if (isSynced && isAfter(signs.syncing, check) && isAfter(signs.syncing, link)) return 'sync-group';
  if (check !== null && isAfter(check, link)) return reasonOfCheck(check);
  return link === null ? 'unknown' : 'interface';
}

export function hasFailed(check: FactOf<'check'> | null): boolean {
  return check !== null && check.event.outcome !== 'succeeded' && check.event.outcome !== 'returned';
}

function reasonOfCheck({ event }: FactOf<'check'>): StateReason {
  const reasons = { script: 'script', file: 'tracked-file', process: 'tracked-process', bfd: 'unknown' } as const;
  return reasons[event.what];
}

/** Whether a fact of one log stands behind another there; true where there is no other. */
function isAfter(fact: Fact | null, other: Fact | null): boolean {
  if (fact === null || other === null) return fact !== null;
  return fact.at > other.at || (fact.at === other.at && !isEarlierLine(fact, other));
}

function isEarlierLine({ line }: Fact, other: Fact): boolean {
  return line.file === other.line.file && line.line < other.line.line;
}
