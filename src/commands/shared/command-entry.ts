import type { Command } from 'commander';

/** A command as the command line knows it before it is loaded. */
export interface CommandEntry {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly usage: string;
  readonly summary: string;
  /** Loads the command's own code and options; `all` is the whole list, for who needs it. */
  load(all: readonly CommandEntry[]): Promise<Command>;
}
