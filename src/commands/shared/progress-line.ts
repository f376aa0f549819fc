import type { LogProgress } from '../../model/log.ts';
import { printable } from '../../model/printable.ts';

/** Before it nobody wonders whether something happens. */
const patienceMilliseconds = 1000;
const pauseMilliseconds = 200;

/** How far reading has come, on stderr where that is a terminal, in a line that is taken away again. */
export class ProgressLine {
  readonly #started = performance.now();
  readonly #isShown: boolean;
  readonly #logs = new Map<string, LogProgress>();
  #drawnAt = 0;

  constructor(isShown: boolean) {
    this.#isShown = isShown && process.stderr.isTTY === true;
  }

  report(log: string, progress: LogProgress): void {
    if (!this.#isShown) return;
    this.#logs.set(log, progress);
    const now = performance.now();
    if (now - this.#started < patienceMilliseconds || now - this.#drawnAt < pauseMilliseconds) return;
    this.#drawnAt = now;
    const lines = [...this.#logs.values()].reduce((sum, each) => sum + each.lines, 0);
    const text = `reading ${printable(log)}${this.#share()}, ${lines.toLocaleString('en-US')} lines`;
    process.stderr.write(`\r${text.slice(0, (process.stderr.columns || 80) - 1)}\x1b[K`);
  }

  clear(): void {
    if (this.#drawnAt > 0) process.stderr.write('\r\x1b[K');
    this.#drawnAt = 0;
  }

  #share(): string {
    let bytes = 0;
    let bytesInAll = 0;
    for (const progress of this.#logs.values()) {
      if (progress.bytesInAll === null) return '';
      bytes += progress.bytes;
      bytesInAll += progress.bytesInAll;
    }
    return bytesInAll > 0 ? ` ${Math.min(100, Math.floor((100 * bytes) / bytesInAll))} %` : '';
  }
}
