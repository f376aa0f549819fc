// Writes docs/sniff.svg, the picture of the README, from what the built command line prints: that of dist/, or the PROGRAM
// that is named. `--check` only says whether the picture is up to date.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { terminalSvg } from './terminal-svg.ts';

declare const __ROOT__: string;

const program = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? 'bin/ha-doctor.js';
const picture = join(__ROOT__, 'docs/sniff.svg');
const columns = 104;
/** It must not hold passwords: their marks are others in each run. */
const args = ['sniff', '-r', 'captures/interval-mismatch-v2.pcap', '--for', '9s'];

const svg = terminalSvg(`ha-doctor ${args.join(' ')}`, printed(), columns);
if (process.argv.includes('--check')) {
  const isFresh = read(picture) === svg;
  if (!isFresh)
    console.error('docs/sniff.svg is stale: npm run build && node scripts/run-ts.js scripts/render-terminal.ts');
  process.exit(isFresh ? 0 : 1);
}
writeFileSync(picture, svg);

/** What ha-doctor prints on a terminal: its stdout is a pipe that says that it is one. */
function printed(): string {
  const terminal = `data:text/javascript,Object.assign(process.stdout, { isTTY: true, columns: ${columns} })`;
  const { PATH } = process.env;
  try {
    return execFileSync(process.execPath, ['--import', terminal, program, ...args, '--color', 'always'], {
      cwd: __ROOT__,
      env: { ...(PATH === undefined ? {} : { PATH }), TZ: 'UTC', LANG: 'C.UTF-8' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  } catch (error) {
    // Exit code 1: there are findings, which is what the picture shows.
    const { status, stdout } = error as { status: number | null; stdout: string };
    if (status !== 1) throw error;
    return stdout;
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
