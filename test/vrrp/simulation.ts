import type { Sending, Step } from './timeline.ts';

/**
 * Virtual routers that do what RFC 9568 section 6.4 says (and RFC 3768, and keepalived where it is more particular), on a
 * segment with delays and cuts. What they believe to be is the truth that the follower's account is held against.
 */

export interface Node {
  readonly sending: Sending;
  readonly prio: number;
  /** keepalived's `state MASTER`: waits an interval and the smallest skew at its start, not three. */
  readonly startsAsMaster: boolean;
  readonly preempts: boolean;
}

/** What happens to a node, in intervals since the start. */
export type Incident =
  | { readonly at: number; readonly node: number; readonly does: 'stop' | 'crash' | 'start' }
  | { readonly at: number; readonly node: number; readonly prio: number };

/** From `from` to `to`, in intervals, `receiver` does not get what `sender` sends. */
export interface Cut {
  readonly from: number;
  readonly to: number;
  readonly sender: number;
  readonly receiver: number;
}

export interface Segment {
  readonly nodes: readonly Node[];
  readonly incidents: readonly Incident[];
  readonly cuts: readonly Cut[];
  /** Every node rejects what the others send, as keepalived does: it then waits a whole interval before its own next advert. */
  readonly rejects?: boolean;
  readonly seed: number;
  /** How late a timer may fire, and a packet arrive, in intervals. */
  readonly jitter: number;
  readonly delay: number;
  /** A master answers an advert of lower priority at once (RFC 9568 and keepalived), or not (RFC 5798). */
  readonly answers: boolean;
  /** In intervals. */
  readonly length: number;
  /** The node on which is captured: what it sends, and what reaches it. Without one: the switch, where all is heard. */
  readonly capturedOn?: number | undefined;
}

/** A time during which a node believed to be master, in seconds. */
export interface Reign {
  readonly node: number;
  readonly from: number;
  readonly to: number;
}

export interface Simulated {
  readonly steps: readonly Step[];
  readonly reigns: readonly Reign[];
  /** Who is master in the end. */
  readonly masters: readonly string[];
}

export function simulate(segment: Segment): Simulated {
  return new Simulation(segment).run();
}

type State = 'off' | 'backup' | 'master';

interface Advertised {
  readonly sender: number;
  readonly prio: number;
  readonly intvl: number;
}

/** Happenings in the order of their time, those of one time in the order in which they were planned. */
class Agenda {
  readonly #entries: { at: number; happen: () => void }[] = [];

  plan(at: number, happen: () => void): void {
    let i = this.#entries.length;
    while (i > 0 && (this.#entries[i - 1]?.at ?? 0) > at) i--;
    this.#entries.splice(i, 0, { at, happen });
  }

  next(): { at: number; happen: () => void } | undefined {
    return this.#entries.shift();
  }
}

class SimulatedNode {
  state: State = 'off';
  prio: number;
  masterInterval: number;
  reignsSince = 0;
  /** The timer that counts; earlier ones are void. */
  timer = 0;
  readonly index: number;
  readonly node: Node;
  /** Compares as the source address does. */
  readonly address: number;

  constructor(index: number, node: Node) {
    this.index = index;
    this.node = node;
    this.address = Number(node.sending.src.split(/[.:]/).at(-1));
    this.prio = node.prio;
    this.masterInterval = node.sending.intvl ?? 1;
  }

  get interval(): number {
    return this.node.sending.intvl ?? 1;
  }

  skew(): number {
    return ((256 - this.prio) / 256) * (this.node.sending.version === 3 ? this.masterInterval : 1);
  }

  masterDown(): number {
    return 3 * this.masterInterval + this.skew();
  }
}

class Simulation {
  readonly #segment: Segment;
  readonly #nodes: SimulatedNode[];
  readonly #agenda = new Agenda();
  readonly #steps: Step[] = [];
  readonly #reigns: Reign[] = [];
  #now = 0;
  #random: number;

  constructor(segment: Segment) {
    this.#segment = segment;
    this.#random = segment.seed | 0;
    this.#nodes = segment.nodes.map((node, index) => new SimulatedNode(index, node));
  }

  get #interval(): number {
    return this.#nodes[0]?.interval ?? 1;
  }

  run(): Simulated {
    const { incidents, length } = this.#segment;
    for (const node of this.#nodes) this.#agenda.plan(this.#chance() * this.#interval, () => this.#start(node));
    for (const incident of incidents) {
      this.#agenda.plan(incident.at * this.#interval, () => this.#befall(incident));
    }
    for (let entry = this.#agenda.next(); entry !== undefined; entry = this.#agenda.next()) {
      if (entry.at > length * this.#interval) break;
      this.#now = entry.at;
      entry.happen();
    }
    this.#now = length * this.#interval;
    const masters = this.#nodes.filter(({ state }) => state === 'master');
    for (const node of masters) this.#endReign(node);
    return { steps: this.#steps, reigns: this.#reigns, masters: masters.map(({ node }) => node.sending.src).sort() };
  }

  /** A number from 0 to 1 (mulberry32). */
  #chance(): number {
    this.#random = (this.#random + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#random ^ (this.#random >>> 15), 1 | this.#random);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  #befall(incident: Incident): void {
    const node = this.#nodes[incident.node];
    if (node === undefined) return;
    if ('prio' in incident) node.prio = incident.prio;
    else if (incident.does === 'start') this.#start(node);
    else {
      if (incident.does === 'stop' && node.state === 'master') this.#send(node, 0);
      this.#become(node, 'off');
    }
  }

  #start(node: SimulatedNode): void {
    if (node.state !== 'off') return;
    node.prio = node.node.prio;
    node.masterInterval = node.interval;
    this.#become(node, 'backup');
    if (node.prio === 255) this.#takeOver(node);
    else if (node.node.startsAsMaster) this.#setTimer(node, node.interval + 1 / 256);
    else this.#setTimer(node, node.masterDown());
  }

  #become(node: SimulatedNode, state: State): void {
    if (node.state === 'master') this.#endReign(node);
    node.state = state;
    node.timer++;
    if (state === 'master') node.reignsSince = this.#now;
  }

  #endReign(node: SimulatedNode): void {
    this.#reigns.push({ node: node.index, from: node.reignsSince, to: this.#now });
  }

