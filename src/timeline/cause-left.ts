import type { Cause } from '../model/timeline.ts';
import { isManualFailover } from './checks.ts';
import { type Change, isStart } from './entry.ts';
import type { Episode } from './episode.ts';
import { cause, electionSeconds, refs, within } from './telling.ts';
import { checkWords, durationWords, faultWords, resultWords } from './words.ts';

export function stopped(episode: Episode, change: Change): Cause {
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

export function fault(episode: Episode, change: Change): Cause {
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
export function withGroup(episode: Episode, change: Change): Cause {
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
