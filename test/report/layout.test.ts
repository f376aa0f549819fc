import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createStyle } from '../../src/report/style.ts';
import { drawTable } from '../../src/report/table.ts';
import { sniffed } from '../fuzz/pipeline.ts';

const folder = fileURLToPath(new URL('../../captures', import.meta.url));
const captures = readdirSync(folder).filter((name) => name.endsWith('.pcap'));
const escapes = /\x1b\[\d+m/g;

describe('sniff on a terminal of', () => {
  test.for([80, 100, 120, 200])('%i columns: no line of any capture is wider', async (columns) => {
    for (const name of captures) {
      const { text } = await sniffed(readFileSync(join(folder, name)), { columns, live: false, pieceLength: 1 << 20 });
      for (const line of text.replace(escapes, '').split('\n')) {
        if (line.length > columns) expect(`${name}: ${line}`).toBe(`at most ${columns} columns`);
      }
    }
  });
});

test('from 76 to 140 columns the longest adverts fit', async () => {
  for (const name of ['auth-mismatch', 'vip-list-mismatch-ipv6', 'encoded-qinq', 'encoded-auth-hmac', 'v2-ah']) {
    const bytes = readFileSync(join(folder, `${name}.pcap`));
    for (let columns = 76; columns <= 140; columns += 4) {
      const { text } = await sniffed(bytes, { columns, live: false, pieceLength: 1 << 20 });
      const longest = Math.max(
        ...text
          .replace(escapes, '')
          .split('\n')
          .map((line) => line.length),
      );
      expect({ name, columns, fits: longest <= columns }).toEqual({ name, columns, fits: true });
    }
  }
});

test('adverts of equal senders stand below each other, field by field', async () => {
  for (const columns of [null, 80, 200]) {
    const { text } = await sniffed(readFileSync(join(folder, 'failover-check-fails.pcap')), {
      columns,
      live: false,
      pieceLength: 1 << 20,
    });
    const lines = text
      .replace(escapes, '')
      .split('\n')
      .filter((line) => line.includes(', prio '));
    expect(lines.length).toBe(24);
    for (const field of ['vrid 51', 'prio ', 'intvl ', 'addrs: ']) {
      expect(new Set(lines.map((line) => line.indexOf(field))).size, `${field} at ${columns}`).toBe(1);
    }
  }
});

test('without UTF-8 every sign is ASCII', () => {
  const style = createStyle({ colour: true, utf8: false, columns: null });
  expect([style.branch, style.mark].join('')).toMatch(/^[\x20-\x7e]+$/);
  const signs = createStyle({ colour: false, utf8: true, columns: null });
  expect(signs.master('text')).toBe('text');
  expect(style.master('text')).toBe('\x1b[32mtext\x1b[39m');
});

describe('drawTable', () => {
  test('columns are as wide as their widest cell, colours left out, and lines have no blanks at their end', () => {
    const red = createStyle({ colour: true, utf8: true, columns: null }).fault;
    const rows = [
      ['sender', 'prio', ''],
      [red('10.77.0.1'), '100', ''],
      ['fe80::2', red('1'), 'x'],
    ];
    expect(drawTable(rows).replace(escapes, '')).toBe('  sender     prio\n  10.77.0.1  100\n  fe80::2    1     x');
  });
});
