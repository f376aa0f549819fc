import type { LogEvent, LogLine } from '../model/log.ts';
import { inSeconds, type Timestamp } from '../model/time.ts';
import type { ConfigComplaint, LogRef, RemovedVip, Stall } from '../model/timeline.ts';
import { CheckWatch } from './checks.ts';
import { type Change, type Entry, type Fact, type FactOf, isDeath, isStart, type NodeSigns } from './entry.ts';
import type { FlapLimit } from './flapping.ts';
import { InstanceLog } from './instance-log.ts';
import { RejectionWatch } from './rejections.ts';
import { nodeSigns, noSigns, reasonOf, together } from './signs.ts';

/** What is kept of each kind of fact on a node. */
const keptLimit = 1024;
const instanceLimit = 1024;
const addressLimit = 1024;
const answeredLimit = 256;
/** Lines of one kind that repeat themselves are handed on once in so many seconds. */
const repeatSeconds = 10;
/** Lines of parent and child come in turn: a time that goes back by less is none. */
const jitterSeconds = 1;

export interface NodeLogOptions {
  readonly flap: FlapLimit;
  readonly since: number | null;
  readonly keepsUnknown: boolean;
}

/** Reads one node's log, event by event, in the order of its lines. */
export class NodeLog {
  readonly name: string;
  readonly instances = new Map<string, InstanceLog>();
  /** What is to be merged with the other nodes' logs; whoever merges takes it out. */
  readonly entries: Entry[] = [];
  /** Adverts of a lower priority that it heard as master, the last ones: it answers, and the other gives way at once. */
  readonly answered: FactOf<'advert-compared'>[] = [];
  readonly checks = new CheckWatch();
  readonly rejections = new RejectionWatch();
  readonly stalls: Stall[] = [];
  /** Of the notify script that moves an Elastic IP, the last ones. */
  readonly elasticIpRuns: FactOf<'notify'>[] = [];
  readonly complaints = new Map<string, { count: number; fact: FactOf<'config-complaint'> }>();
  /** Lines that gave an event, and those like keepalived's that are not understood. */
  matched = 0;
  unknown = 0;
  first: Timestamp | null = null;
  last: Timestamp | null = null;
  /** Seconds to add to this node's times. */
  offsetSeconds = 0;
  /** keepalived's, as it last started. */
  version: string | null = null;
  /** It logs what only -D makes it log. */
  isDetailed = false;
  /** When it last said that it sent a gratuitous ARP; null: it never did. */
  garpAt: number | null = null;
  /** Those lines themselves, where they are wanted. */
  readonly unknownLines: LogRef[] = [];
  readonly #flap: FlapLimit;
  readonly #since: number;
  readonly #keepsUnknown: boolean;
  readonly #announced = new Set<string>();
  /** The last signs that are of all instances. */
  readonly #signs: NodeSigns = nodeSigns();
  readonly #before = new Map<string, { line: LogLine; at: number; state: Change['to'] }>();
  #startedAt: number | null = null;
  readonly #removals: { at: number; vip: RemovedVip }[] = [];
  #at = 0;

  constructor(name: string, { flap, since, keepsUnknown }: NodeLogOptions) {
    this.#since = since ?? Number.NEGATIVE_INFINITY;
    this.name = name;
    this.#flap = flap;
    this.#keepsUnknown = keepsUnknown;
  }

  /** The time that its log has come to, on its own clock. */
  get at(): number {
    return this.#at;
  }

  get masters(): number {
    return [...this.instances.values()].reduce((sum, { entered }) => sum + (entered.MASTER ?? 0), 0);
  }

