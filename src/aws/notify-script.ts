import { type ElasticIpScript, movesElasticIp, type ProgramUse, type ScriptVariable } from '../model/aws.ts';
import type { ConfigLine, NodeConfiguration, ScriptCommand, ScriptFile, VrrpInstance } from '../model/keepalived.ts';

/** A script longer than this was not written to be read. */
const maxLines = 2000;
const maxLength = 1000;

/** The variables that are shown; the value of any other may be a secret. */
const shown = ['AWS_DEFAULT_REGION', 'AWS_REGION', 'HA_NODE_1', 'HA_NODE_2', 'ALLOCATION_ID'] as const;
const secret = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;

const assignment = /(?:^|[\s;])([A-Z][A-Z_\d]{0,39})=(?:"([^"]*)"|'([^']*)'|([^\s;&|<>()]*|<[^<>]{0,40}>))/g;
/** Where a shell expects a command, and the programs that such scripts call. */
const call =
  /(?:^|[|&;({`!]|\b(?:then|do|else|if|elif|while|until|exec|sudo)\s)\s*((?:\/[\w.+-]+)*\/)?(python[\d.]*|perl|jq|wget|curl|aws|service|systemctl)(?=[\s;|&)`]|$)/g;
const metadata = /169\.254\.169\.254|\binstance-data\b|fd00:ec2::254/i;
const token = /X-aws-ec2-metadata-token|\/api\/token/i;
/** `print x`, which Python 3 does not take. */
const python2Print = /\bprint\s+[^\s(=]/;

/** The notify script of a node that moves an Elastic IP, and the instance that calls it; null where none does. */
export function elasticIpScriptOf(
  node: NodeConfiguration,
): { readonly script: ElasticIpScript; readonly command: ScriptCommand; readonly instance: VrrpInstance } | null {
  for (const instance of node.config.instances) {
    for (const command of instance.notify) {
      const file = node.scripts.find(({ path }) => path === command.command[0]);
      if (file?.content != null && movesElasticIp(file.content)) {
        return { script: readNotifyScript(file, file.content), command, instance };
      }
    }
  }
  return null;
}

/** What stands in a notify script: its variables, what it needs, how it asks for metadata. Never throws. */
function readNotifyScript({ path, mode, uid, gid }: ScriptFile, content: string): ElasticIpScript {
  const lines = codeLines(path, content);
  const variables = new Map<string, ScriptVariable>();
  const keys: ConfigLine[] = [];
  const programs = new Map<string, ProgramUse>();
  const use = (name: string, line: ConfigLine) => {
    if (!programs.has(name)) programs.set(name, { name, line });
  };
  const interpreter = interpreterOf(content);
  if (interpreter !== null) use(interpreter, { file: path, line: 1, text: `#!${interpreter}` });
  for (const { code, line } of lines) {
    for (const [, name = '', double, single, bare] of code.matchAll(assignment)) {
      const value = double ?? single ?? bare ?? '';
      if (isOneOf(secret, name) && isSet(value)) keys.push({ ...line, text: `${name}=****` });
      if (isOneOf(shown, name) && isSet(value))
        variables.set(name, { value, line: { ...line, text: `${name}=${value}` } });
    }
    for (const [, folder = '', program = ''] of code.matchAll(call))
      use(`${folder}${program}`, { ...line, text: `${folder}${program} ...` });
  }
  const find = (pattern: RegExp, text?: string): ConfigLine | null => {
    for (const { code, line } of lines) {
      const [found] = pattern.exec(code) ?? [];
      if (found !== undefined) return { ...line, text: text ?? found };
    }
    return null;
  };
  const asked = find(metadata);
  return {
    ...{ path, mode, uid, gid },
    region: variables.get('AWS_DEFAULT_REGION') ?? variables.get('AWS_REGION') ?? null,
    nodeNames: ['HA_NODE_1', 'HA_NODE_2'].flatMap((name) => variables.get(name) ?? []),
    allocationId: variables.get('ALLOCATION_ID') ?? null,
    keys,
    programs: [...programs.values()],
    python2: lines.some(({ code }) => /\bpython/.test(code)) ? find(python2Print, 'print ...') : null,
    metadata: asked === null ? null : { hasToken: find(token) !== null, line: asked },
  };
}

/** The program of the first line: of `#!/usr/bin/env bash` it is bash. */
function interpreterOf(content: string): string | null {
  const [, program, argument] = /^#!\s*([\w./+-]{1,200})(?:[ \t]+([\w./+-]{1,200}))?/.exec(content) ?? [];
  return (program?.endsWith('/env') === true ? argument : program) ?? null;
}

/** The lines without comments, and where they stand: what they hold may be secret, so that no text is kept of them. */
function codeLines(
  file: string,
  content: string,
): readonly { readonly code: string; readonly line: Omit<ConfigLine, 'text'> }[] {
  return content.split('\n', maxLines).flatMap((text, i) => {
    const code = text
      .slice(0, maxLength)
      .replace(/^\s*#.*$|\s#.*$/, '')
      .trim();
    return code === '' ? [] : [{ code, line: { file, line: i + 1 } }];
  });
}

/** Not a placeholder of the guide, and not made by the script when it runs. */
function isSet(value: string): boolean {
  return value !== '' && !/^<.*>$|[$`\n]/s.test(value);
}

function isOneOf<T extends string>(names: readonly T[], name: string): name is T {
  return names.some((other) => other === name);
}
