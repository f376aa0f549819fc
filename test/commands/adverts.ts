import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { etherType } from '../../src/packet/ether-type.ts';
import { encodeEthernet } from '../../src/packet/ethernet.ts';
import { ipProtocol } from '../../src/packet/ip-protocol.ts';
import { encodeIpv4 } from '../../src/packet/ipv4.ts';
import { encodeVrrp } from '../../src/packet/vrrp.ts';
import { pcapFile } from '../capture/builders.ts';
import { root } from './built.ts';

/** An advert of VRRPv2 with a password, as a frame. `auth` has a byte a character. */
export function advertFrame({ source = '10.77.0.1', auth = '', vrid = 51, prio = 100 } = {}): Uint8Array {
  const endpoints = { source, destination: '224.0.0.18' };
  const fields = { version: 2, vrid, prio, intvl: 1, addrs: ['10.77.0.100'], authType: 1, auth };
  const packet = encodeIpv4({ ...endpoints, protocol: ipProtocol.vrrp }, encodeVrrp(fields, endpoints));
  return encodeEthernet(
    { destination: '01:00:5e:00:00:12', source: '52:54:00:00:00:01', etherType: etherType.ipv4 },
    packet,
  );
}

/** A capture of frames a second apart. */
export function captureOf(frames: readonly Uint8Array[]): Buffer {
  return pcapFile(frames.map((bytes, i) => ({ bytes, seconds: 1_780_000_000 + i })));
}

export function captureBytes(name: string): Buffer {
  return readFileSync(join(root, 'captures', name));
}

/** Where the packets of a pcap file end, byte offsets, the first being that of the file header. */
export function packetEnds(pcap: Buffer): number[] {
  const ends = [24];
  for (let at = 24; at < pcap.length; at = ends.at(-1) ?? pcap.length) ends.push(at + 16 + pcap.readUInt32LE(at + 8));
  return ends;
}

/** A capture as large as one wishes: its packets, again and again. */
export function repeated(pcap: Buffer, times: number): Buffer {
  return Buffer.concat([pcap.subarray(0, 24), ...new Array(times).fill(pcap.subarray(24))]);
}
