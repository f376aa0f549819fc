// Speed and memory of ha-doctor as it is built, beside its peers: `npm run bench [NAME ...]`. Makes its inputs itself.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawTable } from '../src/report/table.ts';
import { drift } from './drift.ts';
import { inside, insideArgument, live } from './live.ts';
import { logs } from './logs.ts';
import { memory } from './memory.ts';
import type { Outcome } from './row.ts';
import { lines, sparse, summary } from './speed.ts';
import { startup } from './startup.ts';

const benches: Readonly<Record<string, (folder: string) => Outcome | Promise<Outcome>>> = {
  startup,
  summary,
  lines,
  sparse,
  logs,
  live,
  memory,
  drift,
};

/** Make Node itself start slower, or otherwise than it does: a system's bundle of certificates takes it 70 ms. */
const distorting = ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS'];

async function main(names: readonly string[]): Promise<void> {
  for (const name of distorting) delete process.env[name];
  const unknown = names.filter((name) => !(name in benches));
  if (unknown.length > 0)
    throw new Error(`no such bench: ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);
  const outcomes: Outcome[] = [];
  for (const [name, run] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name)) continue;
    process.stderr.write(`${name} ...\n`);
    const outcome = await inFolder(run);
    for (const { measure, ours, ratio } of outcome.rows) process.stderr.write(`  ${measure}: ${ratio || ours}\n`);
    outcomes.push(outcome);
  }
  const rows = outcomes.flatMap(({ rows }) => rows);
  const verdict = (met: boolean | null) => (met === null ? '' : met ? 'met' : 'NOT MET');
  const table = [
    ['measure', 'ours', 'peer', 'ratio', 'target', ''],
    ...rows.map(({ measure, ours, peer, ratio, target, met }) => [measure, ours, peer, ratio, target, verdict(met)]),
  ];
  process.stdout.write(`${drawTable(table)}\n`);
  process.stdout.write(
    '\nmedians, with the minimum in brackets; median of the ratios of each round, in brackets that of minima and of processor time\n',
  );
  for (const line of outcomes.flatMap(({ missing }) => missing)) process.stdout.write(`not run: ${line}\n`);
  process.exitCode = rows.some(({ met }) => met === false) ? 1 : 0;
}

async function inFolder(run: (folder: string) => Outcome | Promise<Outcome>): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'ha-doctor-bench-'));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [first, ...rest] = process.argv.slice(2);
if (first === insideArgument) {
  await inside(rest[0] ?? '');
  // The package that sends keeps the process alive.
  process.exit();
}
await main(process.argv.slice(2));
