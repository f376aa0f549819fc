import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Why no sshd can be started here; null where one can. */
export function sshdMissing(): string | null {
  if (process.getuid?.() !== 0) return 'an sshd of its own needs root';
  try {
    execFileSync('unshare', ['-m', 'sh', '-c', 'command -v ssh && /usr/sbin/sshd -V || test -x /usr/sbin/sshd']);
    return null;
  } catch {
    return 'there is no sshd, or no mount namespace';
  }
}

/** A real sshd on loopback, in a mount namespace with users of its own: `ha-plain` without sudo, `ha-sudo` with. */
export interface TestSshd {
  /** A command that is the system's ssh with the right key and port. */
  readonly ssh: string;
  /** Runs a command where the sshd runs, and gives its output. */
  exec(command: string): string;
  stop(): void;
}

/** With `isAlone` it has processes of its own as well. */
export async function startSshd(isAlone = false): Promise<TestSshd> {
  const folder = mkdtempSync(join(tmpdir(), 'ha-doctor-sshd-'));
  chmodSync(folder, 0o755);
  const file = (name: string, text: string, mode = 0o644) => {
    writeFileSync(join(folder, name), text, { mode });
    return join(folder, name);
  };
  const key = (name: string) => execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  key('host');
  key('user');
  for (const home of ['ha-plain', 'ha-sudo']) mkdirSync(join(folder, home));
  file('keys', readFileSync(join(folder, 'user.pub'), 'utf8'));
  const users = ['ha-plain:x:4001:4001', 'ha-sudo:x:4002:4002'].map(
    (user) => `${user}::${join(folder, user.split(':')[0]!)}:/bin/sh\n`,
  );
  // With a home and a shell that read nothing: what a machine's own .bashrc does is none of the tests' business.
  const others = readFileSync('/etc/passwd', 'utf8').replace(/^root:.*$/m, `root:x:0:0:root:${folder}:/bin/sh`);
  file('passwd', others + users.join(''));
  file('group', `${readFileSync('/etc/group', 'utf8')}ha-plain:x:4001:\nha-sudo:x:4002:\n`);
  file('shadow', `${readFileSync('/etc/shadow', 'utf8')}ha-plain:*:20000::::::\nha-sudo:*:20000::::::\n`, 0o600);
  file('sudoers', 'root ALL=(ALL) ALL\nha-sudo ALL=(root) NOPASSWD: ALL\n', 0o440);
  const port = await freePort();
  file(
    'sshd_config',
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${join(folder, 'host')}`,
      `AuthorizedKeysFile ${join(folder, 'keys')}`,
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin yes',
      'PidFile none',
      'MaxStartups 200',
      'LogLevel ERROR',
      '',
    ].join('\n'),
  );
  file('known_hosts', `[127.0.0.1]:${port} ${readFileSync(join(folder, 'host.pub'), 'utf8')}`);
  file(
    'ssh_config',
    [
      'Host *',
      '  HostName 127.0.0.1',
      `  Port ${port}`,
      `  IdentityFile ${join(folder, 'user')}`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${join(folder, 'known_hosts')}`,
      '',
    ].join('\n'),
  );
  // By its whole path: this folder may be the first of a PATH.
  const system = execFileSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).trim();
  const ssh = file('ssh', `#!/bin/sh\nexec ${system} -F ${join(folder, 'ssh_config')} "$@"\n`, 0o755);
  const binds = ['passwd', 'group', 'shadow', 'sudoers'].map(
    (name) => `mount --bind ${join(folder, name)} /etc/${name}`,
  );
  const sshd = spawn(
    'unshare',
    [
      '-m',
      ...(isAlone ? ['-p', '-f', '--kill-child', '--mount-proc'] : []),
      'sh',
      '-c',
      `mkdir -p /run/sshd; ${binds.join('; ')}; exec /usr/sbin/sshd -D -e -f ${join(folder, 'sshd_config')}`,
    ],
    { stdio: 'ignore' },
  );
  for (let tries = 0; ; tries++) {
    try {
      execFileSync(ssh, ['-o', 'BatchMode=yes', 'root@node', 'true'], { stdio: 'ignore', timeout: 5000 });
      break;
    } catch (error) {
      if (tries === 50) throw error;
      await delay(100);
    }
  }
  return {
    ssh,
    exec: (command) =>
      execFileSync('nsenter', ['-t', String(sshd.pid), '-m', 'sh', '-c', command], { encoding: 'utf8' }),
    stop: () => {
      // unshare waits for its child, and hears of nothing else.
      sshd.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