  add(line: LogLine, event: LogEvent): void {
    this.matched++;
    if (line.time !== null) this.#turnTo(line.time);
    if (this.#before.size > 0) this.stand();
    switch (event.kind) {
      case 'garp':
        if (event.isSent) this.garpAt = this.#at;
        if (event.address !== null && this.#announced.size < addressLimit) this.#announced.add(event.address);
        this.isDetailed = true;
        return;
      case 'unknown':
        this.unknown++;
        if (this.#keepsUnknown && this.unknownLines.length < keptLimit)
          this.unknownLines.push({ node: this.name, line });
        return;
      case 'vips':
        this.isDetailed = true;
        return;
      default:
        this.#fact({ node: this.name, line, at: this.#at, event });
    }
  }

  /** A line from before the time that is asked for: it only tells in which state an instance is. */
  prelude(line: LogLine, event: LogEvent): void {
    const at = line.time === null ? this.#at : inSeconds(line.time);
    if (event.kind === 'state') this.#before.set(event.instance, { line, at, state: event.to });
    else if (isStart(event) || isDeath(event)) this.#before.clear();
    else if (event.kind === 'daemon' && event.action === 'stopping') {
      for (const [name, before] of this.#before) this.#before.set(name, { ...before, line, at, state: 'STOP' });
    }
  }

  /** What the prelude told stands from the first line on that is asked for, or to the end. */
  stand(): void {
    for (const [name, { line, at, state }] of this.#before) {
      const instance = this.instance(name);
      if (instance.state !== null) continue;
      const change: Change = {
        node: this.name,
        line,
        at: Math.max(at, this.#since),
        instance: name,
        group: null,
        from: null,
        to: state,
        reason: 'unknown',
        peer: null,
        signs: together(noSigns(), nodeSigns()),
        isStanding: true,
      };
      instance.stand(change);
      this.entries.unshift(change);
    }
    this.#before.clear();
  }

  instance(name: string): InstanceLog {
    const known = this.instances.get(name);
    if (known !== undefined) return known;
    const instance = new InstanceLog(name, this.#flap);
    if (this.#startedAt !== null) instance.begin(this.#startedAt);
    // A hostile log names a new one in each line: beyond the limit they are read and forgotten.
    if (this.instances.size < instanceLimit) this.instances.set(name, instance);
    return instance;
  }

  #turnTo(time: Timestamp): void {
    const at = inSeconds(time);
    this.first ??= time;
    if (at < this.#at && this.#at - at <= jitterSeconds) return;
    this.#at = at;
    this.last = time;
  }

  #fact(fact: Fact): void {
    const { event, at } = fact;
    switch (event.kind) {
      case 'state':
        this.#state(fact as FactOf<'state'>);
        return;
      case 'state-announced':
        this.instance(event.instance).signs.announced = fact as FactOf<'state-announced'>;
        return;
      case 'group-syncing':
        this.#signs.syncing = fact as FactOf<'group-syncing'>;
        this.entries.push(fact);
        return;
      case 'advert-timeout':
        this.isDetailed = true;
        this.instance(event.instance).signs.timeout = fact as FactOf<'advert-timeout'>;
        return;
      case 'priority-zero-received':
        this.isDetailed = true;
        this.instance(event.instance).signs.priorityZero ??= fact as FactOf<'priority-zero-received'>;
        this.entries.push(fact);
        return;
      case 'priority-zero-sent':
        this.isDetailed = true;
        this.entries.push(fact);
        return;
      case 'advert-compared':
        this.#compared(fact as FactOf<'advert-compared'>);
        return;
      case 'election-forced':
        this.instance(event.instance).signs.forced = fact;
        return;
      case 'master-is':
        this.#masterIs(fact as FactOf<'master-is'>);
        return;
      case 'advert-rejected':
        this.#rejected(fact as FactOf<'advert-rejected'>);
        return;
      case 'advert-dropped':
        if (event.instance !== null) this.rejections.dropped(event.instance);
        return;
      case 'advert-not-sent':
        if (event.instance === null || this.instance(event.instance).isWorth('not-sent', at, repeatSeconds))
          this.entries.push(fact);
        return;
      case 'priority':
        this.checks.led(
          { node: this.name, line: fact.line, instance: event.instance, from: event.from, to: event.to },
          at,
        );
        this.entries.push(fact);
        return;
      case 'check':
        if (event.outcome !== 'returned') this.#signs.check = fact as FactOf<'check'>;
        if (this.checks.see(fact as FactOf<'check'>)) this.entries.push(fact);
        return;
      case 'interface':
        this.#signs.interface = fact as FactOf<'interface'>;
        this.entries.push(fact);
        return;
      case 'address':
        this.#address(fact as FactOf<'address'>);
        return;
      case 'stall':
        if (this.stalls.length < keptLimit)
          this.stalls.push({ node: this.name, line: fact.line, seconds: event.seconds });
        this.entries.push(fact);
        return;
      case 'daemon':
        this.#daemon(fact as FactOf<'daemon'>);
        return;
      case 'config-complaint':
        this.#complaint(fact as FactOf<'config-complaint'>);
        return;
      case 'notify':
        this.#notified(fact as FactOf<'notify'>);
        return;
      case 'system':
      case 'network-manager':
        this.entries.push(fact);
        return;
      default:
        return;
    }
  }

  #state(fact: FactOf<'state'>): void {
    const { instance: name, to, isInitial } = fact.event;
    const instance = this.instance(name);
    if (to === 'FAULT' && fact.event.cause !== null) instance.signs.fault = fact;
    if (isInitial && instance.state !== 'INIT' && instance.state !== null) this.#begin(instance, fact.at);
    if (isInitial && instance.state === null) instance.begin(fact.at);
    if (to === instance.state) {
      if (to === 'FAULT') instance.explainFault(fact);
      return;
    }
    this.#change(instance, to, fact);
  }

  #change(instance: InstanceLog, to: Change['to'], fact: Fact): void {
    const { state: from } = instance;
    const signs = together(instance.signs, this.#signs);
    const reason = reasonOf(from, to, signs, fact.at);
    const change: Change = {
      node: this.name,
      line: fact.line,
      at: fact.at,
      instance: instance.name,
      group: reason === 'sync-group' ? (signs.syncing?.event.group ?? null) : null,
      from,
      to,
      reason,
      peer: signs.heard?.event.peer ?? signs.discarded?.event.peer ?? (to === 'MASTER' ? instance.master : null),
      signs,
      isStanding: false,
    };
    if (to === 'FAULT')
      this.checks.led({ node: this.name, line: fact.line, instance: instance.name, from: null, to: null }, fact.at);
    // A state that it leaves at once tells why the address went.
    if (from === 'MASTER') this.#forgetRemovals(fact.at);
    this.rejections.changed(instance.name);
    instance.enter(change);
    this.entries.push(change);
  }

  /** Nothing told of the end: the log tells a start where an instance was in some state. */
  #begin(instance: InstanceLog, at: number): void {
    instance.begin(at);
    this.rejections.changed(instance.name);
  }

  #compared(fact: FactOf<'advert-compared'>): void {
    const { event, at } = fact;
    const instance = this.instance(event.instance);
    this.isDetailed = true;
    if (event.than !== 'lower') {
      instance.signs.heard = fact;
    } else if (instance.state === 'MASTER') {
      this.answered.push(fact);
      if (this.answered.length > answeredLimit) this.answered.shift();
      if (instance.isWorth('lower', at, repeatSeconds)) this.entries.push(fact);
    } else {
      instance.signs.discarded = fact;
      if (event.forcesElection) instance.signs.forced = fact;
    }
  }

  #masterIs(fact: FactOf<'master-is'>): void {
    const instance = this.instance(fact.event.instance);
    if (instance.master !== fact.event.peer) this.rejections.changed(instance.name);
    instance.master = fact.event.peer;
    this.entries.push(fact);
  }

  #rejected(fact: FactOf<'advert-rejected'>): void {
    this.rejections.see(fact);
    const { instance: name, reason } = fact.event;
    if (name === null) {
      for (const { signs } of this.instances.values()) signs.rejected = fact;
      return;
    }
    const instance = this.instance(name);
    instance.signs.rejected = fact;
    if (instance.isWorth(`rejected ${reason}`, fact.at, repeatSeconds)) this.entries.push(fact);
  }

  #address(fact: FactOf<'address'>): void {
    const { address, action, interface: link } = fact.event;
    this.#signs.interface = fact;
    if (action !== 'deassigned' || !this.#announced.has(address)) return;
    const masters = [...this.instances.values()].filter(({ state }) => state === 'MASTER');
    const [instance] = masters;
    if (instance === undefined || this.#removals.length >= keptLimit) return;
    const name = masters.length === 1 ? instance.name : null;
    this.#removals.push({
      at: fact.at,
      vip: { node: this.name, line: fact.line, instance: name, address, interface: link },
    });
  }

