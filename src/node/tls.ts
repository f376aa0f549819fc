import { createHash, createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';

/** What a file holds, by path, as `commands/tls.json` has it; of a private key no more than the hash of its public half. */
export interface TlsContent {
  readonly sha256: string;
  readonly certificate: {
    readonly fingerprint: string;
    readonly names: readonly string[];
    readonly issuer: string;
    readonly notBefore: number;
    readonly notAfter: number;
    readonly publicKey: string;
  } | null;
  readonly publicKey: string | null;
  /** Why it cannot be what it is there for. */
  readonly problem: string | null;
}

/** Looks into a file that is to hold a certificate (the first of a chain counts) or a private key, as PEM. Never throws. */
export function readTlsContent(bytes: Uint8Array, role: 'certificate' | 'key'): TlsContent {
  const text = Buffer.from(bytes).toString('latin1');
  return contentOf(createHash('sha256').update(bytes).digest('hex'), certificateIn(text), keyIn(text), role);
}

/** The same of what openssl told of a file on the node: its certificate and the public half of its key as PEM, each '' for none. */
export function tlsContent(
  told: {
    readonly sha256: string;
    readonly certificate: string;
    readonly publicKey: string;
    readonly isEncrypted: boolean;
  },
  role: 'certificate' | 'key',
): TlsContent {
  const publicKey = publicKeyIn(told.publicKey);
  const isEncrypted = publicKey === null && told.isEncrypted;
  return contentOf(told.sha256, certificateIn(told.certificate), { publicKey, isEncrypted }, role);
}

function contentOf(
  sha256: string,
  certificate: TlsContent['certificate'],
  { publicKey, isEncrypted }: ReturnType<typeof keyIn>,
  role: 'certificate' | 'key',
): TlsContent {
  const found = publicKey !== null || isEncrypted ? 'a private key' : certificate !== null ? 'a certificate' : null;
  const isThere = role === 'certificate' ? certificate !== null : publicKey !== null || isEncrypted;
  const wanted = role === 'certificate' ? 'certificate' : 'private key';
  return {
    sha256,
    certificate,
    publicKey,
    problem: isThere ? null : found === null ? `it holds no ${wanted}` : `it holds ${found} and no ${wanted}`,
  };
}

function certificateIn(text: string): TlsContent['certificate'] {
  const pem = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END/.exec(text)?.[0];
  if (pem === undefined) return null;
  try {
    const certificate = new X509Certificate(
      `${pem.replace(/(TRUSTED|X509) CERTIFICATE/, 'CERTIFICATE')} CERTIFICATE-----\n`,
    );
    const names = (certificate.subjectAltName ?? '').match(/(?<=DNS:|IP Address:)[^,\s"]+/g) ?? [];
    const commonName = /^CN=(.+)$/m.exec(certificate.subject)?.[1];
    return {
      fingerprint: certificate.fingerprint256,
      names: names.length > 0 || commonName === undefined ? names : [commonName],
      issuer: certificate.issuer.split('\n').join(', '),
      notBefore: Date.parse(certificate.validFrom) / 1000,
      notAfter: Date.parse(certificate.validTo) / 1000,
      publicKey: hashOf(certificate.publicKey),
    };
  } catch {
    return null;
  }
}

/** The hash of a private key's public half; the key itself goes no further than this function. */
function keyIn(text: string): { readonly publicKey: string | null; readonly isEncrypted: boolean } {
  const pem = /-----BEGIN (?:\w+ )*PRIVATE KEY-----[\s\S]*?-----END (?:\w+ )*PRIVATE KEY-----/.exec(text)?.[0];
  if (pem === undefined) return { publicKey: null, isEncrypted: false };
  try {
    return { publicKey: hashOf(createPublicKey(createPrivateKey(pem))), isEncrypted: false };
  } catch {
    // With a passphrase (ssl_password_file) it says nothing of itself.
    return { publicKey: null, isEncrypted: /ENCRYPTED/.test(pem) };
  }
}

function publicKeyIn(pem: string): string | null {
  try {
    return pem === '' ? null : hashOf(createPublicKey(pem));
  } catch {
    return null;
  }
}

function hashOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** SHA-256 of a file, in hexadecimal digits. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
