import type { Rejection } from '../model/log.ts';
import type { Cause, CauseKind, LogRef } from '../model/timeline.ts';
import { isManualFailover } from './checks.ts';
import { type Change, type Fact, type FactOf, isChange, isDeath, isKind, isStart } from './entry.ts';
import type { Before, Episode } from './episode.ts';
import type { At } from './node-facts.ts';
import { checkWords, durationWords, faultWords, resultWords } from './words.ts';

/** A new master that heard the old one took over by priority; its first advert reaches the old one within this time. */
const handOverSeconds = 1.6;
/** A reload shows in the election within so many seconds, and so long may a take-over last. */
const electionSeconds = 60;
/** keepalived that finds no master is one itself after three seconds and a bit, with the usual advert_int. */
const promptSeconds = 5;
/** keepalived that has just started raises its priority with the first results of its checks. */
const settlingSeconds = 10;

/** What brought a failover about, followed back over the logs of both nodes. */
export function causeOf(episode: Episode): Cause {
  const { from, to, leave, enter } = episode;
  if (from === null) return startup(episode);
  if (leave !== null && isChange(leave.what)) {
    const change = leave.what;
    const isBefore = enter === null || leave.at <= enter.at;
    if (change.to === 'STOP' && isBefore) return stopped(episode, change);
    if (change.to === 'FAULT' && isBefore) return fault(episode, change);
    if (episode.isHeal) return healed(episode, change);
  }
  if (to === null) return left(episode);
  if (isPreemption(episode)) return preempted(episode);
  return silent(episode);
}

/** The new master heard the old one at a lower priority, or the old one gave way as soon as it heard the new one. */
function isPreemption({ enter, leave }: Episode): boolean {
  if (enter !== null) {
    const { discarded, timeout, forced } = enter.what.signs;
    if (discarded !== null && (timeout === null || timeout.at - discarded.at <= electionSeconds)) return true;
    if (forced !== null) return true;
  }
  if (leave === null || !isChange(leave.what) || leave.what.signs.heard === null) return false;
  return enter === null || leave.at - enter.at <= handOverSeconds;
}

function startup(episode: Episode): Cause {
  const { to, enter, before } = episode;
  const evidence = refs(enter);
  if (enter === null || to === null) return cause('unknown', 'nobody was master before', evidence);
  const { start, recovered } = before.to ?? {};
  if (recovered != null && recovered.at >= (start?.at ?? 0) && recovered.at >= episode.since) {
    const back = recovery(recovered, to);
    return cause(back.kind, `${back.text}; nobody was master`, [...back.evidence, ...evidence]);
  }
  if (start != null && start.at >= episode.since) {
    const seconds = durationWords(Math.max(0, enter.at - start.at));
    if (episode.isAlone && enter.at - start.at > promptSeconds)
      return cause(
        'unknown',
        `${to} heard no master, ${seconds} after keepalived started; the other node's log would tell whether there had been one`,
        [start.what, ...evidence],
      );
    return cause('startup', `keepalived started on ${to}, and found no other master within ${seconds}`, [
      start.what,
      ...evidence,
    ]);
  }
  return cause('unknown', `${to} became master; the logs do not tell who was before, they begin later`, evidence);
}

function stopped(episode: Episode, change: Change): Cause {
  const node = change.node;
  const { before, after, leave, enter } = episode;
  const { system } = before.from ?? {};
  const isShutdown =
    system != null && system.what.event.action === 'shutdown' && within(system, leave, electionSeconds);
  const again = after.find(({ what }) => isStart(what.event));
  const back =
    again === undefined ? '' : `, and started again ${durationWords(again.at - (leave?.at ?? again.at))} later`;
  const text = isShutdown ? `${node} was shut down${back}` : `keepalived was stopped on ${node}${back}`;
  return cause('daemon-stopped', text, [...(isShutdown ? [system.what] : []), change, ...refs(enter)]);
}

function fault(episode: Episode, change: Change): Cause {
  const { node, instance, signs } = change;
  const evidence = refs(episode.enter);
  switch (change.reason) {
    case 'script':
    case 'tracked-file':
    case 'tracked-process': {
      const words = signs.check === null ? faultOf(change) : checkWords(signs.check);
      const name = signs.check?.event.name ?? signs.fault?.event.cause?.name ?? '';
      const because = [...(signs.check === null ? [] : [signs.check]), change, ...evidence];
      return isManualFailover(name)
        ? cause(
            'manual-failover',
            `manual failover was asked for on ${node} (${signs.check === null ? name : resultWords(signs.check)}): ${instance} entered FAULT`,
            because,
          )
        : cause('check-script-failed', `${words}: ${instance} entered FAULT`, because);
    }
    case 'interface':
      return cause('interface-down', `${linkWords(change)}: ${instance} entered FAULT`, [
        ...(signs.interface === null ? [] : [signs.interface]),
        change,
        ...evidence,
      ]);
    case 'sync-group':
      return withGroup(episode, change);
    default:
      return cause('unknown', `${instance} entered FAULT on ${node}; the log does not say why`, [change, ...evidence]);
  }
}

