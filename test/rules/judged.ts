import { fileURLToPath } from 'node:url';
import { openFile } from '../../src/capture/open.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { CapturedPacket, WirePacket } from '../../src/model/packet.ts';
import { emptySnapshot, type Snapshot } from '../../src/model/snapshot.ts';
import { inSeconds } from '../../src/model/time.ts';
import type { Transition } from '../../src/model/wire.ts';
import { Dissector, dissectPacket } from '../../src/packet/dissect.ts';
import { diagnose, findingKey } from '../../src/rules/engine.ts';
import { rulesOn } from '../../src/rules/index.ts';
import type { RuleContext } from '../../src/rules/rule.ts';
import { WireFollower } from '../../src/vrrp/wire.ts';
import { tell } from '../timeline/logs.ts';
import { type Played, type Playing, play, playAt, type Step } from '../vrrp/timeline.ts';
import type { Fixture } from './fixtures.ts';
import { snapshotOfAws } from './judged-aws.ts';
import { snapshotOfConfigurations } from './judged-configurations.ts';
import { snapshotOfNginx } from './judged-nginx.ts';
import { snapshotOfStates } from './judged-states.ts';

/** What the rules say of a capture, in the end and as its packets come. */
export interface Judged extends Played {
  readonly findings: readonly Finding[];
  /** The findings after each packet that brought a new fact, as a live `sniff` sees them. */
  readonly live: readonly (readonly Finding[])[];
  /** Every packet that says something, by frame. */
  readonly packets: ReadonlyMap<number, Seen>;
}

interface Seen {
  readonly time: string;
  readonly decoded: WirePacket;
}

/** Words that tests can foresee: marks of equal length for each secret, times in UTC to the microsecond. */
export const context: RuleContext = {
  mark: (secret) => `****(${[...secret].reduce((sum, character) => sum + character.charCodeAt(0), 0).toString(16)})`,
  clock: (time) => new Date(inSeconds(time) * 1000).toISOString().slice(11, 23),
  rfc3339: ({ seconds, nanoseconds }) => rfc3339(seconds, nanoseconds),
};

function rfc3339(seconds: number, nanoseconds: number): string {
  const micros = String(Math.floor(nanoseconds / 1000)).padStart(6, '0');
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, `.${micros}Z`);
}

/** The codes of the findings above info. */
export function faultsOf(findings: readonly Finding[]): string[] {
  return [...new Set(findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code))].sort();
}

class Judge {
  readonly live: (readonly Finding[])[] = [];
  readonly packets = new Map<number, Seen>();
  #revision = -1;

  see(packet: CapturedPacket, decoded: WirePacket | null): void {
    const { frame, seconds, nanoseconds } = packet;
    if (decoded !== null) this.packets.set(frame, { time: rfc3339(seconds, nanoseconds), decoded });
  }

  judge(wire: WireFollower): void {
    if (wire.revision === this.#revision) return;
    this.#revision = wire.revision;
    this.live.push(diagnose(rulesOn('wire'), { ...emptySnapshot, wire }, context).findings);
  }

  end({ wire, transitions }: Played): Judged {
    const { findings } = diagnose(rulesOn('wire'), { ...emptySnapshot, wire }, context);
    return { wire, transitions, findings, live: this.live, packets: this.packets };
  }
}

export function judgeSteps(steps: readonly Step[], playing: Playing = {}): Judged {
  const judge = new Judge();
  return judge.end(
    play(steps, {
      ...playing,
      watch: (wire, packet) => {
        judge.see(packet, dissectPacket(packet));
        judge.judge(wire);
      },
    }),
  );
}

/** A file of captures/. */
export async function judgeCapture(file: string): Promise<Judged> {
  const judge = new Judge();
  const transitions: Transition[] = [];
  const wire = new WireFollower({ live: false, expectedVrids: [] }, (transition) => transitions.push(transition));
  const dissector = new Dissector();
  wire.captures.push(file);
  const { problems } = await openFile(fileURLToPath(new URL(`../../captures/${file}`, import.meta.url))).run({
    packet: (packet) => {
      wire.see(packet);
      const decoded = dissector.dissect(packet);
      if (decoded !== null) wire.add(decoded, packet, file);
      judge.see(packet, decoded);
      judge.judge(wire);
    },
    batch: () => {},
    warning: () => {},
  });
  if (problems.length > 0) throw new Error(`${file}: ${problems.map(({ message }) => message).join('; ')}`);
  wire.finish();
  return judge.end({ wire, transitions });
}

/** What the rules say of a fixture, and the snapshot that they saw. */
export async function judgeFixture(
  fixture: Fixture,
): Promise<{ readonly findings: readonly Finding[]; readonly snapshot: Snapshot }> {
  if ('logs' in fixture) {
    const snapshot = { ...emptySnapshot, timeline: tell(fixture.logs()) };
    return { findings: diagnose(rulesOn('timeline'), snapshot, context).findings, snapshot };
  }
  if ('lb1' in fixture) {
    const snapshot = snapshotOfConfigurations(fixture);
    const judging = rulesOn('configurations', 'pair', 'elections', 'interfaces');
    return { findings: diagnose(judging, snapshot, context).findings, snapshot };
  }
  if ('lb1Files' in fixture) {
    const snapshot = await snapshotOfNginx(fixture);
    const judging = rulesOn('nginx', 'nginxDrift', 'tlsFaults', 'nginxBuilds', 'nginxBindings', 'nginxLoadings');
    return { findings: diagnose(judging, snapshot, context).findings, snapshot };
  }
  if ('lb1State' in fixture) {
    const snapshot = snapshotOfStates(fixture);
    const judging = rulesOn('configurations', 'pair', 'elections', 'interfaces', 'states', 'status', 'hosts');
    return { findings: diagnose(judging, snapshot, context).findings, snapshot };
  }
  if ('awsPair' in fixture) {
    const snapshot = snapshotOfAws(fixture);
    const judging = rulesOn('configurations', 'pair', 'elections', 'interfaces', 'states', 'status', 'aws');
    return { findings: diagnose(judging, snapshot, context).findings, snapshot };
  }
  if ('places' in fixture) {
    const snapshot = { ...emptySnapshot, wire: playAt(fixture.places).wire };
    return { findings: diagnose(rulesOn('wire'), snapshot, context).findings, snapshot };
  }
  const judged =
    'capture' in fixture ? await judgeCapture(fixture.capture) : judgeSteps(fixture.steps, fixture.playing);
  return { findings: judged.findings, snapshot: { ...emptySnapshot, wire: judged.wire } };
}

/** The keys of findings: what tells them apart. */
export function keysOf(findings: readonly Finding[]): string[] {
  return findings.map(findingKey);
}
