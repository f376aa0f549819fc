import { isRecord, parseJson, stringIn } from '../host/json.ts';
import type { AwsInstance, ElasticIp, GroupPermission, SecurityGroup } from '../model/aws.ts';

/** What the `aws` command prints (`--output json`), as values. What is missing or of another type is as good as not there. */

type Values = Readonly<Record<string, unknown>>;

/** The Elastic IP in the answer of `describe-addresses`; null where there is none. */
export function readAddress(text: string): ElasticIp | null {
  for (const address of recordsIn(parseJson(text), 'Addresses')) {
    const [allocationId, publicIp] = [stringIn(address, 'AllocationId'), stringIn(address, 'PublicIp')];
    if (allocationId === null || publicIp === null) continue;
    return {
      allocationId,
      publicIp,
      associationId: stringIn(address, 'AssociationId'),
      instanceId: stringIn(address, 'InstanceId'),
      networkInterfaceId: stringIn(address, 'NetworkInterfaceId'),
      privateIp: stringIn(address, 'PrivateIpAddress'),
    };
  }
  return null;
}

/** The instances in the answer of `describe-instances`, in its order; null where it is none. */
export function readInstances(text: string): readonly AwsInstance[] | null {
  const answer = parseJson(text);
  if (!isRecord(answer) || !Array.isArray(answer['Reservations'])) return null;
  return recordsIn(answer, 'Reservations').flatMap((reservation) =>
    recordsIn(reservation, 'Instances').flatMap((instance) => instanceOf(instance) ?? []),
  );
}

function instanceOf(instance: Values): AwsInstance | null {
  const instanceId = stringIn(instance, 'InstanceId');
  if (instanceId === null) return null;
  const interfaces = recordsIn(instance, 'NetworkInterfaces');
  const addresses = interfaces.flatMap((link) => recordsIn(link, 'PrivateIpAddresses'));
  const own = stringIn(instance, 'PrivateIpAddress');
  const options = recordIn(instance, 'MetadataOptions');
  const tokens = options === null ? null : stringIn(options, 'HttpTokens');
  const endpoint = options === null ? null : stringIn(options, 'HttpEndpoint');
  return {
    instanceId,
    privateDnsName: stringIn(instance, 'PrivateDnsName') || null,
    privateIps: unique([
      ...(own === null ? [] : [own]),
      ...[...interfaces, ...addresses].flatMap((address) => stringIn(address, 'PrivateIpAddress') ?? []),
    ]),
    state: stringIn(recordIn(instance, 'State') ?? {}, 'Name'),
    requiresToken: tokens === null ? null : tokens === 'required',
    hasMetadata: endpoint === null ? null : endpoint === 'enabled',
    groupIds: unique([
      ...recordsIn(instance, 'SecurityGroups').flatMap((group) => stringIn(group, 'GroupId') ?? []),
      ...interfaces.flatMap((link) => recordsIn(link, 'Groups').flatMap((group) => stringIn(group, 'GroupId') ?? [])),
    ]),
    elasticIps: unique([...interfaces, ...addresses].flatMap(elasticIpOn)),
  };
}

/** Addresses of Amazon's own pool belong to `amazon`, Elastic IPs to an account. */
function elasticIpOn(link: Values): readonly string[] {
  const association = recordIn(link, 'Association');
  const owner = association === null ? null : stringIn(association, 'IpOwnerId');
  if (association === null || owner === null || owner === 'amazon') return [];
  const address = stringIn(association, 'PublicIp');
  return address === null ? [] : [address];
}

/** The groups in the answer of `describe-security-groups`; null where it is none. */
export function readGroups(text: string): readonly SecurityGroup[] | null {
  const answer = parseJson(text);
  if (!isRecord(answer) || !Array.isArray(answer['SecurityGroups'])) return null;
  return recordsIn(answer, 'SecurityGroups').flatMap((group) => {
    const groupId = stringIn(group, 'GroupId');
    if (groupId === null) return [];
    return [
      {
        groupId,
        ingress: recordsIn(group, 'IpPermissions').map(permissionOf),
        egress: recordsIn(group, 'IpPermissionsEgress').map(permissionOf),
      },
    ];
  });
}

function permissionOf(permission: Values): GroupPermission {
  const textsOf = (list: string, key: string) =>
    recordsIn(permission, list).flatMap((entry) => stringIn(entry, key) ?? []);
  return {
    protocol: stringIn(permission, 'IpProtocol') ?? '',
    blocks: [...textsOf('IpRanges', 'CidrIp'), ...textsOf('Ipv6Ranges', 'CidrIpv6')],
    groupIds: textsOf('UserIdGroupPairs', 'GroupId'),
    hasPrefixList: recordsIn(permission, 'PrefixListIds').length > 0,
  };
}

function recordIn(values: Values, key: string): Values | null {
  const value = values[key];
  return isRecord(value) ? value : null;
}

function recordsIn(values: unknown, key: string): readonly Values[] {
  const list = isRecord(values) ? values[key] : null;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
