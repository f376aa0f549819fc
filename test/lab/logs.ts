import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lab } from './lab.ts';
import { type LogFormat, logFiles } from './node.ts';

const program = fileURLToPath(new URL('../../bin/ha-doctor.js', import.meta.url));

/** What `ha-doctor logs` says of a lab's logs, in the words of the scenario table. */
export interface Told {
  /** By host, in order: `VI_1 MASTER`. */
  transitions: Record<string, string[]>;
  /** By instance, each in order: `VI_1 lb1 > lb2 check-script-failed`. */
  failovers: string[];
}

/** Of what rsyslog wrote on all nodes, in one of its formats. */
export async function tellLogs(lab: Lab, format: LogFormat): Promise<Told> {
  const files = lab.nodes.map(({ name, root }) => `${name}=${join(root, logFiles[format].file)}`);
  const child = spawn(process.execPath, [program, 'logs', '--json', ...files]);
  let output = '';
  let complaints = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`logs ended with ${exitCode}: ${complaints}`);
  const { transitions, failovers }: Document = JSON.parse(output);
  const told = lab.nodes.map(({ name }) => [
    name,
    transitions.filter(({ node }) => node === name).map(({ instance, to }) => `${instance} ${to}`),
  ]);
  return {
    transitions: Object.fromEntries(told),
    failovers: failovers
      .toSorted((a, b) => a.instance.localeCompare(b.instance))
      .map(({ instance, from, to, cause }) => `${instance} ${from ?? 'nobody'} > ${to ?? 'nobody'} ${cause.kind}`),
  };
}

/** What keepalived notified, and the table expects. */
export function expectedOf(lab: Lab, failovers: readonly string[]): Told {
  return {
    transitions: Object.fromEntries(lab.nodes.map((node) => [node.name, node.notified()])),
    failovers: [...failovers],
  };
}

interface Document {
  transitions: { node: string; instance: string; to: string }[];
  failovers: { instance: string; from: string | null; to: string | null; cause: { kind: string } }[];
}
