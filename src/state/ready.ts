import type { Tracked, VrrpInstance } from '../model/keepalived.ts';
import type { NodeState } from '../model/node-state.ts';
import type { NodeStatus } from '../model/status.ts';
import { isDumpStale, isKeepalivedRunning, isOfThePast, sendersOf } from './voices.ts';

/** Whether a node could be master now, why it could not, and what is not known of it. */
export interface Readiness {
  readonly ready: boolean | null;
  readonly notReady: readonly string[];
  readonly unsure: readonly string[];
}

/** One thing that has to hold: `true` it does, a text why it does not, `{ unsure }` what was not read. */
type Answer = true | string | { readonly unsure: string };

/**
 * Whether a node could be master of an instance now: keepalived runs there and is not in FAULT, its interface works, its
 * checks pass, nginx runs where it does on other nodes, with a configuration that a reload would take, and it hears the
 * master where it listened.
 */
export function readinessOf(
  state: NodeState,
  instance: VrrpInstance,
  decided: NodeStatus['state'],
  everywhere: readonly NodeState[],
): Readiness {
  const answers: readonly Answer[] = [
    daemonAnswer(state, decided),
    interfaceAnswer(state, instance),
    ...checkAnswers(state, instance),
    ...nginxAnswers(state, everywhere),
    hearingAnswer(state, instance, decided),
  ];
  const notReady = answers.filter((answer) => typeof answer === 'string');
  const unsure = answers.flatMap((answer) => (typeof answer === 'object' ? [answer.unsure] : []));
  return { ready: notReady.length > 0 ? false : unsure.length > 0 ? null : true, notReady, unsure };
}

function daemonAnswer(state: NodeState, decided: NodeStatus['state']): Answer {
  const running = isKeepalivedRunning(state);
  if (running === false) return 'keepalived does not run';
  if (decided === 'FAULT') return 'it is in FAULT';
  if (decided === null) return { unsure: 'its state is not known' };
  return running ?? { unsure: 'whether keepalived runs is not known' };
}

function interfaceAnswer({ interfaces }: NodeState, { interface: { value: name }, vmac }: VrrpInstance): Answer {
  if (interfaces === null) return { unsure: 'its interfaces were not read' };
  const link = interfaces.find((other) => other.name === name);
  if (link === undefined) return `interface ${name} does not exist`;
  if (!link.isUp) return `interface ${name} is down`;
  if (!link.hasCarrier) return `interface ${name} has no link`;
  return link.addresses.length > 0 || vmac.value !== null || `interface ${name} has no address`;
}

/** By a dump that is of now, else by the log, where a check that fails has said so and none that passes. */
function checkAnswers(state: NodeState, instance: VrrpInstance): readonly Answer[] {
  const checks = instance.tracked.filter(({ kind, isDefined }) => kind !== 'interface' && isDefined);
  if (checks.length === 0) return [];
  const dumped = state.dump === null || isDumpStale(state, instance) ? [] : state.dump.scripts;
  return checks.map((check) => {
    const status = check.kind === 'script' ? (dumped.find(({ name }) => name === check.name)?.status ?? null) : null;
    if (status !== null && /^(GOOD|BAD)/.test(status)) return answerOf(check, status.startsWith('BAD'), null);
    if (state.failingChecks === null) return { unsure: `whether ${check.name} passes is not known` };
    const failing = state.failingChecks.find(({ name, time }) => name === check.name && !isOfThePast(state, time));
    return answerOf(check, failing !== undefined, failing?.outcome ?? null);
  });
}

function answerOf({ name, isReversed }: Tracked, isFailing: boolean, outcome: string | null): Answer {
  if (isFailing === isReversed) return true;
  return isReversed ? `${name} succeeds, and is reversed` : `${name} fails${outcome === null ? '' : ` (${outcome})`}`;
}

/** nginx is expected where another node of the pair runs it. */
function nginxAnswers(state: NodeState, everywhere: readonly NodeState[]): readonly Answer[] {
  if (!everywhere.some((other) => runsNginx(other) === true)) return [];
  const runs = runsNginx(state);
  if (runs === null) return [{ unsure: 'whether nginx runs is not known' }];
  return [runs || 'nginx does not run', nginxTestAnswer(state)];
}

function runsNginx({ processes }: NodeState): boolean | null {
  return processes?.some(({ args }) => /^nginx: master process/.test(args)) ?? null;
}

/** The last words of `nginx -t`; what stands before may be warnings. */
function nginxTestAnswer({ nginxTest }: NodeState): Answer {
  if (nginxTest !== null && /test is successful\s*$/.test(nginxTest)) return true;
  if (nginxTest === null || !/test failed\s*$/.test(nginxTest)) return { unsure: 'nginx -t could not be run' };
  const why = /\[emerg\] (?:\d+#\d+: )?([^\n]{1,200})/.exec(nginxTest)?.[1];
  return `nginx -t fails${why === undefined ? '' : `: ${why}`}`;
}

/** A backup that listened for long enough has to have heard its master. */
function hearingAnswer(state: NodeState, instance: VrrpInstance, decided: NodeStatus['state']): Answer {
  const { intervalSeconds, downTimerAdverts } = instance;
  const isLongEnough = (state.heard?.seconds ?? 0) >= intervalSeconds.value * downTimerAdverts.value;
  if (decided !== 'BACKUP' || !isLongEnough) return true;
  return sendersOf(state, instance).length > 0 || `it hears no adverts of vrid ${instance.vrid.value}`;
}
