/** Plays scenarios and keeps their recordings in captures/: all of them, or those that are named. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { capturesReadme, type Take, takes } from './captures.ts';
import { labAvailable, startLab } from './lab.ts';

const folder = 'captures';
/** The logs of these are kept as well, in the layout of a node's directory. */
const keptLogs = [
  'auth-mismatch',
  'failover-check-fails',
  'failover-kill',
  'failover-sync-group',
  'partition',
  'stall',
];
const atOnce = 6;
/** A capture is for reading: one during which this machine stood still for longer is taken again. */
const tolerableStallSeconds = 0.15;
const attempts = 4;

async function record({ name, scenario, generation, captures }: Take): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const lab = await startLab(scenario, generation);
    try {
      const { stalledSeconds } = await lab.take();
      console.log(`${name} (${generation}): this machine stood still for ${stalledSeconds.toFixed(3)} s at most`);
      if (stalledSeconds > tolerableStallSeconds && attempt < attempts) continue;
      for (const { file, source } of captures) copyFileSync(join(lab.folder, source), join(folder, file));
      if (keptLogs.includes(name)) {
        for (const node of lab.nodes) keepLog(join('logs', name, node.name, 'var/log/syslog'), node.log());
      }
      return;
    } finally {
      await lab.stop();
    }
  }
}

function keepLog(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const available = labAvailable();
if (!available.ok) throw new Error(`the lab cannot run here: ${available.reason}`);

const named = process.argv.slice(2);
const unknown = named.filter((name) => !takes.some((take) => take.name === name));
if (unknown.length > 0) throw new Error(`no such recording: ${unknown.join(', ')}`);

const queue = takes.filter(({ name }) => named.length === 0 || named.includes(name));
mkdirSync(folder, { recursive: true });
const worker = async (): Promise<void> => {
  for (let take = queue.shift(); take !== undefined; take = queue.shift()) await record(take);
};
await Promise.all(Array.from({ length: atOnce }, worker));
writeFileSync(join(folder, 'README.md'), capturesReadme());
