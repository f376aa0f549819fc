import { readAddress, readInstances } from '../../aws/answers.ts';
import { elasticIpEvidence } from '../../aws/evidence.ts';
import {
  type AwsFile,
  dryRunOf,
  dryRunsFile,
  failureFile,
  failureIn,
  keptAnswer,
  programsFile,
  queryFile,
} from '../../aws/evidence-files.ts';
import { type AwsFailure, readFailure } from '../../aws/failure.ts';
import {
  type AwsEvidence,
  type DryRun,
  type ElasticIpScript,
  type InstalledProgram,
  type NeededAction,
  neededActions,
} from '../../model/aws.ts';
import {
  type AwsAccess,
  type AwsQuestion,
  type AwsReply,
  type DryRunTarget,
  dryRunArguments,
  dryRunCommand,
  isAws,
  programsCommand,
  questionCommand,
} from '../../node/aws.ts';
import { openLocal } from '../../node/local.ts';
import type { ShellNode } from '../../node/shell-node.ts';

/** How much is asked: `status` wants to know who holds it, `check` also what may keep it from moving. */
export type AwsScope = 'holder' | 'all';

/** A node of the pair, and what it takes to ask on it; `live` is null where it is not. */
export interface AwsMember {
  readonly node: string;
  readonly script: ElasticIpScript | null;
  /** The user that keepalived runs the script as; null: keepalived's own choice. */
  readonly scriptUser: string | null;
  readonly addresses: readonly string[];
  readonly live: ShellNode | null;
  readonly router: AwsEvidence['router'];
}

/** Answers as a bundle keeps them. */
export type AwsFiles = ReadonlyMap<AwsFile, string>;

type Query = Pick<AwsEvidence, 'router' | 'allocationId' | 'region'>;

/**
 * Asks the API and the nodes, for each node the answers as files. At most three calls go to the API, with `all` four,
 * and four dry runs on each node; what does not depend on another answer runs side by side. Nothing is ever changed.
 */
export async function askAws(
  members: readonly AwsMember[],
  query: Query,
  endpointUrl: string | null,
  scope: AwsScope,
): Promise<readonly AwsFiles[]> {
  const here = openLocal('aws');
  try {
    // What a script holds may be of no such shape: it is then not asked with.
    const access = { region: known('region', query.region), endpointUrl };
    const askedAt = { seconds: Math.floor(Date.now() / 1000), nanoseconds: 0, digits: 0 };
    const isAll = scope === 'all';
    const programs = members.map((member) => (isAll ? lookForPrograms(member) : null));
    const reading = members.map((member) => (isAll ? tryActions(member, readingActions, noTarget, access) : null));
    const askers = [here, ...members.flatMap(({ live }) => live ?? [])];
    const { asker, answers } = await askFirst(askers, firstQuestions(members, query), access);
    const files = new Map<AwsFile, string>([['query', queryFile({ ...query, askedAt })], ...answers]);
    const byAddress = addressQuestion(members, files);
    if (byAddress !== null) files.set('instancesByAddress', await ask(asker, byAddress, access));
    const { nodes, elasticIp } = identified(members, query, files);
    const targets = nodes.map(
      ({ instance }): DryRunTarget => ({
        allocationId: known('allocationId', query.allocationId),
        instanceId: known('instanceId', instance?.instanceId ?? null),
        associationId: known('associationId', elasticIp?.associationId ?? null),
      }),
    );
    const moving = members.map((member, i) =>
      isAll ? tryActions(member, movingActions, targets[i] ?? noTarget, access) : null,
    );
    const groups = groupQuestion(nodes);
    if (isAll && groups !== null) files.set('groups', await ask(asker, groups, access));
    return await Promise.all(
      members.map(async (member, i) => {
        const own = new Map(files);
        const installed = (await programs[i]) ?? null;
        if (installed !== null) own.set('programs', programsFile(installed));
        const [read, move] = await Promise.all([reading[i], moving[i]]);
        if (!isAll) return own;
        const isTried = read != null && move != null;
        const skipped = () => failureFile(skippedDryRuns(member, targets[i] ?? noTarget, access));
        return own.set('dryRuns', isTried ? dryRunsFile([...read, ...move]) : skipped());
      }),
    );
  } finally {
    await here.close();
  }
}

/** Which instances the nodes are, by the answers so far. */
function identified(members: readonly AwsMember[], query: Query, files: AwsFiles): AwsEvidence {
  return elasticIpEvidence(
    query,
    members.map((member) => ({ ...member, programs: null, dryRuns: null, dryRunsSkipped: null })),
    {
      askedAt: null,
      elasticIp: readAddress(files.get('address') ?? ''),
      instancesByName: readInstances(files.get('instancesByName') ?? ''),
      instancesByAddress: readInstances(files.get('instancesByAddress') ?? ''),
      groups: null,
    },
  );
}

const [describeInstances, describeAddresses, ...movingActions] = neededActions;
const readingActions = [describeInstances, describeAddresses];

const noTarget: DryRunTarget = { allocationId: null, instanceId: null, associationId: null };

function known(what: Parameters<typeof isAws>[0], value: string | null): string | null {
  return value !== null && isAws(what, value) ? value : null;
}

/** The questions that need no other answer. */
function firstQuestions(
  members: readonly AwsMember[],
  { allocationId }: Query,
): readonly (readonly [AwsFile, AwsQuestion])[] {
  const names = namesIn(members.flatMap(({ script }) => script?.nodeNames.map(({ value }) => value) ?? []));
  const id = known('allocationId', allocationId);
  const byName = { ask: 'describe-instances', filter: 'private-dns-name', values: names } as const;
  return [
    ...(id === null ? [] : [['address', { ask: 'describe-addresses', allocationId: id }] as const]),
    ...(names.length === 0 ? [] : [['instancesByName', byName] as const]),
  ];
}

