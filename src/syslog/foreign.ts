interface Foreign {
  readonly what: string;
  readonly hint: string | null;
}

/** Files that people take for logs, by their first bytes (one character a byte). */
const signatures: readonly (readonly [bytes: string, what: string, hint: string | null])[] = [
  ['LPKSHHRH', 'a file of the journal', 'journalctl --file FILE -o json | ha-doctor logs -'],
  ['\x7fELF', 'a program', null],
  ['BZh', 'compressed with bzip2', 'unpack it first: bzip2 -d'],
  ['\x04\x22\x4d\x18', 'compressed with lz4', 'unpack it first: lz4 -d'],
  ['PK\x03\x04', 'a zip archive', 'unpack it first: unzip'],
  ['7z\xbc\xaf\x27\x1c', 'a 7z archive', 'unpack it first: 7z x'],
  ['\xd4\xc3\xb2\xa1', 'a capture', 'ha-doctor sniff -r FILE'],
  ['\x4d\x3c\xb2\xa1', 'a capture', 'ha-doctor sniff -r FILE'],
  ['\x0a\x0d\x0d\x0a', 'a capture', 'ha-doctor sniff -r FILE'],
];

const sampleLength = 4096;
/** A tenth of control characters is more than any log has, colours included. */
const mostControls = 0.1;

/** What a file is that is no log, by its beginning; null where it may be one. Zeros say nothing: crashes leave them in logs. */
export function foreignToLogs(bytes: Uint8Array): Foreign | null {
  const start = String.fromCharCode(...bytes.subarray(0, 16));
  const known = signatures.find(([signature]) => start.startsWith(signature));
  if (known !== undefined) return { what: known[1], hint: known[2] };
  const sample = bytes.subarray(0, sampleLength);
  let zeros = 0;
  let controls = 0;
  for (const byte of sample) {
    if (byte === 0) zeros += 1;
    else if (byte < 0x09 || (byte > 0x0d && byte < 0x20)) controls += 1;
  }
  return controls > (sample.length - zeros) * mostControls ? { what: 'no text', hint: null } : null;
}
