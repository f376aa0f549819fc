import type { FileEntry, Reading } from './port.ts';

/** One thing to read on a node. `seconds` and `limit` (bytes) bound it there, so that nothing endless is ever started. */
export type Request =
  | { readonly kind: 'file'; readonly path: string; readonly limit: number }
  | { readonly kind: 'list'; readonly folder: string }
  | {
      readonly kind: 'command';
      readonly argv: readonly string[];
      /** Whether it says more, or anything at all, to root. */
      readonly asRoot: boolean;
      readonly seconds: number;
      readonly limit: number;
    }
  | {
      /** The lines that hold one of some texts: of a file that `program` prints, or where `path` is null of what it says itself. */
      readonly kind: 'search';
      readonly program: readonly string[];
      readonly path: string | null;
      readonly texts: readonly string[];
      /** Of those lines; the last ones are kept. */
      readonly limit: number;
    };

/** Seconds that all searches of one script may take together. */
export const searchSeconds = 60;
/** As much of a first and a last line as is told. */
const edgeBytes = 65_536;
/** What prints a file that is not packed. */
export const plainProgram = 'cat';

/** Seconds without a heartbeat on stdin after which a script gives up: the connection is gone, and nobody told the node. */
const silenceSeconds = 40;
/** What keeps a script alive, and how often it is sent, in milliseconds. */
export const heartbeat = { byte: '.', everyMilliseconds: 10_000 } as const;

const listLimit = 4 * 1024 * 1024;
const listSeconds = 10;