  #setTimer(node: SimulatedNode, seconds: number): void {
    const timer = ++node.timer;
    const late = this.#chance() * this.#segment.jitter * this.#interval;
    this.#agenda.plan(this.#now + seconds + late, () => {
      if (node.timer !== timer) return;
      if (node.state === 'backup') this.#takeOver(node);
      else this.#advertise(node);
    });
  }

  #takeOver(node: SimulatedNode): void {
    this.#become(node, 'master');
    this.#advertise(node);
  }

  #advertise(node: SimulatedNode): void {
    this.#send(node, node.prio);
    this.#setTimer(node, node.interval);
  }

  #send(node: SimulatedNode, prio: number): void {
    const advertised = { sender: node.index, prio, intvl: node.interval };
    const step = { ...node.node.sending, prio };
    const { capturedOn } = this.#segment;
    if (capturedOn === undefined || capturedOn === node.index) this.#steps.push({ ...step, at: this.#now });
    for (const receiver of this.#nodes) {
      if (receiver === node || this.#isCut(node, receiver)) continue;
      const delay = (0.001 + this.#chance() * this.#segment.delay) * this.#interval;
      this.#agenda.plan(this.#now + delay, () => {
        if (capturedOn === receiver.index) this.#steps.push({ ...step, at: this.#now });
        this.#receive(receiver, advertised);
      });
    }
  }

  #isCut(sender: SimulatedNode, receiver: SimulatedNode): boolean {
    const at = this.#now / this.#interval;
    return this.#segment.cuts.some(
      (cut) => cut.sender === sender.index && cut.receiver === receiver.index && at >= cut.from && at < cut.to,
    );
  }

  #receive(node: SimulatedNode, { sender, prio, intvl }: Advertised): void {
    if (this.#segment.rejects === true) {
      if (node.state === 'master') this.#setTimer(node, node.interval);
    } else if (node.state === 'backup') {
      if (prio === 0) this.#setTimer(node, node.skew());
      else if (!node.node.preempts || prio >= node.prio) {
        node.masterInterval = intvl;
        this.#setTimer(node, node.masterDown());
      }
    } else if (node.state === 'master') {
      const address = this.#nodes[sender]?.address ?? 0;
      const gives = prio > node.prio || (prio === node.prio && address > node.address);
      if (prio === 0) this.#advertise(node);
      else if (gives) {
        this.#become(node, 'backup');
        node.masterInterval = intvl;
        this.#setTimer(node, node.masterDown());
      } else if (this.#segment.answers) this.#advertise(node);
    }
  }
}
