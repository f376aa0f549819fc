// Writes docs/rules/ from src/rules/; `--check` only says whether that is up to date.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ruleIndex, rulePage } from '../src/report/rule.ts';
import { rules } from '../src/rules/index.ts';

declare const __ROOT__: string;

const folder = join(__ROOT__, 'docs/rules');
const pages = new Map(rules.map((rule) => [`${rule.code}-${rule.name}.md`, rulePage(rule)]));
pages.set('README.md', ruleIndex(rules));

mkdirSync(folder, { recursive: true });
const present = readdirSync(folder);
const stale = [
  ...present.filter((name) => !pages.has(name)),
  ...[...pages]
    .filter(([name, text]) => !present.includes(name) || readFileSync(join(folder, name), 'utf8') !== text)
    .map(([name]) => name),
];

if (process.argv.includes('--check')) {
  if (stale.length > 0) console.error(`docs/rules/ is stale (npm run docs): ${stale.join(', ')}`);
  process.exit(stale.length > 0 ? 1 : 0);
}
for (const name of stale) rmSync(join(folder, name), { force: true });
for (const [name, text] of pages) writeFileSync(join(folder, name), text);
console.log(`${pages.size} pages in docs/rules/, ${stale.length} changed`);
