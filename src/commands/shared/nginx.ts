import { tlsFaults } from '../../compare/nginx/material.ts';
import { compareNginxNodes } from '../../compare/nginx/nodes.ts';
import type { OwnValues } from '../../compare/nginx/own.ts';
import type { SourceError } from '../../model/finding.ts';
import type {
  NginxBinding,
  NginxBuild,
  NginxConfig,
  NginxFileFacts,
  NginxLoading,
  NginxNode,
  NginxReference,
} from '../../model/nginx.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { isNginxDump, loadNginxDump } from '../../nginx/config/dump.ts';
import { gatherNginx } from '../../nginx/config/gather.ts';
import { readNginxBuild, readNginxTest } from '../../nginx/facts/build.ts';
import { oldestWorker, readFileStats, readNonlocalBind, readTlsJson } from '../../nginx/facts/evidence.ts';
import { listensOf } from '../../nginx/facts/listens.ts';
import { type NginxSync, parseNginxSync } from '../../nginx/sync.ts';
import { referencesOf } from '../../nginx/tls/references.ts';
import type { OutputName } from '../../node/evidence.ts';
import type { FileFacts, NodePort } from '../../node/port.ts';
import type { ShellNode } from '../../node/shell-node.ts';
import { readTlsContent, sha256Of } from '../../node/tls.ts';
import { warn } from './output.ts';

/** A file that a configuration refers to is read up to here. */
const largestFileBytes = 16 * 1024 * 1024;

/** Where a node's nginx is read from. */
export interface NginxInput {
  readonly port: NodePort;
  /** The node itself where it is another host: what keys hold is told there, and no key leaves it. */
  readonly remote: ShellNode | null;
  /** nginx.conf, or a file with what `nginx -T` printed, as the port knows it. */
  readonly path: string;
  /** A bare file: there is nothing of the node beside it. */
  readonly isFile: boolean;
  /** Whether what is not there is not on the node either, and times and modes are the node's. */
  readonly isLive: boolean;
  /** What is known of the node from elsewhere: its keepalived.conf and `ip addr`. */
  readonly names: readonly string[];
  readonly addresses: readonly string[] | null;
  readonly vips: readonly string[];
}

/** What one node says of its nginx. */
export interface NginxEvidence {
  readonly nginx: NginxNode;
  readonly own: OwnValues;
  readonly sync: NginxSync | null;
  readonly build: NginxBuild | null;
  readonly binding: NginxBinding | null;
  readonly loading: NginxLoading | null;
  readonly errors: readonly SourceError[];
}

/** Reads a node's nginx: its configuration, what it refers to, and what commands said. null: there is none. */
export async function readNginx(input: NginxInput, nowSeconds: number): Promise<NginxEvidence | null> {
  const { port } = input;
  const config = await readConfig(input);
  if (config === null) return null;
  const output = async (name: OutputName) => (input.isFile ? null : textOf((await port.output(name)).bytes));
  const file = async (path: string) => (input.isFile ? null : textOf((await port.readFile(path)).bytes));
  const stats = input.isLive ? null : readFileStats((await file('/commands/stat.json')) ?? '');
  const tls = readTlsJson((await file('/commands/tls.json')) ?? '');
  const references = referencesOf(config);
  const referred = [...new Map(references.map((reference) => [reference.path, reference])).values()];
  const made = new Map(
    ((await input.remote?.facts(referred.map(({ path }) => path))) ?? []).map((fact) => [fact.path, fact]),
  );
  const files = await Promise.all(
    referred.map(
      (reference) =>
        tls.get(reference.path) ??
        (input.remote === null
          ? readFacts(reference, input, stats)
          : askFacts(reference, input.remote, made.get(reference.path))),
    ),
  );
  const [test, build, sysctl, processes, sync, date] = [
    await output('nginx-t.txt'),
    await output('nginx-V.txt'),
    await output('sysctl.txt'),
    await output('ps.json'),
    await file('/etc/nginx-sync.conf'),
    input.isLive ? null : await output('date.txt'),
  ];
  const worker = processes === null ? null : oldestWorker(processes);
  const times = worker === null ? [] : await modificationTimes(config, input, stats);
  const { addresses, vips } = input;
  const bind = sysctl === null ? null : readNonlocalBind(sysctl);
  return {
    nginx: {
      node: port.name,
      config,
      test: test === null ? null : readNginxTest(test),
      references,
      files,
      atSeconds: Number.parseFloat(date ?? '') || nowSeconds,
    },
    own: {
      names: input.names,
      addresses: (addresses ?? []).filter((address) => !vips.includes(address) && !isLoopback(address)),
    },
    sync: sync === null ? null : parseNginxSync(sync),
    build: build === null ? null : readNginxBuild(port.name, build),
    binding:
      bind === null ? null : { node: port.name, listens: listensOf(config), nonlocalBind: bind, addresses, vips },
    loading: worker === null || times.length === 0 ? null : { node: port.name, oldestWorker: worker, files: times },
    errors: config.errors
      .filter(({ kind }) => kind === 'unreadable')
      .map(({ message }) => ({ source: port.name, message })),
  };
}

