const blockLength = 512;
const zeros = new Uint8Array(2 * blockLength);

/** What goes into an archive: a regular file, or a folder, whose name ends with `/`. */
export interface TarInput {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
  /** Whole seconds since the epoch. */
  readonly modifiedSeconds: number;
}

/** What ends an archive. */
export const tarEnd: Uint8Array = zeros;

/** An entry of a tar archive (ustar; pax(1) where the name is longer than its field, or not ASCII). Owned by root, so that it says nothing of who made it. */
export function tarEntry({ name, bytes, mode, modifiedSeconds }: TarInput): Uint8Array {
  const parts: Uint8Array[] = [];
  const type = name.endsWith('/') ? '5' : '0';
  if (!/^[\x20-\x7e]{1,100}$/.test(name)) {
    const record = paxRecord('path', name);
    parts.push(header('pax', record.length, 0o644, modifiedSeconds, 'x'), padded(record));
  }
  const short = Buffer.from(name, 'latin1')
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '_')
    .slice(-100);
  parts.push(header(short, bytes.length, mode, modifiedSeconds, type), padded(bytes));
  return Buffer.concat(parts);
}

function header(name: string, size: number, mode: number, modifiedSeconds: number, type: string): Uint8Array {
  const block = Buffer.alloc(blockLength);
  const octal = (value: number, at: number, length: number) =>
    block.write(
      Math.max(0, Math.floor(value))
        .toString(8)
        .padStart(length - 1, '0'),
      at,
      'latin1',
    );
  block.write(name, 0, 'latin1');
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(modifiedSeconds, 136, 12);
  block.write(`        ${type}`, 148, 'latin1');
  block.write('ustar\x0000root', 257, 'latin1');
  block.write('root', 297, 'latin1');
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
    'latin1',
  );
  return block;
}

/** `27 path=var/log/messages\n`: the length counts itself. */
function paxRecord(key: string, value: string): Uint8Array {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (length !== rest + String(length).length) length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

function padded(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, zeros.subarray(0, -bytes.length & (blockLength - 1))]);
}
