import type { Cause } from '../model/timeline.ts';
import { fault, stopped, withGroup } from './cause-left.ts';
import { healed, preempted, recovery } from './cause-priority.ts';
import { deathOf, silent } from './cause-silence.ts';
import { type Fact, isChange } from './entry.ts';
import type { Episode } from './episode.ts';
import type { At } from './node-facts.ts';
import { cause, electionSeconds, nameOf, promptSeconds, refs } from './telling.ts';
import { durationWords } from './words.ts';

/** A new master that heard the old one took over by priority; its first advert reaches the old one within this time. */
const handOverSeconds = 1.6;

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
