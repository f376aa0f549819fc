import type { Advert, ChecksumVariant, Decoded, Family, Problem, Trailer } from '../model/packet.ts';
import { addressBytes, ipv4Text, ipv6Text } from './address.ts';
import { ByteReader } from './byte-reader.ts';
import { concat, writeU16 } from './bytes.ts';
import { cut, malformed, noProblems } from './problem.ts';
import { type ChecksumContext, computeChecksum, type VerifiedChecksum, verifyChecksum } from './vrrp-checksum.ts';
import { decodeTrailer } from './vrrp-trailer.ts';

const headerLength = 8;

/** VRRPv2 ends with these bytes whatever the authentication type (RFC 3768 section 5.3.10). */
const authDataLength = 8;
const simpleAuthType = 1;

/** What the layers below know of a message. */
export interface VrrpContext {
  readonly family: Family;
  /** Source and destination address, as the IP header has them: the checksum's pseudo-header is made of them. */
  readonly addresses: ByteReader;
  readonly multicast: boolean;
  /** The message goes on in other packets. */
  readonly isFragment: boolean;
  /** The capture holds every byte that IP claims. */
  readonly whole: boolean;
}

/** The fields of an advert that come from the VRRP message itself. */
export type VrrpMessage = Pick<
  Advert,
  | 'version'
  | 'messageType'
  | 'vrid'
  | 'prio'
  | 'authtype'
  | 'auth'
  | 'intvl'
  | 'addrs'
  | 'checksum'
  | 'checksumVariant'
  | 'checksumField'
  | 'checksumExpected'
  | 'trailer'
  | 'length'
>;

/**
 * A VRRPv2 (RFC 3768 section 5.1) or VRRPv3 (RFC 9568 section 5.1) message over IPv4 or IPv6. `consumed` leaves out the
 * trailer. Null where not even version, VRID, priority and address count are there. Of another version only what all
 * versions share is read; a checksum field that is not there is 0.
 */
export function decodeVrrp(message: ByteReader, context: VrrpContext): Decoded<VrrpMessage | null> {
  const versionAndType = message.u8(0);
  const vrid = message.u8(1);
  const prio = message.u8(2);
  const count = message.u8(3);
  const problems: Problem[] = [];
  if (message.length < message.wireLength) {
    problems.push(cut(`captured ${message.length} of ${message.wireLength} bytes of the VRRP message`));
  }
  if (context.isFragment) problems.push(cut('a first fragment: the rest of the VRRP message is in other packets'));
  const version = (versionAndType ?? 0) >> 4;
  const section = version === 2 ? 'RFC 3768 section 5.3' : 'RFC 9568 section 5.2';
  if (message.wireLength < headerLength && !context.isFragment) {
    problems.push(malformed(`the VRRP message ends after ${message.wireLength} of 8 header bytes (${section})`));
  }
  if (versionAndType === undefined || vrid === undefined || prio === undefined || count === undefined) {
    return { value: null, problems, consumed: message.length };
  }
  if (version !== 2 && version !== 3) problems.push(malformed(`VRRP version ${version} (RFC 9568 section 5.2.1)`));
  const type = versionAndType & 0x0f;
  if (type !== 1) problems.push(malformed(`VRRP type ${type}, not 1, an advertisement (${section}.2)`));
  if (vrid === 0) problems.push(malformed(`VRID 0, where 1 to 255 are allowed (${section}.3)`));

  if (version !== 2 && version !== 3)
    return { value: unknownVersion(message, version, type, vrid, prio), problems, consumed: 8 };

  const layout = layoutOf(message, context, version, count);
  if (layout.room < count && !context.isFragment) {
    problems.push(malformed(`address count ${count}, but room for ${layout.room} (${section}.5)`));
  }
  const fields = version === 2 ? decodeV2Fields(message, layout.authOffset) : decodeV3Fields(message);
  problems.push(...fields.problems);
  if (layout.lacksAuthData) problems.push(malformed(`no authentication data behind the addresses (${section}.10)`));

  const trailer = layout.trailer === null ? null : decodeTrailer(layout.trailer);
  problems.push(...(trailer?.problems ?? noProblems));
  // Vendors' authentication types (254: an MD5 digest) have data of their own there; a trailer that was cut may be any.
  const isVendors = fields.value.authtype !== null && /^\d/.test(fields.value.authtype);
  const isWhole = message.length === message.wireLength;
  if (trailer?.value.kind === 'unknown' && isWhole && !isVendors) {
    problems.push(malformed(`address count ${count} leaves ${trailer.value.length} bytes over (${section}.5)`));
  }

  const checksumField = message.u16(6) ?? 0;
  const verified = verify(message, context, version, trailer?.value ?? null, layout.end);
  const value: VrrpMessage = {
    version,
    messageType: type,
    vrid,
    prio,
    authtype: fields.value.authtype,
    auth: fields.value.auth,
    intvl: fields.value.intvl,
    // Without the room that `push` made for more: adverts are kept by the thousand.
    addrs: layout.addrs.slice(),
    checksum: verified?.checksum ?? 'unverified',
    checksumVariant: verified?.checksumVariant ?? null,
    checksumField,
    checksumExpected: verified?.checksumExpected ?? null,
    trailer: trailer?.value ?? null,
    length: message.wireLength,
  };
  return {
    value,
    problems: problems.length === 0 ? noProblems : problems.slice(),
    consumed: Math.min(layout.end, message.length),
  };
}

