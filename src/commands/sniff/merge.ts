import type { CaptureSink } from '../../capture/source.ts';
import type { CapturedPacket } from '../../model/packet.ts';

/** A file among others: its packets wait until those of the others have come as far. */
interface Lane {
  readonly deliver: (packet: CapturedPacket) => void;
  waiting: CapturedPacket[];
  /** How many of them were delivered. */
  taken: number;
  isEnded: boolean;
}

/** Takes the packets of several files in the order of their times. Of each file only the piece that was read last is kept. */
export class Merge {
  readonly #lanes: Lane[] = [];
  #wake: (() => void)[] = [];

  /** The sink for one of the files, and what is to be called when it is read. All are to be there before the first is read. */
  lane(sink: CaptureSink): { readonly sink: CaptureSink; readonly end: () => void } {
    const lane: Lane = { deliver: (packet) => sink.packet(packet), waiting: [], taken: 0, isEnded: false };
    this.#lanes.push(lane);
    return {
      sink: {
        ...sink,
        packet: (packet) => {
          const bytes = packet.bytes.slice(packet.start, packet.end);
          lane.waiting.push({ ...packet, bytes, start: 0, end: bytes.length });
        },
        batch: async () => {
          this.#advance();
          while (lane.waiting.length > 0) await new Promise<void>((resolve) => this.#wake.push(resolve));
          await sink.batch();
        },
      },
      end: () => {
        lane.isEnded = true;
        this.#advance();
      },
    };
  }

  /** Delivers as long as it is known which packet is next. */
  #advance(): void {
    for (let lane = this.#next(); lane !== null; lane = this.#next()) {
      lane.deliver(lane.waiting[lane.taken++]!);
      if (lane.taken === lane.waiting.length) {
        lane.waiting = [];
        lane.taken = 0;
      }
    }
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }

  #next(): Lane | null {
    let next: Lane | null = null;
    for (const lane of this.#lanes) {
      if (lane.waiting.length > 0) {
        if (next === null || isBefore(lane, next)) next = lane;
      } else if (!lane.isEnded) return null;
    }
    return next;
  }
}

function isBefore(a: Lane, b: Lane): boolean {
  const [one, other] = [a.waiting[a.taken]!, b.waiting[b.taken]!];
  return one.seconds - other.seconds < 0 || (one.seconds === other.seconds && one.nanoseconds < other.nanoseconds);
}
