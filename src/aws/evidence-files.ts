import { isRecord, parseJson, stringIn } from '../host/json.ts';
import { type DryRun, type InstalledProgram, type NeededAction, neededActions } from '../model/aws.ts';
import type { Timestamp } from '../model/time.ts';
import { type AwsFailure, withoutAccounts } from './failure.ts';

/** The files under `commands/aws/` of a node's evidence, by what they hold. */
export const awsFiles = {
  query: 'query.json',
  address: 'describe-addresses.json',
  instancesByName: 'describe-instances-by-name.json',
  instancesByAddress: 'describe-instances-by-address.json',
  groups: 'describe-security-groups.json',
  dryRuns: 'dry-runs.json',
  programs: 'programs.json',
} as const;
export type AwsFile = keyof typeof awsFiles;

/** What was asked, so that answers that are kept mean the same later. */
export interface AwsQuery {
  readonly allocationId: string | null;
  readonly region: string | null;
  readonly askedAt: Timestamp | null;
}

/** The parts of AWS's answers that are kept: no tags, no names of people, no policies. */
const kept = new Set([
  ...['Addresses', 'AllocationId', 'PublicIp', 'AssociationId', 'InstanceId', 'NetworkInterfaceId', 'PrivateIpAddress'],
  ...['Reservations', 'Instances', 'PrivateDnsName', 'PrivateIpAddresses', 'State', 'Name', 'NetworkInterfaces'],
  ...[
    'MetadataOptions',
    'HttpTokens',
    'HttpEndpoint',
    'SecurityGroups',
    'Groups',
    'GroupId',
    'Association',
    'IpOwnerId',
  ],
  ...['IpPermissions', 'IpPermissionsEgress', 'IpProtocol', 'FromPort', 'ToPort', 'IpRanges', 'CidrIp', 'Ipv6Ranges'],
  ...['CidrIpv6', 'UserIdGroupPairs', 'PrefixListIds', 'PrefixListId'],
]);

/** An answer of AWS as it is kept and judged: only what rules may need, account ids as `************`. `{}` where it is no JSON. */
export function keptAnswer(text: string): string {
  const keep = (value: unknown): unknown => {
    if (typeof value === 'string') return withoutAccounts(value);
    if (Array.isArray(value)) return value.map(keep);
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) => (kept.has(key) ? [[key, keep(inner)]] : [])),
    );
  };
  return JSON.stringify(keep(parseJson(text)) ?? {});
}

/** An answer that did not come, in the file where it would stand. */
export function failureFile({ code, message, hint }: AwsFailure): string {
  return JSON.stringify({ Error: { Code: code, Message: message, Hint: hint } });
}

/** The failure in a file, else null. */
export function failureIn(text: string): AwsFailure | null {
  const answer = parseJson(text);
  const error = isRecord(answer) && isRecord(answer['Error']) ? answer['Error'] : null;
  if (error === null) return null;
  return {
    code: stringIn(error, 'Code') ?? 'Failed',
    message: stringIn(error, 'Message') ?? 'it failed without a word',
    hint: stringIn(error, 'Hint'),
  };
}

export function queryFile({ allocationId, region, askedAt }: AwsQuery): string {
  return JSON.stringify({ allocationId, region, askedAt: askedAt?.seconds ?? null });
}

export function readQuery(text: string): AwsQuery {
  const values = parseJson(text);
  const query = isRecord(values) ? values : {};
  const seconds = query['askedAt'];
  return {
    allocationId: stringIn(query, 'allocationId'),
    region: stringIn(query, 'region'),
    askedAt: typeof seconds === 'number' && Number.isFinite(seconds) ? { seconds, nanoseconds: 0, digits: 0 } : null,
  };
}

export function dryRunsFile(dryRuns: readonly DryRun[]): string {
  return JSON.stringify(dryRuns);
}

export function readDryRuns(text: string): readonly DryRun[] | null {
  const list = parseJson(text);
  if (!Array.isArray(list)) return null;
  return list.filter(isRecord).flatMap((entry) => {
    const action = neededActions.find((name) => name === entry['action']);
    const outcome = (['allowed', 'refused', 'failed'] as const).find((name) => name === entry['outcome']);
    if (action === undefined || outcome === undefined) return [];
    return [{ action, outcome, code: stringIn(entry, 'code'), reason: stringIn(entry, 'reason') }];
  });
}

export function programsFile(programs: readonly InstalledProgram[]): string {
  return JSON.stringify(programs);
}

export function readPrograms(text: string): readonly InstalledProgram[] | null {
  const list = parseJson(text);
  if (!Array.isArray(list)) return null;
  return list.filter(isRecord).flatMap((entry) => {
    const name = stringIn(entry, 'name');
    const version = entry['majorVersion'];
    if (name === null) return [];
    return [{ name, path: stringIn(entry, 'path'), majorVersion: typeof version === 'number' ? version : null }];
  });
}

/** Codes with which AWS refuses credentials or what they may do, rather than this one request. */
const refusals =
  /^(UnauthorizedOperation|AccessDenied\w*|AuthFailure|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClientException|ExpiredToken\w*|RequestExpired|OptInRequired|NoCredentials)$/;

/** What a dry run came to: AWS answers `DryRunOperation` where the action would be allowed. */
export function dryRunOf(action: NeededAction, failure: AwsFailure | null): DryRun {
  if (failure === null || failure.code === 'DryRunOperation') {
    return { action, outcome: 'allowed', code: null, reason: null };
  }
  const { code, message } = failure;
  return { action, outcome: refusals.test(code) ? 'refused' : 'failed', code, reason: message };
}