/** Another instance of the group was first: its own cause tells. */
function withGroup(episode: Episode, change: Change): Cause {
  const { group, instance, node, to } = change;
  const side = node === episode.from ? episode.before.from : episode.before.to;
  const origin = side?.changes
    .map(({ what }) => what)
    .findLast((other) => other.to === to && other.instance !== instance && other.reason !== 'sync-group');
  const named = group === null ? 'its sync group' : `sync group ${group}`;
  const evidence = refs(episode.enter);
  if (origin === undefined)
    return cause('sync-group', `${instance} followed ${named} into ${to} on ${node}`, [change, ...evidence]);
  const why = to === 'FAULT' ? fault({ ...episode, enter: null }, origin) : null;
  const words = why === null ? `${origin.instance} entered ${to} on ${node}` : why.text;
  return cause('sync-group', `${words}, and ${instance} with it (${named})`, [
    ...(why?.evidence ?? [origin]),
    change,
    ...evidence,
  ]);
}

/** The new master heard the old one, and outbid it: what changed last before that, on either side? */
function preempted(episode: Episode): Cause {
  const { from, to, before, enter, leave } = episode;
  const at = enter?.at ?? leave?.at ?? episode.startAt;
  const evidence = [...refs(enter), ...refs(leave)];
  const below = `, below ${nameOf(to)}'s ${prioritiesOf(episode).to ?? 'priority'}`;
  const above = `, above ${nameOf(from)}'s ${prioritiesOf(episode).from ?? 'priority'}`;
  const candidates: { at: number; cause: Cause }[] = [];
  const propose = (fact: At | null | undefined, make: () => Cause): void => {
    // Where times are whole seconds, a cause may bear the time of its effect.
    if (fact == null || fact.at < episode.since || fact.at > at + 1) return;
    const { kind, text, evidence: own } = make();
    candidates.push({ at: fact.at, cause: cause(kind, text, [...own, ...evidence]) });
  };
  const [old, next] = [before.from, before.to];
  propose(old?.reload?.at !== undefined && at - old.reload.at <= electionSeconds ? old.reload : null, () => ({
    kind: 'config-reload',
    text: `${from} reloaded its configuration: ${numbered(prioritiesOf(episode).from)}${below}`,
    evidence: refs(old?.reload),
  }));
  propose(next?.reload?.at !== undefined && at - next.reload.at <= electionSeconds ? next.reload : null, () => ({
    kind: 'config-reload',
    text: `${to} reloaded its configuration: ${numbered(prioritiesOf(episode).to)}${above}`,
    evidence: refs(next?.reload),
  }));
  propose(next?.start, () => returned(episode, next?.start ?? null));
  propose(next?.recovered, () => comeBack(episode, next));
  if (next?.priority != null && rises(next.priority) && !isSettling(next)) {
    propose(next.priority, () => priorityCause(next, to ?? '', above));
  }
  if (old?.priority != null && falls(old.priority)) propose(old.priority, () => priorityCause(old, from ?? '', below));
  const latest = candidates.reduce<{ at: number; cause: Cause } | null>(
    (best, candidate) => (best === null || candidate.at >= best.at ? candidate : best),
    null,
  );
  return latest?.cause ?? outbid(episode, evidence);
}

/** Neither log tells of a change before: the priorities alone. */
function outbid(episode: Episode, evidence: readonly LogRef[]): Cause {
  const { from, to, leave, isAlone } = episode;
  const { from: theirs, to: ours } = prioritiesOf(episode);
  const other = isAlone ? `; the other node's log would tell what changed` : '';
  if (leave !== null && isChange(leave.what) && leave.what.reason === 'equal-priority-higher-address')
    return cause(
      'preemption',
      `${nameOf(to)} has the same priority ${ours ?? ''} as ${nameOf(from)}, and the higher address`,
      evidence,
    );
  if (theirs !== null && ours !== null && ours > theirs)
    return cause(
      isAlone ? 'priority-changed' : 'preemption',
      `${nameOf(to)}'s priority ${ours} is above ${nameOf(from)}'s ${theirs}${other}`,
      evidence,
    );
  if (theirs !== null)
    return cause(
      'priority-changed',
      `${nameOf(from)} advertised priority ${theirs}, below ${nameOf(to)}'s own${other}`,
      evidence,
    );
  if (isAlone) return cause('unknown', `${nameOf(to)} took over by priority${other}`, evidence);
  return cause('unknown', `${nameOf(to)} took over by priority; the logs do not tell what changed`, evidence);
}

