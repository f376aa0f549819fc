import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** An EC2 instance as the endpoint has it. */
export interface Ec2Instance {
  readonly id: string;
  readonly name: string;
  readonly ip: string;
  readonly state?: string;
  readonly httpTokens?: 'optional' | 'required';
  readonly groups?: readonly string[];
  /** A further Elastic IP, or one of Amazon's own. */
  readonly association?: { readonly publicIp: string; readonly owner: string };
}

/** What a security group lets through: the protocol, and from or to which CIDR block or group. */
interface Ec2Permission {
  readonly protocol: string;
  readonly cidr?: string;
  readonly group?: string;
}

export interface Ec2Group {
  readonly ingress: readonly Ec2Permission[];
  readonly egress: readonly Ec2Permission[];
}

export type Ec2Fault =
  | { readonly code: string; readonly message: string; readonly status?: number }
  | { readonly delaySeconds: number }
  | null;

/** A call that came in: its action and parameters. */
export interface Ec2Call {
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly isDryRun: boolean;
  readonly accessKey: string | null;
}

const account = '210987654321';

/**
 * AWS's EC2 Query API, as far as an Elastic IP needs it (API reference, version 2016-11-15): one address, some instances
 * and security groups. Signatures are not verified. `fault` is what every action answers, `refused` the actions that the
 * credentials may not do.
 */
export class Ec2Endpoint {
  readonly allocationId = 'eipalloc-0a1b2c3d4e5f60718';
  readonly publicIp = '203.0.113.10';
  instances: readonly Ec2Instance[];
  groups: Readonly<Record<string, Ec2Group>>;
  /** The instance that has the address. */
  holder: string | null;
  fault: Ec2Fault = null;
  refused: readonly string[] = [];
  readonly calls: Ec2Call[] = [];
  readonly #server: Server;
  readonly #others: Server[] = [];
  #association = 1;

  private constructor(instances: readonly Ec2Instance[], holder: string | null) {
    this.instances = instances;
    this.holder = holder;
    this.groups = {
      'sg-0aa': { ingress: [{ protocol: '112', group: 'sg-0aa' }], egress: [{ protocol: '-1', cidr: '0.0.0.0/0' }] },
    };
    this.#server = createServer(this.#listener);
  }

