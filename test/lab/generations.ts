import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';

/** The keepalived of the Debian releases in use. Their behaviour differs: each scenario runs on all it can. */
export const generations = ['2.1.5', '2.2.7', '2.3.3'] as const;
export type Generation = (typeof generations)[number];

const suites: Record<Generation, string> = { '2.1.5': 'bullseye', '2.2.7': 'bookworm', '2.3.3': 'trixie' };

const cache = process.env['HA_DOCTOR_LAB_CACHE'] ?? '/var/cache/ha-doctor-lab';

/** The folder to chroot into for that keepalived; null where the host's own is it. */
export async function generationRoot(generation: Generation): Promise<string | null> {
  if (installedVersion([]) === generation) return null;
  const root = join(cache, suites[generation]);
  if (!existsSync(root)) await debootstrap(suites[generation], root);
  const version = installedVersion(['chroot', root]);
  if (version !== generation) {
    throw new Error(
      `${root} has keepalived ${version ?? 'missing'}, not ${generation}: remove it to have it made anew`,
    );
  }
  return root;
}

function installedVersion(prefix: string[]): string | undefined {
  const [command = '', ...args] = [...prefix, 'keepalived', '--version'];
  try {
    // It prints its version on stderr, as daemons did.
    const text = execFileSync('sh', ['-c', 'exec "$0" "$@" 2>&1', command, ...args], { encoding: 'utf8' });
    return /Keepalived v(\d+\.\d+\.\d+)/.exec(text)?.[1];
  } catch {
    return undefined;
  }
}

/** Made beside its place and then renamed, under a lock: test processes ask for it at the same time, and may be killed. */
async function debootstrap(suite: string, root: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const script = `
    [ ! -d "$root" ] || exit 0
    rm -rf --one-file-system "$root.partial"
    debootstrap --variant=minbase --include=keepalived "$suite" "$root.partial" "$mirror" >"$root.log" 2>&1 || {
      tail -n 3 "$root.log" >&2
      exit 1
    }
    rm -rf "$root.partial/var/cache/apt" "$root.partial/var/lib/apt/lists"
    mkdir -p "$root.partial/etc/keepalived"
    mv "$root.partial" "$root"`;
  const variables = [`suite=${suite}`, `root=${root}`, `mirror=${await debianMirror()}`];
  await run('flock', `${root}.lock`, 'env', ...variables, 'sh', '-euc', script);
}

async function debianMirror(): Promise<string> {
  const targets = await run('apt-get', 'indextargets', '--format', '$(CREATED_BY)|$(LABEL)|$(REPO_URI)');
  const mirror = targets
    .split('\n')
    .map((line) => line.split('|'))
    .find(([kind, label]) => kind === 'Packages' && label === 'Debian')?.[2];
  if (mirror === undefined)
    throw new Error("no Debian mirror in this machine's apt configuration (apt-get indextargets)");
  return mirror;
}