/** Where the names of the script did not find all nodes; null where they did, or AWS does not answer. */
function addressQuestion(members: readonly AwsMember[], files: AwsFiles): AwsQuestion | null {
  const byName = files.get('instancesByName');
  if (byName !== undefined && failureIn(byName) !== null) return null;
  const found = new Set((readInstances(byName ?? '') ?? []).flatMap(({ privateIps }) => privateIps));
  if (members.every(({ addresses }) => addresses.some((address) => found.has(address)))) return null;
  const values = namesIn(members.flatMap(({ addresses }) => addresses));
  return values.length === 0 ? null : { ask: 'describe-instances', filter: 'private-ip-address', values };
}

function groupQuestion(nodes: AwsEvidence['nodes']): AwsQuestion | null {
  const ids = new Set(nodes.flatMap(({ instance }) => instance?.groupIds ?? []).filter((id) => isAws('groupId', id)));
  return ids.size === 0 ? null : { ask: 'describe-security-groups', groupIds: [...ids] };
}

function namesIn(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value) => isAws('name', value)))];
}

/** Failures that say: not from here. The API was not called, and another may be able to. */
const isElsewhere = ({ code }: AwsFailure): boolean => code === 'NoCommand' || code === 'NoCredentials';

/** Asks by the first who can: this machine, as the user has it set up, else a node. */
async function askFirst(
  askers: readonly ShellNode[],
  questions: readonly (readonly [AwsFile, AwsQuestion])[],
  access: AwsAccess,
): Promise<{ readonly asker: ShellNode; readonly answers: ReadonlyMap<AwsFile, string> }> {
  const [asker, ...others] = askers as [ShellNode, ...ShellNode[]];
  const answers = await Promise.all(
    questions.map(async ([file, question]) => [file, await ask(asker, question, access)] as const),
  );
  const failures = answers.map(([, text]) => failureIn(text));
  const canNot = failures.length > 0 && failures.every((failure) => failure !== null && isElsewhere(failure));
  if (!canNot || others.length === 0) return { asker, answers: new Map(answers) };
  const next = await askFirst(others, questions, access);
  // What this machine lacks is what its user can mend.
  const isAlike = [...next.answers.values()].every((text) => {
    const failure = failureIn(text);
    return failure !== null && isElsewhere(failure);
  });
  return isAlike ? { asker, answers: new Map(answers) } : next;
}

async function ask(asker: ShellNode, question: AwsQuestion, access: AwsAccess): Promise<string> {
  const reply = await asker.aws(questionCommand(question, access));
  const failure = failureOf(reply);
  return failure === null ? keptAnswer(reply.stdout) : failureFile(failure);
}

const missingStatus = 127;

/** Why a call did not answer; null where it did. */
function failureOf({ stderr, status, refusal }: AwsReply): AwsFailure | null {
  if (status === missingStatus) {
    return {
      code: 'NoCommand',
      message: 'the aws command is not installed',
      hint: 'install it (awscli), or name a node that has it',
    };
  }
  if (refusal === 'unreachable') return { code: 'Unreachable', message: stderr, hint: null };
  if (refusal !== null) return { code: 'Timeout', message: 'the aws command did not end in time', hint: null };
  return status === 0 ? null : readFailure(stderr);
}

/** Which of the programs that the script needs are there, by keepalived's PATH; null where nobody can look. */
async function lookForPrograms({ script, live }: AwsMember): Promise<readonly InstalledProgram[] | null> {
  const names = (script?.programs ?? []).map(({ name }) => name).filter((name) => isAws('program', name));
  if (live === null || names.length === 0) return null;
  const { stdout, refusal } = await live.aws(programsCommand(names));
  if (refusal !== null) return null;
  return stdout.split('\n').flatMap((line) => {
    const [name = '', version = '', path = ''] = line.split('\t');
    if (!names.includes(name)) return [];
    return [{ name, path: path === '' ? null : path, majorVersion: version === '' ? null : Number(version) }];
  });
}

/** The script cannot be stood in for: not root there, or it runs as another user. */
const notAsScriptStatus = 126;

/** What the script would be allowed, tried on the node; null where nobody can stand in for it there. */
async function tryActions(
  { script, live, scriptUser }: AwsMember,
  actions: readonly NeededAction[],
  target: DryRunTarget,
  access: AwsAccess,
): Promise<readonly DryRun[] | null> {
  if (script === null || live === null) return null;
  const replies = await Promise.all(
    actions.map((action) => live.aws(dryRunCommand(action, target, script.path, scriptUser, access))),
  );
  if (replies.some(({ status }) => status === notAsScriptStatus)) return null;
  return replies.flatMap((reply, i) => {
    const action = actions[i];
    return action === undefined ? [] : [dryRunOf(action, failureOf(reply))];
  });
}

/** Why no dry run was made, and how an operator makes them. */
function skippedDryRuns({ node, live }: AwsMember, target: DryRunTarget, { region }: AwsAccess): AwsFailure {
  const calls = neededActions.map((action) => `aws ${dryRunArguments(action, target).join(' ')}`);
  const where = region === null ? '' : `export AWS_DEFAULT_REGION=${region}; `;
  const why =
    live === null
      ? 'dry runs are made on the node'
      : "dry runs are made as root on the node, with the notify script's own credentials";
  return { code: 'Skipped', message: `${why}; on ${node}, as root: ${where}${calls.join('; ')}`, hint: null };
}
