import type { VirtualAddress, VrrpInstance } from '../model/keepalived.ts';
import type { NodeState } from '../model/node-state.ts';
import type { SourceVoice } from '../model/status.ts';
import { inSeconds, type Timestamp } from '../model/time.ts';
import type { Sender } from '../model/wire.ts';

/** A file written within this many seconds after a transition is that transition's. */
const settleSeconds = 2;
/** How old a dump may be, in seconds, where no log tells what came after it. */
const dumpLivesSeconds = 60;

/** What each source says of an instance on a node, in the order of trust. Sources that were not read are not there. */
export function voicesOf(
  state: NodeState,
  instance: VrrpInstance,
  everywhere: readonly NodeState[],
): readonly SourceVoice[] {
  return [
    addressVoice(state, instance),
    advertVoice(state, instance, everywhere),
    dumpVoice(state, instance),
    logVoice(state, instance),
    stateFileVoice(state, instance),
    elasticIpVoice(state, instance),
    processVoice(state),
  ].filter((voice) => voice !== null);
}

/** The virtual addresses that are on the node, and on which interface. */
export function heldAddresses(
  state: NodeState,
  instance: VrrpInstance,
): readonly { readonly vip: VirtualAddress; readonly interface: string }[] {
  return [...instance.vips, ...instance.excludedVips].flatMap((vip) => {
    const holder = state.interfaces?.find(({ addresses }) => addresses.some(({ address }) => address === vip.address));
    return holder === undefined ? [] : [{ vip, interface: holder.name }];
  });
}

/** Whether keepalived runs on the node; null where nobody looked. */
export function isKeepalivedRunning(state: NodeState): boolean | null {
  return state.processes?.some(({ args }) => /^(\S*\/)?keepalived(\s|$)/.test(args)) ?? null;
}

function addressVoice(state: NodeState, instance: VrrpInstance): SourceVoice | null {
  const all = [...instance.vips, ...instance.excludedVips];
  if (state.interfaces === null || all.length === 0) return null;
  const held = heldAddresses(state, instance);
  const where = held.map(({ vip, interface: name }) => `${vip.address} on ${name}`).join(', ');
  const missing = all.filter((vip) => !held.some((other) => other.vip === vip)).map(({ address }) => address);
  return {
    source: 'address',
    says: held.length > 0 ? 'MASTER' : 'BACKUP',
    time: state.readAt,
    detail:
      held.length === 0
        ? `${missing.join(', ')} on no interface`
        : missing.length === 0
          ? where
          : `${where}; ${missing.join(', ')} on none`,
    isStale: false,
  };
}

/** Who was heard to send adverts of an instance on a node; empty where it did not listen. */
export function sendersOf({ heard }: NodeState, { family, vrid }: VrrpInstance): readonly Sender[] {
  return (heard?.wire.routers ?? [])
    .filter((router) => router.family === family && router.vrid === vrid.value)
    .flatMap(({ senders }) => senders);
}

/** Adverts of the node itself, as its own capture has them; what another node heard of it counts where it did not listen. */
function advertVoice(state: NodeState, instance: VrrpInstance, everywhere: readonly NodeState[]): SourceVoice | null {
  const own = sourceAddresses(state, instance);
  const listener = state.heard === null ? everywhere.find(({ heard }) => heard !== null) : state;
  if (listener?.heard == null || own.length === 0) return null;
  if (listener.heard.seconds < instance.intervalSeconds.value) return null;
  const senders = sendersOf(listener, instance);
  const mine = senders.find(({ src }) => own.includes(src));
  const where = listener === state ? '' : `, heard by ${listener.node}`;
  if (mine === undefined) {
    const others = senders.filter(isSending).map(({ src }) => src);
    // Another node not hearing it proves nothing: it may be the network between.
    if (listener !== state) return null;
    const detail = others.length === 0 ? 'no advert heard' : `it hears ${others.join(' and ')} and sends none`;
    return { source: 'advert', says: 'BACKUP', time: state.readAt, detail, isStale: false };
  }
  const { advert, time } = mine.latest;
  const hasYielded = senders.some((other) => other !== mine && isSending(other) && !isMasterAmong(mine, listener));
  return {
    source: 'advert',
    says: isSending(mine) && !hasYielded ? 'MASTER' : 'BACKUP',
    time,
    detail: `${mine.src} ${hasYielded ? 'sent' : 'sends'} priority ${advert.prio}${where}`,
    isStale: false,
  };
}

/** Whether a sender is a master of its virtual router, by what a node heard. */
export function isMasterAmong(sender: Sender, { heard }: NodeState): boolean {
  return heard?.wire.routers.some(({ masters }) => masters.includes(sender)) ?? false;
}

/** The priority that the node sends, or sent last, as it or another node heard it. */
export function advertisedPriority(
  state: NodeState,
  instance: VrrpInstance,
  everywhere: readonly NodeState[],
): number | null {
  const own = sourceAddresses(state, instance);
  const mine = [state, ...everywhere].flatMap((listener) =>
    sendersOf(listener, instance).filter(({ src }) => own.includes(src)),
  );
  return mine[0]?.prio?.last ?? null;
}

