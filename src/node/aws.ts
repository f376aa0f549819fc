import type { NeededAction } from '../model/aws.ts';
import type { Refusal } from './port.ts';

/** A command that only asks: it goes to the node as it is, with a time limit there. */
export interface AwsCommand {
  readonly argv: readonly string[];
  readonly asRoot: boolean;
  readonly seconds: number;
}

/** What a command came to. `refusal` where it could not be run, or did not end in time. */
export interface AwsReply {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
  readonly refusal: Refusal | null;
}

/** How the API is reached; null: as the user's own configuration has it. */
export interface AwsAccess {
  readonly region: string | null;
  readonly endpointUrl: string | null;
}

/** A question that changes nothing. */
export type AwsQuestion =
  | { readonly ask: 'describe-addresses'; readonly allocationId: string }
  | {
      readonly ask: 'describe-instances';
      readonly filter: 'private-dns-name' | 'private-ip-address';
      readonly values: readonly string[];
    }
  | { readonly ask: 'describe-security-groups'; readonly groupIds: readonly string[] };

/** The things that an action is tried on; ids that are not known are made up, since AWS looks at the rights first. */
export interface DryRunTarget {
  readonly allocationId: string | null;
  readonly instanceId: string | null;
  readonly associationId: string | null;
}

/** What ids and names look like. What looks otherwise never reaches a command line. */
const shapes = {
  allocationId: /^eipalloc-[\da-z]{1,40}$/,
  associationId: /^eipassoc-[\da-z]{1,40}$/,
  instanceId: /^i-[\da-z]{1,40}$/,
  groupId: /^sg-[\da-z]{1,40}$/,
  region: /^[a-z]{2}(?:-[a-z]{1,20}){1,3}-\d{1,2}$/,
  endpointUrl: /^https?:\/\/[\w.:[\]-]{1,255}(?:\/[\w./-]{0,255})?$/,
  name: /^[a-z\d](?:[\w.:-]{0,251}[a-z\d])?$/i,
  program: /^(?:\/[\w.+-]+)*\/?[\w.+-]+$/,
} as const;

/** Whether text can be what it is named for, as AWS writes it. */
export function isAws(what: keyof typeof shapes, text: string): boolean {
  return shapes[what].test(text);
}

const connectSeconds = 4;
const readSeconds = 8;
/** Of the whole command: it takes a second to start, and longer on a small instance. */
const commandSeconds = 20;

/** No pager, and no second try: a call that AWS throttles is not repeated. */
const settings = 'export AWS_PAGER= AWS_MAX_ATTEMPTS=1 AWS_RETRY_MODE=standard AWS_CLI_AUTO_PROMPT=off';
const run = 'command -v aws >/dev/null || exit 127';

/** Asks the API with the credentials of whoever runs it. Throws where a value is not of AWS's shape. */
export function questionCommand(question: AwsQuestion, access: AwsAccess): AwsCommand {
  return {
    argv: [
      'sh',
      '-c',
      `${run}\n${settings}\nexec aws "$@"`,
      'sh',
      ...argumentsOf(question),
      ...accessArguments(access),
    ],
    asRoot: false,
    seconds: commandSeconds,
  };
}

/**
 * The environment of a notify script: keepalived's PATH, the keys that the script sets, else those of the instance's
 * role. The keys stay in the node's shell: they are on no command line and in no output.
 */
const asScript = `
[ "$(id -u)" -eq 0 ] || exit 126
script=$1 user=$2
shift 2
[ -n "$user" ] || { user=root; id -u keepalived_script >/dev/null 2>&1 && user=keepalived_script; }
[ "$user" = root ] || exit 126
unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
value() {
  sed -n "s/^[[:space:]]*\\(export[[:space:]]\\{1,\\}\\)\\{0,1\\}$1=//p" "$script" | tail -n 1 |
    sed "s/[;[:space:]].*//; s/^[\\"']//; s/[\\"']\\$//"
}
for name in AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN; do
  set_to=$(value $name)
  case $set_to in '' | '<'*) ;; *) export "$name=$set_to" ;; esac
done
${settings}`;
const keepalivedPath = `
pid=$(pgrep -o -x keepalived) && path=$(tr '\\0' '\\n' 2>/dev/null <"/proc/$pid/environ" | sed -n 's/^PATH=//p')
[ -z "$path" ] || PATH=$path`;

/** Tries an action on the node without doing it, with the credentials of the notify script: `scriptUser` as configured. */
export function dryRunCommand(
  action: NeededAction,
  target: DryRunTarget,
  script: string,
  scriptUser: string | null,
  access: AwsAccess,
): AwsCommand {
  const words = [...dryRunArguments(action, target), ...accessArguments(access)];
  return {
    argv: ['sh', '-c', `${keepalivedPath}${asScript}\n${run}\nexec aws "$@"`, 'sh', script, scriptUser ?? '', ...words],
    asRoot: true,
    seconds: commandSeconds,
  };
}

/** `aws ec2 associate-address --dry-run …`, without `aws`. */
export function dryRunArguments(
  action: NeededAction,
  { allocationId, instanceId, associationId }: DryRunTarget,
): readonly string[] {
  const own: Readonly<Record<NeededAction, readonly string[]>> = {
    'describe-instances': [],
    'describe-addresses': [],
    'associate-address': [
      ...['--allocation-id', checked('allocationId', allocationId ?? 'eipalloc-00000000000000000')],
      ...['--instance-id', checked('instanceId', instanceId ?? 'i-00000000000000000')],
    ],
    'disassociate-address': [
      ...['--association-id', checked('associationId', associationId ?? 'eipassoc-00000000000000000')],
    ],
  };
  return ['ec2', action, '--dry-run', ...own[action]];
}

/** Where keepalived's PATH finds programs, a line each: name, major version of a Python, path; parted by tabs. */
export function programsCommand(names: readonly string[]): AwsCommand {
  const look = `${keepalivedPath}
for name in "$@"; do
  path=$(command -v "$name") || path=
  version=
  case $path in *python*) version=$("$path" --version 2>&1 | sed -n 's/^Python \\([0-9]*\\).*/\\1/p') ;; esac
  printf '%s\\t%s\\t%s\\n' "$name" "$version" "$path"
done`;
  return { argv: ['sh', '-c', look, 'sh', ...names.map((name) => checked('program', name))], asRoot: true, seconds: 5 };
}

function argumentsOf(question: AwsQuestion): readonly string[] {
  switch (question.ask) {
    case 'describe-addresses':
      return ['ec2', question.ask, '--allocation-ids', checked('allocationId', question.allocationId)];
    case 'describe-instances': {
      const values = question.values.map((value) => checked('name', value)).join(',');
      return ['ec2', question.ask, '--filters', `Name=${question.filter},Values=${values}`];
    }
    case 'describe-security-groups':
      return ['ec2', question.ask, '--group-ids', ...question.groupIds.map((id) => checked('groupId', id))];
  }
}

function accessArguments({ region, endpointUrl }: AwsAccess): readonly string[] {
  const times = ['--cli-connect-timeout', String(connectSeconds), '--cli-read-timeout', String(readSeconds)];
  return [
    ...['--output', 'json', ...times],
    ...(region === null ? [] : ['--region', checked('region', region)]),
    ...(endpointUrl === null ? [] : ['--endpoint-url', checked('endpointUrl', endpointUrl)]),
  ];
}

function checked(what: keyof typeof shapes, text: string): string {
  if (!isAws(what, text)) throw new RangeError(`not of AWS's shape: ${what}`);
  return text;
}
