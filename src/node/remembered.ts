import type { FileEntry, NodePort, Reading } from './port.ts';

/** A node of which every file, folder and output, but no log, is read once: who reads ahead makes one round trip of many. */
export function remembered(port: NodePort): NodePort {
  const files = new Map<string, { readonly limit: number; readonly reading: Promise<Reading> }>();
  const folders = new Map<string, Promise<readonly FileEntry[]>>();
  const outputs = new Map<string, Promise<Reading>>();
  return {
    name: port.name,
    readFile: async (path, limit) => {
      const known = files.get(path);
      if (known !== undefined && (limit === undefined || limit <= known.limit || (await known.reading).bytes !== null))
        return known.reading;
      const reading = port.readFile(path, limit);
      files.set(path, { limit: limit ?? Number.POSITIVE_INFINITY, reading });
      return reading;
    },
    list: (folder) => folders.get(folder) ?? kept(folders, folder, port.list(folder)),
    output: (name) => outputs.get(name) ?? kept(outputs, name, port.output(name)),
    logs: (reach) => port.logs(reach),
    close: () => port.close(),
  };
}

function kept<T>(answers: Map<string, T>, key: string, answer: T): T {
  answers.set(key, answer);
  return answer;
}