function isSending(sender: Sender): boolean {
  return sender.latest.advert.prio > 0;
}

/** The addresses that a node may send adverts of an instance from. */
export function sourceAddresses(state: NodeState, instance: VrrpInstance): readonly string[] {
  if (instance.sourceAddress.value !== null) return [instance.sourceAddress.value];
  const link = state.interfaces?.find(({ name }) => name === instance.interface.value);
  const vips = [...instance.vips, ...instance.excludedVips].map(({ address }) => address);
  return (link?.addresses ?? [])
    .filter(({ family, address }) => family === instance.family && !vips.includes(address))
    .map(({ address }) => address);
}

function dumpVoice(state: NodeState, instance: VrrpInstance): SourceVoice | null {
  const { dump } = state;
  const dumped = dump?.instances.find(({ instance: name }) => name === instance.name);
  if (dump == null || dumped === undefined) return null;
  return {
    source: 'dump',
    says: dumped.state,
    time: dump.written,
    detail: dumped.master === null ? dump.file : `${dump.file}: master ${dumped.master}`,
    isStale: isDumpStale(state, instance),
  };
}

/** Whether the dump is of before the last transition or start; where no log tells, whether it is old. */
export function isDumpStale(state: NodeState, instance: VrrpInstance): boolean {
  const written = state.dump?.written ?? null;
  const transition = lastTransition(state, instance);
  if (written === null || isOfThePast(state, written)) return true;
  return transition === null ? ageOf(written, state.readAt) > dumpLivesSeconds : isBefore(written, transition);
}

function logVoice(state: NodeState, instance: VrrpInstance): SourceVoice | null {
  const logged = state.logged?.find(({ instance: name }) => name === instance.name);
  if (logged === undefined) return null;
  return {
    source: 'log',
    says: logged.state,
    time: logged.time,
    detail: `${logged.file}:${logged.line}`,
    isStale: isOfThePast(state, logged.time),
  };
}

function stateFileVoice(state: NodeState, instance: VrrpInstance): SourceVoice | null {
  const file = state.stateFiles?.[0];
  if (file?.state == null) return null;
  const says = stateNames.find((name) => name === file.state);
  if (says === undefined) return null;
  const transition = lastTransition(state, instance);
  const isOld = isBefore(file.written, transition) || isOfThePast(state, file.written);
  return { source: 'state-file', says, time: file.written, detail: file.path, isStale: isOld };
}

/** Where AWS has the address: the notify script moved it there once, so that alone it decides nothing. */
function elasticIpVoice({ elasticIp }: NodeState, instance: VrrpInstance): SourceVoice | null {
  if (elasticIp === null || elasticIp.instance !== instance.name) return null;
  const { publicIp, isHeld, holder, askedAt } = elasticIp;
  const where = holder === null ? 'associated with nothing' : `on ${holder}`;
  return {
    source: 'elastic-ip',
    says: isHeld ? 'MASTER' : 'BACKUP',
    time: askedAt,
    detail: `${publicIp} ${where}`,
    isStale: false,
  };
}

const stateNames = ['INIT', 'BACKUP', 'MASTER', 'FAULT', 'STOP'] as const;

function processVoice(state: NodeState): SourceVoice | null {
  const running = isKeepalivedRunning(state);
  if (running === null) return null;
  return {
    source: 'process',
    says: running ? 'RUNNING' : 'STOP',
    time: state.readAt,
    detail: running ? 'keepalived runs' : 'keepalived does not run',
    isStale: false,
  };
}

function lastTransition(state: NodeState, instance: VrrpInstance): Timestamp | null {
  return state.logged?.find(({ instance: name }) => name === instance.name)?.time ?? null;
}

/** Whether it was before the keepalived that runs was started. */
export function isOfThePast(state: NodeState, time: Timestamp | null): boolean {
  return isBefore(time, daemonStart(state));
}

/** When the keepalived that runs was started; null where none runs, or nobody looked. */
function daemonStart(state: NodeState): Timestamp | null {
  const processes = (state.processes ?? []).filter(({ args }) => /^(\S*\/)?keepalived(\s|$)/.test(args));
  return processes.reduce<Timestamp | null>(
    (first, { start }) => (first === null || inSeconds(start) < inSeconds(first) ? start : first),
    null,
  );
}

/** Whether `time` lies before `other`, by more than what belongs together may take. */
function isBefore(time: Timestamp | null, other: Timestamp | null): boolean {
  return time !== null && other !== null && inSeconds(time) < inSeconds(other) - settleSeconds;
}

function ageOf(time: Timestamp | null, now: Timestamp | null): number {
  return time === null || now === null ? Number.POSITIVE_INFINITY : inSeconds(now) - inSeconds(time);
}
