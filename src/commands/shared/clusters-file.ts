import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Cluster } from '../../model/cluster.ts';
import { nearest } from '../../model/nearest.ts';
import { CommandError } from './command-error.ts';

/** A file that names clusters is written by people. */
const largestFile = 1024 * 1024;

/**
 * Reads ha-doctor.yaml. Throws a CommandError with file and line where it is no YAML, or says something that is not
 * understood: a setting that is passed over in silence would be worse.
 */
export function parseClusters(text: string, path: string): readonly Cluster[] {
  if (text.length > largestFile) throw new CommandError(`${path} has more than ${largestFile} characters`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => `${path}:${lines.linePos(offset).line}`;
  const [error] = document.errors;
  if (error !== undefined) throw new CommandError(`${at(error.pos[0])}: ${error.message.split('\n')[0]}`);
  const reader = new Reader(
    (node, message, hint) => new CommandError(`${at(node?.range?.[0] ?? 0)}: ${message}`, hint),
  );
  if (document.contents === null) return [];
  const root = reader.map(document.contents, 'the file', ['clusters']);
  const clusters = root.get('clusters');
  if (clusters === undefined) return [];
  return [...reader.map(clusters, 'clusters', null)].map(([name, node]) => clusterOf(reader, name, node));
}

const clusterKeys = ['nodes', 'interfaces', 'keepalived', 'nginx', 'ignore', 'ignore-path', 'aws'];

function clusterOf(reader: Reader, name: string, node: Node): Cluster {
  if (!/^[\w][\w.-]*$/.test(name))
    throw reader.failure(node, `${name} is no name for a cluster: letters, digits, . _ -`);
  const where = `clusters.${name}`;
  const own = reader.map(node, where, clusterKeys);
  const nodes = own.get('nodes');
  if (nodes === undefined) throw reader.failure(node, `${where} names no nodes`, 'nodes: [lb1, lb2]');
  const aws = own.get('aws');
  const awsOwn =
    aws === undefined ? null : reader.map(aws, `${where}.aws`, ['allocation-id', 'region', 'endpoint-url']);
  const text = (map: ReadonlyMap<string, Node> | null, key: string, of: string) => {
    const value = map?.get(key);
    return value === undefined ? null : reader.text(value, `${of}.${key}`);
  };
  const texts = (key: string) => {
    const value = own.get(key);
    return value === undefined ? null : reader.texts(value, `${where}.${key}`);
  };
  return {
    name,
    nodes: reader.texts(nodes, `${where}.nodes`),
    interfaces: texts('interfaces'),
    keepalivedPath: text(own, 'keepalived', where),
    nginxPath: text(own, 'nginx', where),
    ignore: ignoresOf(reader, own.get('ignore'), `${where}.ignore`),
    ignorePaths: texts('ignore-path') ?? [],
    allocationId: text(awsOwn, 'allocation-id', `${where}.aws`),
    region: text(awsOwn, 'region', `${where}.aws`),
    endpointUrl: text(awsOwn, 'endpoint-url', `${where}.aws`),
  };
}

function ignoresOf(reader: Reader, node: Node | undefined, where: string): Cluster['ignore'] {
  if (node === undefined) return [];
  return reader.list(node, where).map((item) => {
    const own = reader.map(item, where, ['code', 'subject', 'reason']);
    const text = (key: string) => {
      const value = own.get(key);
      return value === undefined ? null : reader.text(value, `${where}.${key}`);
    };
    const [code, reason] = [text('code'), text('reason')];
    if (code === null || !/^HAD\d{3}$/i.test(code))
      throw reader.failure(item, `${where}: expected a code, as in HAD116`);
    if (reason === null || reason.trim() === '')
      throw reader.failure(item, `${where}: ${code} is ignored without a reason`);
    return { code: code.toUpperCase(), subject: text('subject'), reason };
  });
}

/** Takes values of the shape that is expected out of a document, or says where there is another. */
class Reader {
  readonly failure: (node: Node | null, message: string, hint?: string) => CommandError;

  constructor(failure: Reader['failure']) {
    this.failure = failure;
  }

  /** `keys`: those that may stand there; null: any. */
  map(node: Node, what: string, keys: readonly string[] | null): ReadonlyMap<string, Node> {
    if (!isMap(node)) throw this.failure(node, `${what}: expected keys and values`);
    const entries = new Map<string, Node>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (keys !== null && !keys.includes(name)) {
        const guess = nearest(name, keys);
        const hint = guess === null ? `there may stand: ${keys.join(', ')}` : `did you mean ${guess}?`;
        throw this.failure(isScalar(key) ? key : node, `${what} has no ${name}`, hint);
      }
      if (value === null) throw this.failure(isScalar(key) ? key : node, `${what}: ${name} is empty`);
      entries.set(name, value as Node);
    }
    return entries;
  }

  list(node: Node, what: string): readonly Node[] {
    if (!isSeq(node)) throw this.failure(node, `${what}: expected a list`);
    return node.items as Node[];
  }

  texts(node: Node, what: string): readonly string[] {
    const texts = this.list(node, what).map((item) => this.text(item, what));
    if (texts.length === 0) throw this.failure(node, `${what} is empty`);
    return texts;
  }

  text(node: Node, what: string): string {
    const value = isScalar(node) ? node.value : null;
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string' || value === '') throw this.failure(node, `${what}: expected a text`);
    return value;
  }
}