function unknownVersion(
  message: ByteReader,
  version: number,
  messageType: number,
  vrid: number,
  prio: number,
): VrrpMessage {
  return {
    version,
    messageType,
    vrid,
    prio,
    authtype: null,
    auth: null,
    intvl: null,
    addrs: [],
    checksum: 'unverified',
    checksumVariant: null,
    checksumField: message.u16(6) ?? 0,
    checksumExpected: null,
    trailer: null,
    length: message.wireLength,
  };
}

interface Layout {
  /** How many addresses there is room for, within what the count claims. */
  readonly room: number;
  readonly addrs: readonly string[];
  /** VRRPv2's authentication data starts here. */
  readonly authOffset: number;
  readonly lacksAuthData: boolean;
  /** The message without its trailer ends here. */
  readonly end: number;
  readonly trailer: ByteReader | null;
}

/**
 * Where things lie. The count is not believed beyond the bytes that there are, so that VRRPv2's password is never read as
 * an address. Some senders without a password leave out the authentication data: then the addresses fill the message.
 */
function layoutOf(message: ByteReader, context: VrrpContext, version: number, count: number): Layout {
  const { isFragment } = context;
  const addressLength = context.family === 'ipv4' ? 4 : 16;
  const addressesEnd = headerLength + count * addressLength;
  const isExact = addressesEnd === message.wireLength && message.u8(4) !== simpleAuthType;
  const lacksAuthData = version === 2 && !isFragment && message.wireLength >= headerLength && isExact;
  const authLength = version === 2 && !lacksAuthData ? authDataLength : 0;
  // Where the rest is in other fragments, this packet need not hold the authentication data.
  const taken = headerLength + (isFragment ? 0 : authLength);
  const room = Math.min(count, Math.max(0, Math.floor((message.wireLength - taken) / addressLength)));
  const addrs: string[] = [];
  for (let i = 0; i < room; i++) {
    const offset = headerLength + i * addressLength;
    const address = context.family === 'ipv4' ? ipv4Text(message, offset) : ipv6Text(message, offset);
    if (address === undefined) break;
    addrs.push(address);
  }
  const claimedEnd = addressesEnd + authLength;
  const end = Math.min(message.wireLength, claimedEnd);
  const authOffset = Math.max(headerLength, (isFragment ? claimedEnd : end) - authLength);
  const trailer = message.wireLength > claimedEnd ? message.window(claimedEnd) : null;
  return { room, addrs, authOffset, lacksAuthData, end, trailer };
}

/** What stands in bytes 4 and 5, and in VRRPv2's authentication data. */
type VersionedFields = Pick<VrrpMessage, 'authtype' | 'auth' | 'intvl'>;

function decodeV2Fields(message: ByteReader, authOffset: number): Decoded<VersionedFields> {
  const authType = message.u8(4);
  const intvl = message.u8(5) ?? null;
  const authtype = authType === undefined ? null : authTypeName(authType);
  const auth = authtype === 'simple' ? latin1(message, authOffset) : null;
  const problems = intvl === 0 ? [malformed('advertisement interval 0 (RFC 3768 section 5.3.7)')] : noProblems;
  return { value: { authtype, auth, intvl }, problems, consumed: 2 };
}

/** RFC 2338 section 5.3.6 had 1 and 2; RFC 3768 reserves them, and keepalived goes on to use them. */
function authTypeName(type: number): string {
  if (type === 0) return 'none';
  if (type === simpleAuthType) return 'simple';
  return type === 2 ? 'ah' : String(type);
}

/** The authentication data without trailing NULs, a character a byte; null where the capture does not hold all of it. */
function latin1(message: ByteReader, offset: number): string | null {
  let text = '';
  let length = 0;
  for (let i = 0; i < authDataLength; i++) {
    const byte = message.u8(offset + i);
    if (byte === undefined) return null;
    text += String.fromCharCode(byte);
    if (byte !== 0) length = i + 1;
  }
  return text.slice(0, length);
}