/** The parts of a snapshot that one node's nginx fills, or two. `ignorePaths` as `--ignore-path`. */
export function nginxSnapshot(
  nodes: readonly NginxEvidence[],
  ignorePaths: readonly string[],
): Pick<Snapshot, 'nginx' | 'nginxDrift' | 'tlsFaults' | 'nginxBuilds' | 'nginxBindings' | 'nginxLoadings'> {
  const [a, b] = nodes;
  const builds = nodes.flatMap(({ build }) => build ?? []);
  const bindings = nodes.flatMap(({ binding }) => binding ?? []);
  const loadings = nodes.flatMap(({ loading }) => loading ?? []);
  const isTlsKnown = nodes.some(({ nginx }) => nginx.files.some(({ exists }) => exists !== null));
  const nginx = nodes.map((node) => node.nginx);
  return {
    nginx: nodes.length === 0 ? null : nginx,
    nginxDrift: a === undefined || b === undefined ? null : compareNginxNodes(a, b, ignorePaths),
    tlsFaults: isTlsKnown || nginx.every(({ references }) => references.length === 0) ? tlsFaults(nginx) : null,
    nginxBuilds: builds.length < 2 ? null : builds,
    nginxBindings: bindings.length === 0 ? null : bindings,
    nginxLoadings: loadings.length === 0 ? null : loadings,
  };
}

/** The configuration: of the file (what it includes may not lie beside it), or of what `nginx -T` printed, in the file itself or as evidence. */
async function readConfig({ port, path, isFile }: NginxInput): Promise<NginxConfig | null> {
  const { bytes, ...refused } = await port.readFile(path);
  const text = textOf(bytes);
  if (text !== null && isNginxDump(text)) return loadNginxDump(text);
  if (text === null && !isFile) {
    const dump = textOf((await port.output('nginx-T.txt')).bytes);
    if (dump !== null && isNginxDump(dump)) return loadNginxDump(dump);
    if ('refusal' in refused && refused.refusal === 'missing') return null;
  }
  const config = await gatherNginx(path, port);
  if (!isFile) return config;
  const absent = config.errors.filter(({ kind }) => kind === 'include');
  const more = absent.length > 1 ? `, and ${absent.length - 1} more` : '';
  if (absent[0] !== undefined)
    warn(
      `${port.name}: compared without what it includes: ${absent[0].message}${more}; a directory, or nginx -T, has all`,
    );
  return { ...config, errors: config.errors.filter(({ kind }) => kind !== 'include') };
}

async function readFacts(
  { path, role }: NginxReference,
  { port, isFile, isLive }: NginxInput,
  stats: ReturnType<typeof readFileStats> | null,
): Promise<NginxFileFacts> {
  const unknown = { path, exists: null, sha256: null, certificate: null, publicKey: null, problem: null };
  const known = stats?.get(path);
  if (isFile) return unknown;
  const { bytes, ...refused } = await port.readFile(path, largestFileBytes);
  if (bytes !== null) {
    if (role === 'certificate' || role === 'key') return { ...unknown, exists: true, ...readTlsContent(bytes, role) };
    return { ...unknown, exists: true, sha256: sha256Of(bytes) };
  }
  if (known !== undefined) return { ...unknown, exists: known.exists, sha256: known.sha256 };
  if (!('refusal' in refused) || refused.refusal !== 'missing') return unknown;
  // Of a copied directory what lies in no folder of it was not copied; a bundle holds no keys.
  const folder = await port.list(path.slice(0, path.lastIndexOf('/')) || '/');
  const isBundle = (await port.readFile('/manifest.json')).bytes !== null;
  return isLive || (folder.length > 0 && !isBundle) ? { ...unknown, exists: false } : unknown;
}

/** The same of another host: hashes are made there, and openssl tells there what a certificate or key holds. */
async function askFacts(
  { path, role }: NginxReference,
  remote: ShellNode,
  fact: FileFacts | undefined,
): Promise<NginxFileFacts> {
  const unknown = { path, exists: null, sha256: null, certificate: null, publicKey: null, problem: null };
  if (fact === undefined) {
    const { refusal } = await remote.readFile(path, 0);
    return refusal === 'missing' ? { ...unknown, exists: false } : unknown;
  }
  const there = { ...unknown, exists: true, sha256: fact.sha256 };
  if (fact.sha256 === null || (role !== 'certificate' && role !== 'key')) return there;
  return { ...there, ...(await remote.tls(path, role, fact.sha256)) };
}

async function modificationTimes(
  { files }: NginxConfig,
  { port, isLive }: NginxInput,
  stats: ReturnType<typeof readFileStats> | null,
): Promise<NginxLoading['files']> {
  if (!isLive) {
    return files.flatMap(({ path }) => {
      const modifiedSeconds = stats?.get(path)?.modifiedSeconds ?? null;
      return modifiedSeconds === null ? [] : [{ path, modifiedSeconds }];
    });
  }
  const folders = new Set(files.map(({ path }) => path.slice(0, path.lastIndexOf('/')) || '/'));
  const entries = (await Promise.all([...folders].map((folder) => port.list(folder)))).flat();
  const times = new Map(entries.map((entry) => [entry.path, entry.modifiedSeconds]));
  return files.flatMap(({ path }) => {
    const modifiedSeconds = times.get(path);
    return modifiedSeconds === undefined ? [] : [{ path, modifiedSeconds }];
  });
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : new TextDecoder().decode(bytes);
}