/** Two were master, and the one that had taken over gave way when it heard the other again. */
function healed(episode: Episode, change: Change): Cause {
  const { from, to } = episode;
  const { heard } = change.signs;
  const numbers =
    heard?.event.theirs == null ? '' : ` (priority ${heard.event.theirs} over ${heard.event.ours ?? 'its own'})`;
  return cause('preemption', `${from} heard ${to} again${numbers} and gave way`, [
    ...(heard === null ? [] : [heard]),
    change,
  ]);
}

/** The new master heard nothing of the old one, which had not said that it stops. */
function silent(episode: Episode): Cause {
  const { from, to, enter, leave, before, after } = episode;
  const evidence = [...refs(enter), ...refs(leave)];
  const rejected = enter?.what.signs.rejected ?? null;
  if (rejected !== null && enter !== null && enter.what.at - rejected.at <= electionSeconds)
    return cause(
      'rejected-adverts',
      `${to} rejected the adverts of ${nameOf(from)} (${rejectionWords(rejected.event.reason)}) and took over beside it`,
      [rejected, ...evidence],
    );
  if (enter?.what.signs.priorityZero != null) return resigned(episode, enter.what.signs.priorityZero, evidence);
  const stall = stallOf(episode);
  if (stall !== null)
    return cause(
      'scheduler-stall',
      `keepalived on ${stall.what.node} did not run for ${stall.what.event.seconds === null ? 'some time' : durationWords(stall.what.event.seconds)}, and ${to}'s timer ran out`,
      [stall.what, ...evidence],
    );
  const down = [before.from?.link, ...after].find(
    (fact) =>
      fact != null &&
      isKind(fact.what as Fact, 'interface') &&
      (fact.what as FactOf<'interface'>).event.change === 'down' &&
      within(fact, enter, settlingSeconds),
  );
  if (down != null) {
    const fact = down.what as FactOf<'interface'>;
    return cause('interface-down', `interface ${fact.event.name} on ${fact.node} went down`, [fact, ...evidence]);
  }
  const death = deathOf(episode);
  if (death !== null) return cause(death.kind, death.text, [...death.evidence, ...evidence]);
  if (enter?.what.reason === 'unknown')
    return cause(
      'unknown',
      `${to} took over from ${nameOf(from)}; its log has no details that tell why (keepalived runs without -D)`,
      evidence,
    );
  if (episode.isAlone)
    return cause(
      'unknown',
      `${to} heard nothing of ${nameOf(from)} any more; the log of ${nameOf(from)} would tell why`,
      evidence,
    );
  if (enter !== null && episode.fromLogEndsAt !== null && episode.fromLogEndsAt < enter.at)
    return cause(
      'node-or-network-lost',
      `${from} fell silent: its log ends ${durationWords(enter.at - episode.fromLogEndsAt)} before ${to} took over`,
      evidence,
    );
  const heardOnce = refs(after.find(({ what }) => isKind(what, 'advert-compared')));
  const start = before.to?.start;
  if (enter !== null && start != null && enter.at - start.at <= electionSeconds)
    return cause(
      'node-or-network-lost',
      `${to} started and never heard ${from}, which was master: another vrid, unicast against multicast, or a firewall`,
      [start.what, ...evidence, ...heardOnce],
    );
  return cause(
    'node-or-network-lost',
    `${to} stopped hearing ${from}, which went on as master: the network or a firewall between them lost its adverts`,
    [...evidence, ...heardOnce],
  );
}

function resigned(episode: Episode, zero: FactOf<'priority-zero-received'>, evidence: readonly LogRef[]): Cause {
  const { from, isAlone } = episode;
  const whose = isAlone ? `; the log of ${from ?? 'the other node'} would tell` : '';
  return cause(
    'unknown',
    `${from ?? 'the old master'} gave up (priority 0): it was stopped, or entered FAULT${whose}`,
    [zero, ...evidence],
  );
}

