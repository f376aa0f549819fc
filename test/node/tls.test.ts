import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTlsContent } from '../../src/node/tls.ts';

let folder: string;
const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const read = (name: string, role: 'certificate' | 'key') => readTlsContent(readFileSync(join(folder, name)), role);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ha-doctor-tls-'));
  for (const [name, algorithm] of [
    ['rsa', 'rsa:2048'],
    ['ec', 'ec'],
  ] as const) {
    const curve = algorithm === 'ec' ? ['-pkeyopt', 'ec_paramgen_curve:prime256v1'] : [];
    openssl(
      'req',
      '-x509',
      '-newkey',
      algorithm,
      ...curve,
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-days',
      '30',
      '-subj',
      `/CN=${name}.example.com`,
      '-addext',
      `subjectAltName=DNS:${name}.example.com,DNS:www.example.com,IP:10.0.0.1`,
    );
  }
  openssl('pkey', '-in', 'rsa.key', '-aes256', '-passout', 'pass:secret', '-out', 'encrypted.key');
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(['rsa', 'ec'])('%s: what openssl says of it', (name) => {
  const { certificate, problem } = read(`${name}.pem`, 'certificate');
  expect(problem).toBeNull();
  expect(openssl('x509', '-noout', '-fingerprint', '-sha256', '-in', `${name}.pem`)).toContain(
    certificate?.fingerprint,
  );
  expect(certificate?.names).toEqual([`${name}.example.com`, 'www.example.com', '10.0.0.1']);
  const end = openssl('x509', '-noout', '-enddate', '-in', `${name}.pem`).trim().replace('notAfter=', '');
  expect(certificate?.notAfter).toBe(Date.parse(end) / 1000);
  // As a node without us computes it.
  const hash = execFileSync('sh', ['-c', `openssl pkey -pubout -outform DER -in ${name}.key | sha256sum`], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(read(`${name}.key`, 'key').publicKey).toBe(hash.split(' ')[0]);
  expect(certificate?.publicKey).toBe(hash.split(' ')[0]);
});

test('nothing of a key is kept but hashes', () => {
  const key = readFileSync(join(folder, 'rsa.key'), 'utf8').split('\n');
  const told = JSON.stringify(read('rsa.key', 'key'));
  expect(key.filter((line) => line.length > 40).some((line) => told.includes(line))).toBe(false);
});

test('files that are not what they should be', () => {
  expect(read('rsa.key', 'certificate').problem).toBe('it holds a private key and no certificate');
  expect(read('rsa.pem', 'key').problem).toBe('it holds a certificate and no private key');
  expect(read('encrypted.key', 'key')).toMatchObject({ publicKey: null, problem: null });
  const junk = new Uint8Array(100_000).map((_, i) => (i * 31) % 256);
  expect(readTlsContent(junk, 'certificate').problem).toBe('it holds no certificate');
  const broken = Buffer.from('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  expect(readTlsContent(broken, 'certificate').problem).toBe('it holds no certificate');
  const endless = Buffer.from('-----BEGIN CERTIFICATE-----\n'.repeat(50_000));
  expect(readTlsContent(endless, 'certificate').certificate).toBeNull();
});
