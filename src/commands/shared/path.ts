import { accessSync, constants, statSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { CommandError } from './command-error.ts';

/** The value of an option that names a file. */
export function parsePath(value: string): string {
  if (value === '') throw new InvalidArgumentError('expected the name of a file');
  return value;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission denied',
  ELOOP: 'too many symbolic links',
};

/** Throws a CommandError where the file is not there or may not be read. Opens nothing: it may be a FIFO. */
export function requireReadable(path: string): void {
  try {
    accessSync(path, constants.R_OK);
    if (statSync(path).isDirectory()) throw new CommandError(`cannot read ${path}: it is a directory`);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new CommandError(`cannot read ${path}: ${reasons[code] ?? message}`);
  }
}