/** The old master left, and nobody else is known to have become one. */
function left(episode: Episode): Cause {
  const { leave, from, after } = episode;
  if (leave === null) return cause('unknown', `${nameOf(from)} is master no more`, []);
  const { what } = leave;
  if (isChange(what)) {
    if (what.signs.heard !== null) return preempted(episode);
    const why = what.reason === 'sync-group' ? withGroup(episode, what) : null;
    return why ?? cause('unknown', `${from} is master no more; its log does not say why`, [what]);
  }
  const death = deathOf({ ...episode, after: [leave as At<Fact>, ...after] });
  return death ?? cause('unknown', `${nameOf(from)} is master no more; its log does not say why`, [what]);
}

/** What the old master's log tells of its end: it died, or started anew without having stopped. */
function deathOf({ from, leave, before, after, enter, since }: Episode): Cause | null {
  const all = [...(leave === null || isChange(leave.what) ? [] : [leave as At<Fact>]), ...after];
  const died = [before.from?.died, ...all].find(
    (fact) =>
      fact != null && isDeath((fact.what as Fact).event) && fact.at >= since && within(fact, enter, electionSeconds),
  );
  if (died != null) {
    const { event } = died.what as FactOf<'daemon'>;
    const signal = event.signal === null ? '' : ` (${event.signal})`;
    const who =
      event.by === 'kernel' ? `the kernel killed keepalived on ${from}` : `keepalived died on ${from}${signal}`;
    return cause('daemon-died', who, [died.what]);
  }
  const start = all.find(({ what }) => isStart(what.event));
  if (start === undefined) return null;
  const boot = all.find(({ what, at }) => isKind(what, 'system') && what.event.action === 'boot' && at <= start.at);
  const later = enter === null ? '' : ` ${durationWords(Math.max(0, start.at - enter.at))} later`;
  if (boot !== undefined)
    return cause('node-or-network-lost', `${from} went down without a word, and was booted again${later}`, [
      boot.what,
      start.what,
    ]);
  return cause(
    'daemon-died',
    `keepalived on ${from} ended without a word (killed, or the node went down), and was started again${later}`,
    [start.what],
  );
}

/** A stall of either node that covers the moment at which the new master's timer ran out. */
function stallOf({ enter, before, after }: Episode): At<FactOf<'stall'>> | null {
  if (enter === null) return null;
  const stalls = [before.to?.stall, before.from?.stall, ...after].filter(
    (fact): fact is At<FactOf<'stall'>> => fact != null && isKind(fact.what as Fact, 'stall'),
  );
  return (
    stalls.find(({ at, what }) => {
      const began = at - (what.event.seconds ?? 0) - electionSeconds / 10;
      return began <= enter.at && at >= enter.at - electionSeconds / 10;
    }) ?? null
  );
}

function returned(episode: Episode, start: At | null): Cause {
  const { to, enter } = episode;
  const ago = start === null || enter === null ? '' : ` ${durationWords(Math.max(0, enter.at - start.at))} before`;
  return cause('preemption', `${to} came back (keepalived started${ago})${aboveWords(episode)}`, refs(start));
}

function comeBack(episode: Episode, side: Before | null): Cause {
  const { recovered } = side ?? {};
  if (recovered == null) return cause('preemption', `${episode.to} came back${aboveWords(episode)}`, []);
  if (recovered.what.reason === 'sync-group') {
    const { instance, group } = recovered.what;
    const named = group === null ? 'its sync group' : `sync group ${group}`;
    return cause('sync-group', `${instance} left FAULT on ${episode.to} with ${named}${aboveWords(episode)}`, [
      recovered.what,
    ]);
  }
  const back = recovery(recovered, episode.to ?? '');
  return { ...back, text: `${back.text}${aboveWords(episode)}` };
}

/** `: its priority 101 is above lb2's 100`, as far as the logs tell. */
function aboveWords(episode: Episode): string {
  const { from, to } = prioritiesOf(episode);
  const ours = to === null ? 'its priority' : `its priority ${to}`;
  return from === null ? '' : `: ${ours} is above ${nameOf(episode.from)}'s ${from}`;
}

function recovery({ what }: At<Change>, node: string): Cause {
  const { check, interface: link } = what.signs;
  if (what.reason === 'interface') {
    const name = link?.event.kind === 'interface' ? `interface ${link.event.name}` : 'the interface';
    return cause('interface-up', `${name} on ${node} is up again`, [...(link === null ? [] : [link]), what]);
  }
  if (check !== null && what.reason !== 'unknown') {
    const kind = isManualFailover(check.event.name) ? 'manual-failover' : 'check-script-recovered';
    return cause(kind, `${checkWords(check)} and left FAULT`, [check, what]);
  }
  return cause('preemption', `${what.instance} left FAULT on ${node}`, [what]);
}

