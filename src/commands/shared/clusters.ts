import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../model/cluster.ts';
import { CommandError } from './command-error.ts';

const fileName = 'ha-doctor.yaml';

/** Where the file lies: as named, else here, in the user's configuration, or the system's; null where there is none. */
function configurationFile(named: string | undefined): string | null {
  const { XDG_CONFIG_HOME } = process.env;
  const places = [
    fileName,
    join(XDG_CONFIG_HOME || join(homedir(), '.config'), 'ha-doctor', fileName),
    join('/etc/ha-doctor', fileName),
  ];
  return named ?? places.find((path) => existsSync(path)) ?? null;
}

/** The clusters of the configuration file. Throws a CommandError that says what is wrong with it, and in which line. */
export async function readClusters(named: string | undefined): Promise<readonly Cluster[]> {
  const path = configurationFile(named);
  if (path === null) return [];
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandError(`cannot read ${path}: ${(error as Error).message.replace(/,.*/s, '')}`);
  }
  const { parseClusters } = await import('./clusters-file.ts');
  return parseClusters(text, path);
}
