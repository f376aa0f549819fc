/** Plays scenarios and keeps their recordings in captures/: all of them, or those that are named. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capturesReadme, type Take, takes } from './captures.ts';
import { labAvailable, startLab } from './lab.ts';

const folder = 'captures';
const atOnce = 6;
/** A capture is for reading: one during which this machine stood still for longer is taken again. */
const tolerableStallSeconds = 0.05;
const attempts = 4;

async function record(take: Take): Promise<void> {
  const draft = mkdtempSync(join(tmpdir(), 'ha-doctor-record-'));
  try {
    let stalledSeconds = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < attempts && stalledSeconds > tolerableStallSeconds; attempt++) {
      stalledSeconds = await play(take, draft);
    }
    for (const { file } of take.captures) copyFileSync(join(draft, file), join(folder, file));
    console.log(
      `${take.name} (${take.generation}): this machine stood still for ${stalledSeconds.toFixed(3)} s at most`,
    );
  } finally {
    rmSync(draft, { recursive: true });
  }
}

async function play({ name, scenario, generation }: Take, draft: string): Promise<number> {
  const lab = await startLab(scenario, generation);
  try {
    await lab.recordAll((suffix) => join(draft, `${name}${suffix}.pcap`));
    return (await lab.play()).stalledSeconds;
  } finally {
    await lab.stop();
  }
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
