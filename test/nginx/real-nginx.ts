import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

/** nginx as it is installed, with all its modules, for what it says of a configuration. */

const modulesFolder = '/usr/lib/nginx/modules';
/** Modules in an order in which they load: the kit for others first, http before what builds on it. */
const modules = existsSync(modulesFolder)
  ? readdirSync(modulesFolder)
      .filter((name) => name.endsWith('.so'))
      .sort((a, b) => rank(a) - rank(b))
  : [];

function rank(name: string): number {
  return name.startsWith('ndk') ? 0 : name === 'ngx_stream_module.so' ? 1 : 2;
}

export const hasNginx = spawnSync('nginx', ['-v']).status === 0;
export const isRoot = process.getuid?.() === 0;

export interface Verdict {
  readonly isOk: boolean;
  /** The first complaint of severity emerg, without its time and process; null where there is none. */
  readonly complaint: string | null;
  readonly stdout: string;
}

/** `nginx -t` (or `-T`) of a configuration, in a network of its own: nginx binds what it is told to listen on. */
export function testNginx(path: string, option: '-t' | '-T' = '-t'): Verdict {
  const globals = modules.map((name) => `load_module ${modulesFolder}/${name};`).join(' ');
  const nginx = [
    'nginx',
    option,
    '-p',
    path.slice(0, path.lastIndexOf('/')),
    '-c',
    path,
    '-e',
    'stderr',
    '-g',
    globals,
  ];
  const { stdout, stderr, status } = spawnSync('unshare', ['-n', ...nginx], {
    encoding: 'latin1',
    maxBuffer: 64 * 1024 * 1024,
  });
  const [, complaint = null] = /^\S+ \S+ \[emerg\] \d+#\d+: (.*?)\n(?=nginx: |\d{4}\/|$)/ms.exec(stderr) ?? [];
  const text = complaint === null ? null : Buffer.from(complaint, 'latin1').toString('utf8');
  return { isOk: status === 0, complaint: text, stdout };
}

/**
 * Whether a complaint is about what stands there, and not about the machine or a value: words, braces, directives and
 * their places, included files.
 */
export function isAboutText(complaint: string): boolean {
  return [
    /^unexpected /,
    /^too long parameter/,
    /^unknown directive /,
    /^invalid number of /,
    /^invalid parameters number/,
    /must be "on" or "off"/,
    /^directive ".*" (is not terminated|has no opening)/,
    /^".*" directive is (not allowed here|duplicate)/,
    /^open\(\) ".*" failed .* in \S+:\d+$/,
  ].some((form) => form.test(complaint));
}
