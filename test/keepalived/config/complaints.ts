import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** One line of what `keepalived -t` prints. `line` is null where it names none. */
export interface Complaint {
  readonly line: number | null;
  readonly text: string;
}

export interface Complaints {
  readonly complaints: readonly Complaint[];
  /** Whether it ended before it had weighed everything: at a line that it cannot do without or go on after, or by its own SIGTERM. */
  readonly endsEarly: 'at-line' | 'after-reading' | null;
}

/**
 * In a network and mounts of its own, where the interfaces that the file names are there, and the user that scripts run
 * as: what is left is about the file. keepalived 2.2 ends itself by SIGTERM when there are scripts, once it has read
 * the file: a session of its own keeps that from us. keepalived 2.3.3 never comes to an end on some configurations of LVS.
 */
const check = `
  root=$1 conf=$2
  for name in $3; do ip link add "$name" type bridge && ip link set "$name" up; done 2>/dev/null
  ip link set lo up
  mount -t tmpfs none "$root/mnt"
  cp "$root/etc/passwd" "$root/etc/group" "$conf" "$root/mnt/"
  mv "$root/mnt/\${conf##*/}" "$root/mnt/keepalived.conf"
  chmod 644 "$root/mnt/keepalived.conf"
  echo 'keepalived_script:x:990:990::/:/bin/false' >> "$root/mnt/passwd"
  echo 'keepalived_script:x:990:' >> "$root/mnt/group"
  mount --bind "$root/mnt/passwd" "$root/etc/passwd"
  mount --bind "$root/mnt/group" "$root/etc/group"
  [ -z "$root" ] || { mount --bind /dev "$root/dev"; mount -t proc none "$root/proc"; }
  timeout -s KILL 5 setsid -w chroot "\${root:-/}" keepalived -t -f /mnt/keepalived.conf 2>&1
  echo "exit $?"`;

const interfaceName = /^(?:eth|ens|enp|eno|bond|br|wlan|wlp)[\w.-]*$/;

/** The names that a configuration uses as interfaces. */
function interfacesOf(text: string): string[] {
  const words = text.replaceAll(/[#!].*/g, '').split(/[\s{}]+/);
  return [...new Set(words)].filter((word) => word.length <= 15 && interfaceName.test(word));
}

/** What keepalived says of a file. `root`: that of another generation, as `generationRoot` answers. */
export async function complaintsOf(file: string, text: string, root: string | null): Promise<Complaints> {
  const values = ['-c', check, 'sh', root ?? '', file, interfacesOf(text).join(' ')];
  const { stdout } = await execute('unshare', ['-mn', 'sh', ...values], { timeout: 30_000 });
  const lines = stdout.split('\n').filter((line) => !/^(?:Terminated|Killed)?$/.test(line));
  const status = lines.pop();
  const complaints = lines.map((line) => {
    const [, number, rest = ''] = /^\((?:[^()]*: )?Line (\d+)\) ?(.*)$/.exec(line) ?? [];
    return number === undefined ? { line: null, text: line } : { line: Number(number), text: rest };
  });
  const isFatal = complaints.some(({ text: words }) => words.startsWith('***'));
  if (isFatal || status === 'exit 137') return { complaints, endsEarly: 'at-line' };
  return { complaints, endsEarly: status === 'exit 143' ? 'after-reading' : null };
}
