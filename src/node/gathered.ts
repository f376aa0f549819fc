import { withManifest } from './manifest.ts';
import type { NodePort } from './port.ts';
import { isSosreport, openSosreport } from './sosreport.ts';

/** Evidence that somebody gathered, as what it is: what `collect` wrote, a report of sos(1), or files that a person copied. */
export async function gathered(port: NodePort): Promise<NodePort> {
  return (await isSosreport(port)) ? openSosreport(port) : withManifest(port);
}