  readonly #listener: RequestListener = (request, response) => {
    void this.#answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8' });
      response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
    });
  };

  /** Listens on a free port of an address. */
  static async start(
    instances: readonly Ec2Instance[],
    holder: string | null,
    host = '127.0.0.1',
  ): Promise<Ec2Endpoint> {
    const endpoint = new Ec2Endpoint(instances, holder);
    endpoint.#server.listen(0, host);
    await once(endpoint.#server, 'listening');
    return endpoint;
  }

  get url(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${address}:${port}`;
  }

  /** Listens on a socket as well: of a network namespace another process relays to it. */
  async listenAt(socket: string): Promise<void> {
    const server = createServer(this.#listener);
    this.#others.push(server);
    server.listen(socket);
    await once(server, 'listening');
  }

  async stop(): Promise<void> {
    for (const server of [this.#server, ...this.#others]) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: string }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const action = form.get('Action') ?? '';
    const isDryRun = form.get('DryRun') === 'true';
    const [, accessKey = null] = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
    this.calls.push({ action, parameters: Object.fromEntries(form), isDryRun, accessKey });
    const { fault } = this;
    if (fault !== null && 'delaySeconds' in fault) await delay(fault.delaySeconds * 1000, undefined, { ref: false });
    else if (fault !== null) return failure(fault.code, fault.message, fault.status);
    if (this.refused.includes(action)) {
      const who = `arn:aws:sts::${account}:assumed-role/ha/i-0abc`;
      return failure(
        'UnauthorizedOperation',
        `You are not authorized to perform this operation. User: ${who} is not authorized to perform: ec2:${action} because no identity-based policy allows it. Encoded authorization failure message: 4f6e63`,
        403,
      );
    }
    if (isDryRun) return failure('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
    switch (action) {
      case 'DescribeAddresses':
        return this.#addresses(form);
      case 'DescribeInstances':
        return answer(
          action,
          set(
            'reservationSet',
            this.#matching(form).map((instance) => this.#reservation(instance)),
          ),
        );
      case 'DescribeSecurityGroups':
        return this.#securityGroups(form);
      case 'AssociateAddress':
        this.holder = form.get('InstanceId');
        this.#association++;
        return answer(action, `<return>true</return><associationId>${this.#associationId}</associationId>`);
      case 'DisassociateAddress':
        if (form.get('AssociationId') !== this.#associationId || this.holder === null) {
          return failure(
            'InvalidAssociationID.NotFound',
            `The association ID '${form.get('AssociationId')}' does not exist`,
          );
        }
        this.holder = null;
        return answer(action, '<return>true</return>');
      default:
        return failure('InvalidAction', `The action ${action} is not valid for this web service.`);
    }
  }

  get #associationId(): string {
    return `eipassoc-0${this.#association.toString(16).padStart(16, '0')}`;
  }

  #addresses(form: URLSearchParams): { status: number; body: string } {
    const id = form.get('AllocationId.1');
    if (id !== null && id !== this.allocationId) {
      return failure('InvalidAllocationID.NotFound', `The allocation ID '${id}' does not exist`);
    }
    const own = this.instances.find((instance) => instance.id === this.holder);
    const association =
      this.holder === null
        ? ''
        : `<instanceId>${this.holder}</instanceId><associationId>${this.#associationId}</associationId><networkInterfaceId>eni-0${this.holder.slice(2)}</networkInterfaceId><networkInterfaceOwnerId>${account}</networkInterfaceOwnerId><privateIpAddress>${own?.ip ?? '10.0.9.9'}</privateIpAddress>`;
    return answer(
      'DescribeAddresses',
      set('addressesSet', [
        `<publicIp>${this.publicIp}</publicIp><allocationId>${this.allocationId}</allocationId><domain>vpc</domain>${association}`,
      ]),
    );
  }

  #matching(form: URLSearchParams): readonly Ec2Instance[] {
    const name = form.get('Filter.1.Name');
    const values = [...form].flatMap(([key, value]) => (key.startsWith('Filter.1.Value.') ? [value] : []));
    return this.instances.filter(({ name: dns, ip }) =>
      name === 'private-dns-name' ? values.includes(dns) : name === 'private-ip-address' ? values.includes(ip) : true,
    );
  }

  #reservation({
    id,
    name,
    ip,
    state = 'running',
    httpTokens = 'optional',
    groups = ['sg-0aa'],
    association,
  }: Ec2Instance): string {
    const groupSet = set(
      'groupSet',
      groups.map((group) => `<groupId>${group}</groupId><groupName>ha</groupName>`),
    );
    const own = this.holder === id ? { publicIp: this.publicIp, owner: account } : association;
    const link = [
      `<networkInterfaceId>eni-0${id.slice(2)}</networkInterfaceId><ownerId>${account}</ownerId><privateIpAddress>${ip}</privateIpAddress>`,
      groupSet,
      own === undefined
        ? ''
        : `<association><publicIp>${own.publicIp}</publicIp><ipOwnerId>${own.owner}</ipOwnerId></association>`,
    ].join('');
    const instance = [
      `<instanceId>${id}</instanceId><imageId>ami-0123</imageId><instanceState><code>16</code><name>${state}</name></instanceState>`,
      `<privateDnsName>${name}</privateDnsName><privateIpAddress>${ip}</privateIpAddress>`,
      `<metadataOptions><state>applied</state><httpTokens>${httpTokens}</httpTokens><httpEndpoint>enabled</httpEndpoint></metadataOptions>`,
      `<iamInstanceProfile><arn>arn:aws:iam::${account}:instance-profile/ha</arn></iamInstanceProfile>`,
      set('tagSet', ['<key>Owner</key><value>a name</value>']),
      groupSet,
      set('networkInterfaceSet', [link]),
    ].join('');
    return `<reservationId>r-0${id.slice(2)}</reservationId><ownerId>${account}</ownerId>${set('instancesSet', [instance])}`;
  }

  #securityGroups(form: URLSearchParams): { status: number; body: string } {
    const ids = [...form].flatMap(([key, value]) => (key.startsWith('GroupId.') ? [value] : []));
    const groups = ids.flatMap((id) => {
      const group = this.groups[id];
      if (group === undefined) return [];
      return [
        [
          `<ownerId>${account}</ownerId><groupId>${id}</groupId><groupName>ha</groupName><vpcId>vpc-0aa</vpcId>`,
          set('ipPermissions', group.ingress.map(permission)),
          set('ipPermissionsEgress', group.egress.map(permission)),
        ].join(''),
      ];
    });
    return answer('DescribeSecurityGroups', set('securityGroupInfo', groups));
  }
}

function permission({ protocol, cidr, group }: Ec2Permission): string {
  const groups = group === undefined ? [] : [`<userId>${account}</userId><groupId>${group}</groupId>`];
  const ranges = cidr === undefined ? [] : [`<cidrIp>${cidr}</cidrIp>`];
  return `<ipProtocol>${protocol}</ipProtocol>${set('groups', groups)}${set('ipRanges', ranges)}`;
}

function set(name: string, items: readonly string[]): string {
  return `<${name}>${items.map((item) => `<item>${item}</item>`).join('')}</${name}>`;
}

function answer(action: string, content: string): { status: number; body: string } {
  const namespace = 'http://ec2.amazonaws.com/doc/2016-11-15/';
  return {
    status: 200,
    body: `<${action}Response xmlns="${namespace}"><requestId>8f7724cf-496f-496e-8fe3-000000000000</requestId>${content}</${action}Response>`,
  };
}

function failure(code: string, message: string, status = 400): { status: number; body: string } {
  return {
    status,
    body: `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>8f7724cf-496f-496e-8fe3-000000000000</RequestID></Response>`,
  };
}
