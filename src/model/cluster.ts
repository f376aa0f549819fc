import type { Ignored } from './finding.ts';

/** What the configuration file says of a cluster (docs/configuration-file.md). What it leaves out is null or empty. */
export interface Cluster {
  readonly name: string;
  /** As on the command line. */
  readonly nodes: readonly string[];
  /** On which to listen; null: those of the instances. */
  readonly interfaces: readonly string[] | null;
  readonly keepalivedPath: string | null;
  readonly nginxPath: string | null;
  readonly ignore: readonly Omit<Ignored, 'count'>[];
  readonly ignorePaths: readonly string[];
  readonly allocationId: string | null;
  readonly region: string | null;
  readonly endpointUrl: string | null;
}
