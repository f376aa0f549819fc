import { rejectionWords } from '../model/rejection-words.ts';
import type { Cause, LogRef } from '../model/timeline.ts';
import { type Fact, type FactOf, isChange, isDeath, isKind, isStart } from './entry.ts';
import type { Episode } from './episode.ts';
import type { At } from './node-facts.ts';
import { cause, electionSeconds, nameOf, promptSeconds, refs, settlingSeconds, within } from './telling.ts';
import { durationWords } from './words.ts';

/** The new master heard nothing of the old one, which had not said that it stops. */
export function silent(episode: Episode): Cause {
  const { from, to, enter, leave, before, after } = episode;
  const evidence = [...refs(enter), ...refs(leave)];
  const rejected = enter?.what.signs.rejected ?? null;
  if (rejected !== null && enter !== null && enter.what.at - rejected.at <= electionSeconds)
    return cause(
      'rejected-adverts',
      `${to} rejected the adverts of ${nameOf(from)} (${rejectionWords[rejected.event.reason]}) and took over beside it`,
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
      enter.at - start.at <= promptSeconds
        ? `${to} started and never heard ${from}, which was master: another vrid, unicast against multicast, or a firewall`
        : `${to}, started ${durationWords(enter.at - start.at)} before, did not hear ${from}, which was master: the network or a firewall between them lost its adverts`,
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

/** What the old master's log tells of its end: it died, or started anew without having stopped. */
export function deathOf({ from, leave, before, after, enter, since }: Episode): Cause | null {
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
