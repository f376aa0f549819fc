import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Cluster } from '../../model/cluster.ts';
import { isAws } from '../../node/aws.ts';
import type { AwsOptions } from './aws.ts';

/** The options of commands that look at an Elastic IP. */
export interface AwsCommandOptions {
  readonly allocationId?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
}

export function addAwsOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--allocation-id <id>',
        "the Elastic IP that follows the master, on AWS; else the notify script's",
      ).argParser(parser('allocationId', 'eipalloc-0123456789abcdef0')),
    )
    .addOption(new Option('--region <name>', 'its region').argParser(parser('region', 'eu-west-1')))
    .addOption(
      new Option('--endpoint-url <url>', 'where the aws command asks').argParser(
        parser('endpointUrl', 'https://ec2.eu-west-1.amazonaws.com'),
      ),
    );
}

/** What the options say, and where they are silent the cluster of the configuration file. */
export function awsOptions(
  { allocationId, region, endpointUrl }: AwsCommandOptions,
  cluster: Cluster | null = null,
): AwsOptions {
  return {
    allocationId: allocationId ?? cluster?.allocationId ?? null,
    region: region ?? cluster?.region ?? null,
    endpointUrl: endpointUrl ?? cluster?.endpointUrl ?? null,
  };
}

function parser(what: Parameters<typeof isAws>[0], example: string): (value: string) => string {
  return (value) => {
    if (!isAws(what, value)) throw new InvalidArgumentError(`expected one as in ${example}`);
    return value;
  };
}
