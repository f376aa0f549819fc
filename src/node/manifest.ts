import type { NodePort, Reading, Refusal } from './port.ts';

const manifestPath = '/manifest.json';
const refusals: readonly string[] = ['missing', 'denied', 'not-a-file', 'too-large', 'failed', 'unreachable'];

/** What a node did not give when its evidence was collected; `name` is a path, or an output's under `commands/`. */
interface Refused {
  readonly name: string;
  readonly refusal: Refusal;
  readonly reason: string;
}

/** Evidence with a manifest gives the reasons that the node gave; a port without one is as it was. */
export async function withManifest(port: NodePort): Promise<NodePort> {
  const { bytes } = await port.readFile(manifestPath);
  const refused = bytes === null ? [] : refusedIn(new TextDecoder().decode(bytes));
  const byName = new Map(refused.map((entry) => [entry.name, entry]));
  const asThen = (name: string, reading: Reading): Reading => {
    const then = reading.refusal === 'missing' ? byName.get(name) : undefined;
    return then === undefined ? reading : { bytes: null, refusal: then.refusal, reason: then.reason };
  };
  return {
    ...port,
    readFile: async (path, limit) => asThen(path, await port.readFile(path, limit)),
    output: async (name) => asThen(name, await port.output(name)),
  };
}

/** Entries of another shape are left out. */
function refusedIn(text: string): readonly Refused[] {
  const entries = listIn(text);
  return entries.flatMap((entry) => {
    const { name, refusal, reason } = entry as Partial<Record<string, unknown>>;
    const isKnown = typeof refusal === 'string' && refusals.includes(refusal);
    return isKnown && typeof name === 'string' && typeof reason === 'string'
      ? [{ name, refusal: refusal as Refusal, reason }]
      : [];
  });
}

function listIn(text: string): readonly object[] {
  try {
    const { refused } = JSON.parse(text) as { readonly refused?: unknown };
    return Array.isArray(refused) ? refused.filter((entry) => typeof entry === 'object' && entry !== null) : [];
  } catch {
    return [];
  }
}