/** A priority that changed, with the check that changed it. */
function priorityCause({ priority, priorityCheck }: Before, node: string, against: string): Cause {
  if (priority === null) return cause('priority-changed', `${node}'s priority changed${against}`, []);
  const { from, to } = priority.what.event;
  const numbers = `priority ${from === null ? '' : `${from} -> `}${to}${against.endsWith(' priority') ? '' : against}`;
  if (priorityCheck === null) return cause('priority-changed', `${node} changed its ${numbers}`, [priority.what]);
  const check = priorityCheck.what;
  const isRecovery = check.event.outcome === 'succeeded';
  const evidence = [check, priority.what];
  if (isManualFailover(check.event.name)) {
    const what = isRecovery ? 'ended' : 'was asked for';
    return cause('manual-failover', `manual failover ${what} on ${node} (${resultWords(check)}): ${numbers}`, evidence);
  }
  return cause(
    isRecovery ? 'check-script-recovered' : 'check-script-failed',
    `${checkWords(check)}: ${numbers}`,
    evidence,
  );
}

function rises({ what: { event } }: At<FactOf<'priority'>>): boolean {
  return event.from !== null && event.to > event.from;
}

function falls({ what: { event } }: At<FactOf<'priority'>>): boolean {
  return event.from === null || event.to < event.from;
}

function isSettling({ start, priority }: Before): boolean {
  return (
    start !== null && priority !== null && priority.at - start.at <= settlingSeconds && priority.at >= start.at - 1
  );
}

/** The last known priorities: what the old master said when it gave way, else what the new one heard. */
function prioritiesOf({ leave, enter, before }: Episode): { from: number | null; to: number | null } {
  const heard = leave !== null && isChange(leave.what) ? leave.what.signs.heard : null;
  const discarded = enter?.what.signs.discarded ?? null;
  return {
    from: heard?.event.ours ?? discarded?.event.theirs ?? before.from?.priority?.what.event.to ?? null,
    to: heard?.event.theirs ?? discarded?.event.ours ?? before.to?.priority?.what.event.to ?? null,
  };
}

function linkWords(change: Change): string {
  const { interface: link, fault: told } = change.signs;
  if (told?.event.cause != null) return `${faultWords(told.event.cause)} on ${change.node}`;
  return link?.event.kind === 'interface'
    ? `interface ${link.event.name} on ${change.node} went down`
    : `an interface of ${change.node} went down`;
}

function faultOf({ signs, node }: Change): string {
  const why = signs.fault?.event.cause ?? null;
  return why === null ? `a check failed on ${node}` : `${faultWords(why)} on ${node}`;
}

function within(fact: At, other: At | null, seconds: number): boolean {
  return other === null || Math.abs(fact.at - other.at) <= seconds;
}

function numbered(priority: number | null): string {
  return priority === null ? 'its priority is now' : `priority ${priority}`;
}

function nameOf(node: string | null): string {
  return node ?? 'the other node';
}

function rejectionWords(reason: Rejection): string {
  const words: Readonly<Record<Rejection, string>> = {
    password: 'the password differs',
    'auth-type': 'the authentication type differs',
    'auth-trailer': 'the signature does not match',
    ah: 'IPsec AH does not match',
    interval: 'advert_int differs',
    version: 'the VRRP version differs',
    checksum: 'the checksum does not match',
    ttl: 'the TTL is not 255',
    addresses: 'the VIP lists differ',
    length: 'the length is wrong',
    type: 'the packet type is unknown',
    'unicast-multicast': 'unicast against multicast',
    source: 'the sender is no peer',
    vrid: 'the vrid is unknown',
    other: 'see the log line',
  };
  return words[reason];
}

function refs(at: At | null | undefined): LogRef[] {
  return at == null ? [] : [at.what];
}

/** Each line once, as evidence. */
function cause(kind: CauseKind, text: string, evidence: readonly LogRef[]): Cause {
  const seen = new Set<string>();
  const once = evidence.filter(({ node, line }) => {
    const place = `${node} ${line.file} ${line.line}`;
    return !seen.has(place) && seen.add(place);
  });
  return { kind, text, evidence: once.map(({ node, line }) => ({ node, line })) };
}
