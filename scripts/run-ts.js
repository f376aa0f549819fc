// Runs a TypeScript file of the repository: `node scripts/run-ts.js FILE [ARGUMENT ...]`. Node 20 cannot by itself.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [file = '', ...args] = process.argv.slice(2);
// Inside node_modules, so that the bundle finds the packages that it imports.
const outdir = join(root, 'node_modules/.cache/ha-doctor');
mkdirSync(outdir, { recursive: true });
const outfile = join(outdir, `${basename(file, '.ts')}-${process.pid}.mjs`);
await build({
  entryPoints: [file],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  define: { __VERSION__: '"dev"', __ROOT__: JSON.stringify(root) },
});
const { status } = spawnSync(process.execPath, [outfile, ...args], { stdio: 'inherit' });
rmSync(outfile, { force: true });
process.exit(status ?? 1);
