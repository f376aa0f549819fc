import { hostname } from 'node:os';
import { openDirectory } from '../../node/directory.ts';
import { CommandError } from '../shared/command-error.ts';
import { readKeepalivedConfig } from '../shared/keepalived-files.ts';

/** The interfaces of the instances in the keepalived.conf of the machine whose root is given; none where it cannot be read. */
export async function instanceInterfaces(root: string): Promise<readonly string[]> {
  const name = hostname().split('.')[0] ?? 'local';
  const port = openDirectory(root, name);
  const configPath = '/etc/keepalived/keepalived.conf';
  const node = { name, isOwnName: true, port, live: null, configPath, file: null, isLive: false, cluster: null };
  try {
    const { instances } = await readKeepalivedConfig(node, name, null);
    return [...new Set(instances.flatMap((instance) => instance.interface?.value ?? []))];
  } catch (error) {
    if (error instanceof CommandError) return [];
    throw error;
  }
}