function decodeV3Fields(message: ByteReader): Decoded<VersionedFields> {
  const reservedAndInterval = message.u16(4);
  if (reservedAndInterval === undefined) {
    return { value: { authtype: null, auth: null, intvl: null }, problems: noProblems, consumed: 0 };
  }
  const reserved = reservedAndInterval >> 12;
  const maxAdvertiseIntervalCentiseconds = reservedAndInterval & 0x0fff;
  const problems: Problem[] = [];
  if (reserved !== 0) problems.push(malformed(`reserved bits are ${reserved}, not 0 (RFC 9568 section 5.2.6)`));
  if (maxAdvertiseIntervalCentiseconds === 0) {
    problems.push(malformed('maximum advertisement interval 0 (RFC 9568 section 5.2.7)'));
  }
  const value = { authtype: null, auth: null, intvl: maxAdvertiseIntervalCentiseconds / 100 };
  return { value, problems, consumed: 2 };
}

/** Null where not all of the message is there. */
function verify(
  message: ByteReader,
  context: VrrpContext,
  version: number,
  trailer: Trailer | null,
  lengthWithoutTrailer: number,
): VerifiedChecksum | null {
  const { family, multicast, addresses } = context;
  const isWhole = message.length === message.wireLength && message.length >= headerLength;
  if (!isWhole || !context.whole || context.isFragment) return null;
  return verifyChecksum(message, { version, family, multicast, trailer, lengthWithoutTrailer, addresses });
}

export interface VrrpFields {
  readonly version: number;
  readonly vrid: number;
  readonly prio: number;
  /** Seconds: whole ones in VRRPv2, hundredths up to 40.95 in VRRPv3. */
  readonly intvl: number;
  readonly addrs: readonly string[];
  /** VRRPv2 only: the number of the type, and up to 8 characters of authentication data. */
  readonly authType?: number;
  readonly auth?: string;
  /** Bytes behind the message, such as `encodeHmacTrailer` gives. */
  readonly trailer?: Uint8Array;
  /** A variant in place of the standard rule, or the field's own value. */
  readonly checksum?: ChecksumVariant | number;
  /** These make messages that break the format. */
  readonly type?: number;
  readonly count?: number;
  readonly reserved?: number;
  readonly withoutAuthData?: boolean;
}

/** Addresses of the IP header around a message: the checksum may cover them. */
export interface VrrpEndpoints {
  readonly source: string;
  readonly destination: string;
}

/** Throws RangeError for a checksum variant that the message cannot have. */
export function encodeVrrp(fields: VrrpFields, endpoints: VrrpEndpoints): Uint8Array {
  const header = new Uint8Array(headerLength);
  header[0] = (fields.version << 4) | (fields.type ?? 1);
  header[1] = fields.vrid;
  header[2] = fields.prio;
  header[3] = fields.count ?? fields.addrs.length;
  if (fields.version === 2) {
    header[4] = fields.authType ?? 0;
    header[5] = fields.intvl;
  } else {
    writeU16(header, 4, ((fields.reserved ?? 0) << 12) | Math.round(fields.intvl * 100));
  }
  const message = concat(
    header,
    ...fields.addrs.map(addressBytes),
    authData(fields),
    fields.trailer ?? new Uint8Array(0),
  );
  writeU16(message, 6, checksumFor(message, fields, endpoints));
  return message;
}

function authData(fields: VrrpFields): Uint8Array {
  if (fields.version !== 2 || fields.withoutAuthData === true) return new Uint8Array(0);
  const data = new Uint8Array(authDataLength);
  const auth = fields.auth ?? '';
  for (let i = 0; i < Math.min(auth.length, data.length); i++) data[i] = auth.charCodeAt(i);
  return data;
}

function checksumFor(bytes: Uint8Array, fields: VrrpFields, endpoints: VrrpEndpoints): number {
  if (typeof fields.checksum === 'number') return fields.checksum;
  const message = new ByteReader(bytes);
  const destination = addressBytes(endpoints.destination);
  const family = destination.length === 4 ? 'ipv4' : 'ipv6';
  const lengthWithoutTrailer = message.length - (fields.trailer?.length ?? 0);
  const context: ChecksumContext = {
    version: fields.version,
    family,
    multicast: isMulticast(new ByteReader(destination), 0, family),
    trailer: fields.trailer === undefined ? null : decodeTrailer(message.window(lengthWithoutTrailer)).value,
    lengthWithoutTrailer,
    addresses: new ByteReader(concat(addressBytes(endpoints.source), destination)),
  };
  const value = computeChecksum(message, context, fields.checksum ?? null);
  if (value === undefined) throw new RangeError(`this message has no checksum variant ${fields.checksum}`);
  return value;
}

/** Whether the address at `offset` is a group: 224.0.0.0/4 (RFC 1112 section 4) or ff00::/8 (RFC 4291 section 2.7). */
export function isMulticast(reader: ByteReader, offset: number, family: Family): boolean {
  const first = reader.u8(offset) ?? 0;
  return family === 'ipv4' ? first >> 4 === 14 : first === 0xff;
}
