import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nginxSnapshot, readNginx } from '../../src/commands/shared/nginx.ts';
import { emptySnapshot, type Snapshot } from '../../src/model/snapshot.ts';
import { openDirectory } from '../../src/node/directory.ts';

/** The files of one node or two, by their paths on the node: `/etc/nginx/nginx.conf`, `/commands/nginx-V.txt`. */
export interface NginxFixture {
  readonly lb1Files: Readonly<Record<string, string>>;
  readonly lb2Files?: Readonly<Record<string, string>>;
  readonly ignorePaths?: readonly string[];
}

/** The moment at which fixtures are read: 2026-11-20T12:00:00Z. */
const nowSeconds = 1_795_176_000;

const facts = {
  lb1: { names: ['lb1'], addresses: ['10.77.0.1', '10.77.0.100'], vips: ['10.77.0.100'] },
  lb2: { names: ['lb2'], addresses: ['10.77.0.2'], vips: ['10.77.0.100'] },
} as const;

/** What rules see of them, read as a directory of evidence is read. */
export async function snapshotOfNginx({ lb1Files, lb2Files, ignorePaths = [] }: NginxFixture): Promise<Snapshot> {
  const folder = mkdtempSync(join(tmpdir(), 'ha-doctor-rules-'));
  try {
    const nodes = [
      { name: 'lb1', files: lb1Files } as const,
      ...(lb2Files === undefined ? [] : [{ name: 'lb2', files: lb2Files } as const]),
    ];
    const evidence = await Promise.all(
      nodes.map(({ name, files }) => {
        for (const [path, text] of Object.entries(files)) {
          mkdirSync(join(folder, name, dirname(path)), { recursive: true });
          writeFileSync(join(folder, name, path), text);
        }
        const port = openDirectory(join(folder, name), name);
        return readNginx(
          { port, remote: null, path: '/etc/nginx/nginx.conf', isFile: false, isLive: false, ...facts[name] },
          nowSeconds,
        );
      }),
    );
    return {
      ...emptySnapshot,
      ...nginxSnapshot(
        evidence.filter((node) => node !== null),
        ignorePaths,
      ),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
