import type { Certificate, NginxFileFacts, NginxNode, NginxReference, TlsFault } from '../../model/nginx.ts';

const tlsRoles = new Set(['certificate', 'key', 'tls']);

/** What is wrong with the certificates and keys of one node or two, by what they hold. No key is looked at, only hashes. */
export function tlsFaults(nodes: readonly NginxNode[]): readonly TlsFault[] {
  const own = nodes.flatMap(faultsOfNode);
  const different = new Map(differences(nodes).map((fault) => [fault.path, fault]));
  // That the other node's is another one follows from what is wrong with this one: it is said there.
  const merged = own.map((fault) => besides(fault, different.get(fault.path)));
  const broken = new Set(own.map(({ path }) => path));
  return [...merged, ...[...different.values()].filter(({ path }) => !broken.has(path))];
}

/** A certificate out of its time, with the other node's beside it. */
function besides(fault: TlsFault, different: TlsFault | undefined): TlsFault {
  const isOutOfTime = fault.kind === 'expired' || fault.kind === 'not-yet-valid';
  const [own] = fault.certificates;
  if (!isOutOfTime || different === undefined || own === undefined) return fault;
  const others = different.certificates.filter(({ fingerprint }) => fingerprint !== own.fingerprint);
  const other = different.nodes.find((node) => !fault.nodes.includes(node)) ?? null;
  return { ...fault, certificates: [own, ...others], detail: other };
}

interface Used {
  readonly reference: NginxReference;
  readonly facts: NginxFileFacts;
}

/** The files of a node that TLS needs, each path once, with all its references. */
function usedBy({ references, files }: NginxNode): Map<string, readonly Used[]> {
  const facts = new Map(files.map((fact) => [fact.path, fact]));
  const used = new Map<string, Used[]>();
  for (const reference of references) {
    const fact = facts.get(reference.path);
    if (fact === undefined || !tlsRoles.has(reference.role)) continue;
    const list = used.get(reference.path) ?? [];
    list.push({ reference, facts: fact });
    used.set(reference.path, list);
  }
  return used;
}

function faultsOfNode(nginx: NginxNode): TlsFault[] {
  const { node, files, atSeconds } = nginx;
  const facts = new Map(files.map((fact) => [fact.path, fact]));
  return [...usedBy(nginx).values()].flatMap((uses): TlsFault[] => {
    const [{ reference, facts: fact } = { reference: null, facts: null }] = uses;
    if (reference === null || fact === null) return [];
    const { certificate, exists, problem } = fact;
    const fault = (kind: TlsFault['kind'], detail: string | null = null): TlsFault => ({
      kind,
      path: fact.path,
      nodes: [node],
      references: uses.map((use) => ({ node, reference: use.reference })),
      certificates: certificate === null ? [] : [certificate],
      detail,
    });
    if (exists === false) return [fault('missing')];
    if (problem !== null) return [fault('unusable', problem)];
    if (certificate === null || reference.role !== 'certificate') return [];
    const key = reference.key === null ? null : (facts.get(reference.key)?.publicKey ?? null);
    return [
      ...(certificate.notAfter < atSeconds ? [fault('expired')] : []),
      ...(certificate.notBefore > atSeconds ? [fault('not-yet-valid')] : []),
      ...(key !== null && key !== certificate.publicKey ? [fault('mismatch', reference.key)] : []),
    ];
  });
}

/** Files that both nodes use, and that do not hold the same. */
function differences(nodes: readonly NginxNode[]): TlsFault[] {
  const [a, b] = nodes;
  if (a === undefined || b === undefined) return [];
  const usedB = usedBy(b);
  return [...usedBy(a)].flatMap(([path, uses]): TlsFault[] => {
    const [one, other] = [uses[0], usedB.get(path)?.[0]];
    if (one === undefined || other === undefined) return [];
    const [x, y] = [one.facts, other.facts];
    const certificates = [x.certificate, y.certificate].filter((certificate) => certificate !== null);
    // A key that differs belongs to a certificate that differs, or does not fit its own.
    const kind = one.reference.role === 'key' ? null : difference(x, y, a.atSeconds);
    if (kind === null) return [];
    const references = [
      ...uses.map(({ reference }) => ({ node: a.node, reference })),
      { node: b.node, reference: other.reference },
    ];
    return [{ kind, path, nodes: [a.node, b.node], references, certificates, detail: null }];
  });
}

function difference(a: NginxFileFacts, b: NginxFileFacts, atSeconds: number): 'differs' | 'own' | null {
  if (a.certificate !== null && b.certificate !== null) {
    if (a.certificate.fingerprint === b.certificate.fingerprint) return null;
    return serveAlike(a.certificate, b.certificate, atSeconds) ? 'own' : 'differs';
  }
  return a.sha256 !== null && b.sha256 !== null && a.sha256 !== b.sha256 ? 'differs' : null;
}

/** Whether clients see no difference: the same names from the same issuer, both valid. */
function serveAlike(a: Certificate, b: Certificate, atSeconds: number): boolean {
  const isValid = ({ notBefore, notAfter }: Certificate) => notBefore <= atSeconds && atSeconds <= notAfter;
  const names = (certificate: Certificate) => [...certificate.names].sort().join();
  return a.issuer === b.issuer && names(a) === names(b) && isValid(a) && isValid(b) && a.names.length > 0;
}
