import type { ChecksumVariant, ChecksumVerdict, Family, Trailer } from '../model/packet.ts';
import type { ByteReader } from './byte-reader.ts';
import { checksumOf, folded, sumOfWords } from './checksum.ts';
import { ipProtocol } from './ip-protocol.ts';

/** Sums of 224.0.0.18 and ff02::12, the groups that VRRP is sent to (RFC 9568 sections 5.1.1.2 and 5.1.2.2). */
const groupSum = { ipv4: 0xe000 + 0x0012, ipv6: 0xff02 + 0x0012 } as const;

/** What a checksum covers besides the message. `group`: the pseudo-header names the group although the packet is unicast. */
interface Coverage {
  readonly pseudoHeader: 'none' | 'packet' | 'group';
  readonly trailer: boolean;
}

interface Rule extends Coverage {
  readonly variant: ChecksumVariant | null;
}

export interface ChecksumContext {
  readonly version: number;
  readonly family: Family;
  readonly multicast: boolean;
  readonly trailer: Trailer | null;
  /** Bytes of the message without its trailer. */
  readonly lengthWithoutTrailer: number;
  /** Source and destination address, as the IP header has them. */
  readonly addresses: ByteReader;
}

export interface VerifiedChecksum {
  readonly checksum: ChecksumVerdict;
  readonly checksumVariant: ChecksumVariant | null;
  readonly checksumExpected: number;
}

/**
 * The rule that every receiver we know applies.
 *
 * - VRRPv2: the message alone (RFC 3768 section 5.3.8).
 * - VRRPv3: the message and a pseudo-header. For IPv6 nobody doubts it. For IPv4 that is how keepalived (all versions,
 *   unless told `v3_checksum_as_v2`), tcpdump and Wireshark read RFC 5798 section 5.2.8; Cisco and others leave it out,
 *   and RFC 9568 section 5.2.8 sides with them: hence the variant `no-pseudo-header`.
 * - Behind `auth_hmac`: keepalived 2.4 computes the IPv4 checksum when it builds the message, before it appends the
 *   trailer, and checks it so (vrrp.c), for both versions. Over IPv6 the kernel writes and checks it for the raw socket
 *   (IPV6_CHECKSUM), over all that is sent, the trailer included. Both hold for the wire images in the appendix of
 *   draft-cassen-vrrp-auth-hmac.
 * - Behind a trailer that we do not know: all of it, since the RFCs say the entire VRRP message.
 */
function standardCoverage(context: ChecksumContext): Coverage {
  const pseudoHeader = context.version === 3 ? 'packet' : 'none';
  return { pseudoHeader, trailer: context.trailer?.kind !== 'hmac' || context.family === 'ipv6' };
}

/** The other rules in the order in which they are tried. Where two of them meet, the pseudo-header names the variant. */
function otherRules(context: ChecksumContext): readonly Rule[] {
  const standard = standardCoverage(context);
  const coverages = [standard];
  if (context.trailer !== null && standard.trailer) coverages.push({ ...standard, trailer: false });
  return coverages.flatMap((coverage, index): Rule[] => {
    const rules: Rule[] = [];
    if (index > 0) rules.push({ ...coverage, variant: 'without-trailer' });
    if (context.version === 3) {
      rules.push({ ...coverage, pseudoHeader: 'none', variant: 'no-pseudo-header' });
      if (!context.multicast) rules.push({ ...coverage, pseudoHeader: 'group', variant: 'multicast-pseudo-header' });
    } else if (context.family === 'ipv6') {
      // VRRPv2 over IPv6 is in no RFC, but keepalived 1.2 sent it, with the kernel's checksum for IPv6.
      rules.push({ ...coverage, pseudoHeader: 'packet', variant: index > 0 ? 'without-trailer' : null });
    }
    return rules;
  });
}

/** The sum over what a rule covers, the checksum field (bytes 6 and 7) taken as zero. */
function sumUnder(coverage: Coverage, message: ByteReader, context: ChecksumContext): number {
  const length = coverage.trailer ? message.wireLength : context.lengthWithoutTrailer;
  const sum = sumOfWords(message, 0, length) - (message.u16(6) ?? 0);
  if (coverage.pseudoHeader === 'none') return sum;
  const addressLength = context.family === 'ipv4' ? 4 : 16;
  const source = sumOfWords(context.addresses, 0, addressLength);
  const destination =
    coverage.pseudoHeader === 'group'
      ? groupSum[context.family]
      : sumOfWords(context.addresses, addressLength, addressLength);
  // RFC 8200 section 8.1, and RFC 9293 section 3.1 for IPv4: addresses, length and protocol number.
  return sum + source + destination + length + ipProtocol.vrrp;
}

/** Whether the checksum of a message that is all there is right, under which rule, and what the standard rule gives. */
export function verifyChecksum(message: ByteReader, context: ChecksumContext): VerifiedChecksum {
  const field = message.u16(6) ?? 0;
  const standardSum = sumUnder(standardCoverage(context), message, context);
  const checksumExpected = checksumOf(standardSum);
  if (folded(standardSum + field) === 0xffff) return { checksum: 'good', checksumVariant: null, checksumExpected };
  const rule = otherRules(context).find((other) => folded(sumUnder(other, message, context) + field) === 0xffff);
  if (rule === undefined) return { checksum: 'bad', checksumVariant: null, checksumExpected };
  return { checksum: 'good', checksumVariant: rule.variant, checksumExpected };
}

/** The checksum field under the standard rule (null) or a variant; undefined where the variant does not exist for the message. */
export function computeChecksum(
  message: ByteReader,
  context: ChecksumContext,
  variant: ChecksumVariant | null,
): number | undefined {
  const rule =
    variant === null ? standardCoverage(context) : otherRules(context).find((other) => other.variant === variant);
  return rule === undefined ? undefined : checksumOf(sumUnder(rule, message, context));
}
