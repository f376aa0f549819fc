import { CaptureError } from './source.ts';

interface Signature {
  readonly at?: number;
  readonly bytes: string;
  readonly what: string;
  readonly hint: string;
}

const convert = 'convert it first: editcap -F pcap FILE out.pcap';
const unpack = (program: string): string => `unpack it first: ${program}`;

/** File types that people take for captures, or that hold them, by their first bytes (one character a byte). */
const signatures: readonly Signature[] = [
  { bytes: '\x1f\x8b', what: 'compressed with gzip twice', hint: unpack('gunzip') },
  { bytes: '\x28\xb5\x2f\xfd', what: 'compressed with zstd', hint: unpack('zstd -d') },
  { bytes: '\xfd7zXZ\0', what: 'compressed with xz', hint: unpack('xz -d') },
  { bytes: 'BZh', what: 'compressed with bzip2', hint: unpack('bzip2 -d') },
  { bytes: '\x04\x22\x4d\x18', what: 'compressed with lz4', hint: unpack('lz4 -d') },
  { bytes: 'PK\x03\x04', what: 'a zip archive', hint: unpack('unzip') },
  { bytes: '7z\xbc\xaf\x27\x1c', what: 'a 7z archive', hint: unpack('7z x') },
  { at: 257, bytes: 'ustar', what: 'a tar archive', hint: unpack('tar -xf') },
  { bytes: 'snoop\0\0\0', what: 'a snoop capture', hint: convert },
  { bytes: 'RTSS', what: 'a Network Monitor capture', hint: convert },
  { bytes: 'GMBU', what: 'a Network Monitor capture', hint: convert },
  { bytes: 'TRSNIFF data', what: 'a Sniffer capture', hint: convert },
  { bytes: 'XCP\0', what: 'a NetXray capture', hint: convert },
  { bytes: 'iptrace ', what: 'an iptrace capture', hint: convert },
  { bytes: '\x7fVER', what: 'an Observer capture', hint: convert },
];

const howToCapture = 'ha-doctor reads pcap and pcapng: tcpdump -w FILE, dumpcap, Wireshark';

/** Says what a file is that is no capture, by its first bytes (at least one). */
export function foreignFormat(name: string, bytes: Uint8Array): CaptureError {
  const start = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  const known = signatures.find(({ at = 0, bytes: signature }) => start.startsWith(signature, at));
  if (known !== undefined) return new CaptureError(`${name} is ${known.what}`, { hint: known.hint });
  if (/^\d\d:\d\d:\d\d\.\d+ |^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ /.test(start)) {
    const hint = 'let tcpdump write packets instead: tcpdump -w FILE';
    return new CaptureError(`${name} is what tcpdump prints, not a capture`, { hint });
  }
  const isText = !/[^\t\n\v\f\r\x20-\x7e\x80-\xff]/.test(start);
  return new CaptureError(`${name} is not a capture, but ${isText ? 'text' : 'some other binary file'}`, {
    hint: howToCapture,
  });
}
