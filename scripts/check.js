// `npm run check`: types, lint, arrows between rooms, unused code, package shape, generated pages. Runs all, then says what failed.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules/.bin', name);

/** Fewer modules than this means that dependency-cruiser did not understand the sources, and checked nothing. */
const fewestModules = 60;

const checks = [
  { name: 'types', run: [bin('tsc'), '--noEmit', '-p', '.'] },
  { name: 'lint', run: [bin('biome'), 'ci', '--error-on-warnings'] },
  { name: 'arrows', run: [bin('depcruise'), 'src', '--config', '.dependency-cruiser.cjs'], verify: enoughModules },
  { name: 'unused', run: [bin('knip'), '--treat-config-hints-as-errors'] },
  { name: 'package', run: [bin('publint'), '--strict'] },
  { name: 'pages', run: [process.execPath, 'scripts/run-ts.js', 'scripts/generate-docs.ts', '--check'] },
];

const failed = checks.filter((check) => !passes(check)).map(({ name }) => name);
if (failed.length > 0) {
  console.error(`check: ${failed.join(', ')} failed`);
  process.exit(1);
}
console.log(`check: ${checks.map(({ name }) => name).join(', ')} passed`);

function passes({ name, run, verify }) {
  const [command, ...args] = run;
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  const complaint = status === 0 ? verify?.(stdout) : `exit code ${status}`;
  if (complaint === undefined) return true;
  console.error(`--- ${name}: ${complaint}\n${stdout}${stderr}`);
  return false;
}

function enoughModules(output) {
  const modules = Number(/(\d+) modules/.exec(output)?.[1] ?? 0);
  return modules >= fewestModules ? undefined : `only ${modules} modules were seen`;
}
