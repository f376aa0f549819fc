import type { Cause, LogRef } from '../model/timeline.ts';
import { isManualFailover } from './checks.ts';
import { type Change, type FactOf, isChange } from './entry.ts';
import type { Before, Episode } from './episode.ts';
import type { At } from './node-facts.ts';
import { cause, electionSeconds, nameOf, refs, settlingSeconds } from './telling.ts';
import { checkWords, durationWords, resultWords } from './words.ts';

/** The new master heard the old one, and outbid it: what changed last before that, on either side? */
export function preempted(episode: Episode): Cause {
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
export function healed(episode: Episode, change: Change): Cause {
  const { from, to } = episode;
  const { heard } = change.signs;
  const numbers =
    heard?.event.theirs == null ? '' : ` (priority ${heard.event.theirs} over ${heard.event.ours ?? 'its own'})`;
  return cause('preemption', `${from} heard ${to} again${numbers} and gave way`, [
    ...(heard === null ? [] : [heard]),
    change,
  ]);
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

export function recovery({ what }: At<Change>, node: string): Cause {
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

function numbered(priority: number | null): string {
  return priority === null ? 'its priority is now' : `priority ${priority}`;
}