  /** keepalived removes its addresses itself when it is master no more; some of those lines come before that one. */
  #forgetRemovals(at: number): void {
    while (at - (this.#removals.at(-1)?.at ?? Number.NEGATIVE_INFINITY) <= jitterSeconds) this.#removals.pop();
  }

  get removedVips(): RemovedVip[] {
    return this.#removals.map(({ vip }) => vip);
  }

  #daemon(fact: FactOf<'daemon'>): void {
    const { event } = fact;
    this.entries.push(fact);
    if (event.version !== null) this.version = event.version;
    if (isStart(event) || isDeath(event)) {
      this.#startedAt = fact.at;
      for (const instance of this.instances.values()) this.#begin(instance, fact.at);
      this.rejections.restarted();
    } else if (event.action === 'stopping' || event.action === 'stopped') {
      for (const instance of this.instances.values()) {
        if (instance.state !== null && instance.state !== 'INIT' && instance.state !== 'STOP')
          this.#change(instance, 'STOP', fact);
      }
    } else if (event.action === 'reloading') {
      this.#signs.reload = fact;
    }
  }

  /** A script that does not name the instance is the only one's. */
  #notified(fact: FactOf<'notify'>): void {
    const { instance, state, parameters } = fact.event;
    if (parameters !== null) {
      this.elasticIpRuns.push(fact);
      if (this.elasticIpRuns.length > keptLimit) this.elasticIpRuns.shift();
    }
    const [only] = this.instances.size === 1 ? this.instances.values() : [];
    if (state === null) return;
    if (instance !== null) this.instance(instance).notifications.notified(fact);
    else only?.notifications.notified(fact);
  }

  #complaint(fact: FactOf<'config-complaint'>): void {
    const key = `${fact.event.file} ${fact.event.configLine} ${fact.event.detail}`;
    const known = this.complaints.get(key);
    if (known !== undefined) known.count++;
    else if (this.complaints.size < keptLimit) this.complaints.set(key, { count: 1, fact });
  }

  configComplaints(): ConfigComplaint[] {
    return [...this.complaints.values()].map(({ count, fact: { node, line, event } }) => ({
      node,
      line,
      file: event.file,
      configLine: event.configLine,
      instance: event.instance,
      detail: event.detail,
      count,
    }));
  }
}
