import { printable } from '../../model/printable.ts';

/** What is being read of each node, on stderr where that is a terminal, in a line that is taken away again. */
export class CollectProgress {
  readonly #nodes = new Map<string, string>();

  tell(node: string, what: string | null): void {
    if (what === null) this.#nodes.delete(node);
    else this.#nodes.set(node, what);
    if (process.stderr.isTTY !== true) return;
    const text = [...this.#nodes].map(([name, reading]) => `${printable(name)}: ${reading}`).join('  ');
    process.stderr.write(`\r${text.slice(0, (process.stderr.columns || 80) - 1)}\x1b[K`);
  }
}