/** Text as one word of a POSIX shell, whatever it holds. */
export function quoted(text: string): string {
  return /^[\w/.:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * What the answers are made with. `run` and `sudone` take the bytes and seconds that they may use, and a command. As soon
 * as stdin, kept as fd 6, ends or stays silent, the whole process group is ended: also where this side was killed.
 */
const prelude = `
exec 3>&1 5>&2 6<&0 </dev/null
export LC_ALL=C TZ=UTC0 PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
# In the foreground: within our process group, so that the leash reaches it. busybox knows no other way.
t="timeout -k 1"
timeout --foreground 1 true 2>/dev/null && t="timeout --foreground -k 1"
asked= used=no began=$(date +%s)
{
  while [ -n "$(timeout ${silenceSeconds} dd bs=1 count=1 2>/dev/null <&6)" ]; do :; done
  trap "" TERM
  # By the shell's own kill: that of procps 3 and 4 takes -1234 for -1, which is every process.
  kill -TERM -$$
  pgrep -g $$ -x sudo && sudo -n sh -c 'kill -TERM -$1' sh $$
  sleep 1
  pgrep -g $$ -x sudo && sudo -n sh -c 'kill -KILL -$1' sh $$
  kill -KILL -$$
} >/dev/null 2>&1 3>&- 5>&- &
leash=$!
exec 6<&-
# Asked once, and only where it is needed: sudo writes each refusal into the log.
root() {
  [ "$(id -u)" -ne 0 ] || return 1
  if [ -z "$asked" ]; then
    asked=no
    sudo -n true 2>/dev/null && asked=yes
  fi
  [ $asked = yes ]
}
end() {
  echo "$nonce $i $1 $2 $used" >&3
  echo "$nonce $i" >&5
  used=no
}
run() {
  most=$1 seconds=$2
  shift 2
  status=$({ { $t $seconds "$@" 2>&5; echo $? >&4; } | head -c $most | base64 >&3; } 4>&1)
  end "\${status:-1}" ok
}
sudone() {
  most=$1 seconds=$2
  shift 2
  used=yes
  run $most $seconds sudo -n timeout -k 1 $seconds "$@"
}
# Whether the folders above can be looked into: then what is not seen there is missing, else nobody knows.
visible() {
  folder=\${1%/*}
  while [ -n "$folder" ]; do
    if [ -d "$folder" ]; then [ -x "$folder" ]; return; fi
    folder=\${folder%/*}
  done
}
# The bytes and seconds that it may use, a file, and the command that reads it.
file() {
  most=$1 seconds=$2 path=$3
  shift 3
  if [ -f "$path" ]; then
    if [ -r "$path" ]; then run $most $seconds "$@"
    elif root; then sudone $most $seconds "$@"
    else end 1 denied; fi
  elif [ -e "$path" ]; then end 1 not-a-file
  elif visible "$path"; then end 1 missing
  elif root; then
    if sudo -n test -f "$path"; then sudone $most $seconds "$@"; else end 1 missing; fi
  else end 1 denied; fi
}
list() {
  folder=$1
  set -- ${listLimit} ${listSeconds} find -L "$1" -mindepth 1 -maxdepth 1 -exec stat -L --printf "%f %u %g %s %Y %n\\0" "{}" +
  if [ -r "$folder" ] && [ -x "$folder" ]; then run "$@"
  elif [ -d "$folder" ] && root; then sudone "$@"
  elif visible "$folder/"; then end 1 missing
  elif root; then sudone "$@"
  else end 1 denied; fi
}
`;

/**
 * A script that answers requests in their order, for `sh -c`. On stdout each answer is base64, which no content can break
 * out of, and a line `NONCE INDEX STATUS WORD SUDO`; what commands say on stderr ends with a line `NONCE INDEX` there.
 * It writes no file and starts nothing that outlives its stdin.
 */
export function readingScript(requests: readonly Request[], nonce: string): string {
  const calls = requests.map((request, index) => `i=${index}\n${callOf(request)}\n`);
  return `nonce=${nonce}${prelude}${calls.join('')}kill $leash 2>/dev/null\nexit 0\n`;
}

/** What a capture on a node needs: the interface, a filter of pcap-filter(7), and the bytes of each packet. */
export interface CaptureRequest {
  readonly interfaceName: string;
  readonly filter: string;
  readonly snapLength: number;
}

/** A script that captures packets as pcap on stdout, until its stdin ends. */
export function captureScript({ interfaceName, filter, snapLength }: CaptureRequest): string {
  const options = ['--immediate-mode', '-U', '-nn', '-s', String(snapLength), '-i', interfaceName, '-w', '-', filter];
  const tcpdump = ['tcpdump', ...options].map(quoted).join(' ');
  return `nonce=${prelude}
command -v tcpdump >/dev/null || { echo 'tcpdump is not installed' >&5; exit 127; }
if root; then sudo -n ${tcpdump} >&3 2>&5; else ${tcpdump} >&3 2>&5; fi
status=$?
kill $leash 2>/dev/null
exit $status
`;
}

/**
 * A script that tells keepalived to write keepalived.data (SIGUSR1, which each keepalived names itself) and gives it the
 * time to. The one signal that is ever sent, and only where a person allowed it.
 */
export function dumpScript(): string {
  return `nonce=${prelude}
signal=$(keepalived --signum=DATA 2>/dev/null) || signal=USR1
pid=$(cat /run/keepalived.pid /var/run/keepalived.pid 2>/dev/null | head -n 1)
case $pid in ''|*[!0-9]*) pid=$(pgrep -o -x keepalived) ;; esac
if [ -n "$pid" ]; then
  if root; then sudo -n kill "-$signal" "$pid"; else kill "-$signal" "$pid"; fi
  sleep 1
fi
kill $leash 2>/dev/null
exit 0
`;
}

function callOf(request: Request): string {
  switch (request.kind) {
    case 'file': {
      // One byte more than is taken, to see that there is more.
      const most = request.limit + 1;
      const path = quoted(request.path);
      return `file ${most} 20 ${path} head -c ${most} ${path}`;
    }
    case 'list':
      return `list ${quoted(request.folder)}`;
    case 'command': {
      const { argv, asRoot, limit, seconds } = request;
      const command = `${limit + 1} ${seconds} ${argv.map(quoted).join(' ')}`;
      return ifThere(argv, asRoot ? privileged(command) : `run ${command}`);
    }
    case 'search': {
      const { program, path, limit } = request;
      const bounds = `${limit + 3 * edgeBytes} $((left + 5))`;
      const command = `sh -c ${quoted(searchScript(request))} sh "$t" $left`;
      const call = path === null ? privileged(`${bounds} ${command}`) : `file ${bounds} ${quoted(path)} ${command}`;
      return `left=$((${searchSeconds} + began - $(date +%s)))
if [ $left -le 0 ]; then end 1 late; else ${ifThere(program, call)}; fi`;
    }
  }
}

function privileged(command: string): string {
  return `if root; then sudone ${command}; else run ${command}; fi`;
}

function ifThere([program = 'false']: readonly string[], call: string): string {
  return `if command -v ${quoted(program)} >/dev/null; then ${call}; else end 127 missing; fi`;
}

/** What stands between the parts that a search prints; a line that grep has numbered is never like it. */
const parting = '\n-\n';

/**
 * Prints, numbered: the first line, the lines with one of the texts, and the last line, so that one sees how far the file
 * reaches; then how the program ended. $1 is how to end what takes too long, $2 the seconds.
 */
function searchScript({ program, path, texts, limit }: Request & { readonly kind: 'search' }): string {
  const source = `$1 $2 ${[...program, ...(path === null ? [] : ['--', path])].map(quoted).join(' ')}`;
  const patterns = texts.map((text) => `-e ${quoted(text)}`).join(' ');
  const file = path === null ? '' : quoted(path);
  const isPacked = program[0] !== plainProgram;
  return [
    'export LC_ALL=C; exec 3>&1',
    path === null ? ':' : `printf 1:; ${source} 2>/dev/null | head -c ${edgeBytes} | head -n 1`,
    `printf '${parting}'`,
    `status=$({ { ${source}; echo $? >&4; } | grep -anF ${patterns} | tail -c ${limit} >&3; } 4>&1)`,
    `printf '${parting}'`,
    path === null || isPacked ? ':' : `printf %s: "$(wc -l <${file})"; tail -c ${edgeBytes} ${file} | tail -n 1`,
    `printf '\n=%s\n' "$status"`,
  ].join('\n');
}

/** What a search printed. */
export interface Found {
  /** The lines, each with its number in front; the first and the last may come twice. */
  readonly lines: Uint8Array;
  /** There were more, before these. */
  readonly isCut: boolean;
  /** The exit code of the program; null where not even that was told. */
  readonly status: number | null;
}

/** Takes apart what a search printed; `limit` as in its request. */
export function readFound(printed: Uint8Array, limit: number): Found {
  const text = Buffer.from(printed.buffer, printed.byteOffset, printed.byteLength);
  const from = text.indexOf(parting);
  const to = text.lastIndexOf(parting);
  const end = text.lastIndexOf('\n=');
  if (from < 0 || end < to) return { lines: new Uint8Array(0), isCut: true, status: null };
  const lines = text.subarray(from + parting.length, to);
  // What was dropped ended within a line.
  const isCut = lines.length >= limit;
  const whole = isCut ? lines.subarray(lines.indexOf(0x0a) + 1) : lines;
  const [first, last] = [text.subarray(0, from + 1), text.subarray(to + parting.length, end + 1)];
  return { lines: Buffer.concat([first, whole, last]), isCut, status: Number(text.toString('latin1', end + 2)) };
}

/** What a script answered to one request. */
export interface Answer {
  readonly reading: Reading;
  /** The exit code of the command; null where it was not run. */
  readonly status: number | null;
  readonly stderr: string;
}

/** The answers in what a script wrote, in the order of the requests; `failed` is the reason for those that are not there. */
export function readAnswers(
  requests: readonly Request[],
  nonce: string,
  stdout: string,
  stderr: string,
  failed: { readonly refusal: 'failed' | 'unreachable'; readonly reason: string },
): readonly Answer[] {
  const complaints = sections(stderr, nonce);
  const answers = sections(stdout, nonce);
  return requests.map((request, index) => {
    const section = answers.get(index);
    const said = (complaints.get(index)?.text ?? '').trim();
    if (section === undefined) return { reading: { bytes: null, ...failed }, status: null, stderr: said };
    const [status = '1', word = 'failed', viaSudo = 'no'] = section.words;
    const bytes = Buffer.from(section.text, 'base64');
    return {
      reading: readingOf(request, bytes, Number(status), word, viaSudo === 'yes', said),
      status: word === 'ok' ? Number(status) : null,
      stderr: said,
    };
  });
}

/** timeout(1) says so of a command that it had to end, head(1) closes the pipe of one that says too much. */
export const timedOutStatus = 124;

function readingOf(
  request: Request,
  bytes: Uint8Array,
  status: number,
  word: string,
  viaSudo: boolean,
  said: string,
): Reading {
  const refuse = (refusal: Exclude<Reading['refusal'], null>, reason: string): Reading => ({
    bytes: null,
    refusal,
    reason,
  });
  if (word === 'denied') return refuse('denied', 'permission denied');
  if (word === 'not-a-file') return refuse('not-a-file', 'it is not a file');
  if (word === 'late') return refuse('failed', 'there was no time left for it');
  if (word === 'missing') {
    return refuse('missing', request.kind === 'command' ? 'the command is not there' : 'it does not exist');
  }
  if (request.kind === 'search') return { bytes, refusal: null, viaSudo };
  if (request.kind !== 'list' && bytes.length > request.limit) {
    return refuse('too-large', `it has more than ${request.limit} bytes`);
  }
  if (status === timedOutStatus) return refuse('failed', 'it did not end in time');
  if (request.kind === 'file' && status !== 0) return refuse('failed', said || `exit code ${status}`);
  return { bytes, refusal: null, viaSudo };
}

interface Section {
  readonly text: string;
  readonly words: readonly string[];
}

/** Splits output at the lines that begin with the nonce. */
function sections(output: string, nonce: string): ReadonlyMap<number, Section> {
  const found = new Map<number, Section>();
  let from = 0;
  const marker = `${nonce} `;
  for (let at = output.indexOf(marker); at >= 0; at = output.indexOf(marker, from)) {
    const end = output.indexOf('\n', at);
    const [index = '', ...words] = output.slice(at + marker.length, end < 0 ? output.length : end).split(' ');
    found.set(Number(index), { text: output.slice(from, at), words });
    from = end < 0 ? output.length : end + 1;
  }
  return found;
}

/** What `sha256sum -z` printed: the hashes by path. */
export function readSums(bytes: Uint8Array): readonly (readonly [path: string, sha256: string])[] {
  return new TextDecoder()
    .decode(bytes)
    .split('\0')
    .flatMap((record) => {
      const [, sum, path] = /^([0-9a-f]{64}) [ *](.+)$/s.exec(record) ?? [];
      return sum === undefined || path === undefined ? [] : [[path, sum] as const];
    });
}

/** What `list` answered: the output of stat(1), mode in hexadecimal. */
export function readEntries(bytes: Uint8Array): readonly FileEntry[] {
  const entries: FileEntry[] = [];
  for (const record of new TextDecoder().decode(bytes).split('\0')) {
    const [, mode, uid, gid, size, modified, path] = /^([0-9a-f]+) (\d+) (\d+) (\d+) (-?\d+) (.+)$/s.exec(record) ?? [];
    if (mode === undefined || path === undefined) continue;
    const bits = Number.parseInt(mode, 16);
    const kind = (bits & 0o170000) === 0o100000 ? 'file' : (bits & 0o170000) === 0o040000 ? 'directory' : 'other';
    entries.push({
      path,
      kind,
      mode: bits & 0o7777,
      uid: Number(uid),
      gid: Number(gid),
      size: Number(size),
      modifiedSeconds: Number(modified),
    });
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}
