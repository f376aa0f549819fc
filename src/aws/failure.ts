/** Why the `aws` command did not answer: AWS's code (or one of ours), one line, and what to do. */
export interface AwsFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** What the service says, and what a person can do about it. */
const serviceHints: readonly (readonly [codes: RegExp, hint: string])[] = [
  [
    /^(RequestLimitExceeded|Throttling\w*|ThrottledException)$/,
    'try again in a minute; something calls the API very often',
  ],
  [
    /^(ExpiredToken|RequestExpired|ExpiredTokenException)$/,
    'the credentials have expired: log in anew (aws sso login), or check the clock',
  ],
  [
    /^(AuthFailure|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClientException)$/,
    'aws sts get-caller-identity tells whose credentials are used',
  ],
  [
    /^(UnauthorizedOperation|AccessDenied\w*)$/,
    'the credentials need ec2:DescribeAddresses, DescribeInstances and DescribeSecurityGroups',
  ],
  [
    /^InvalidAllocationID\./,
    'compare ALLOCATION_ID and AWS_DEFAULT_REGION of the notify script, or --allocation-id and --region',
  ],
];

/** What the command itself says, before or instead of an answer. */
const ownFailures: readonly (readonly [text: RegExp, code: string, message: string, hint: string])[] = [
  [
    /Unable to locate credentials|NoCredentials/i,
    'NoCredentials',
    'there are no credentials',
    'set AWS_PROFILE, or log in (aws sso login)',
  ],
  [
    /(token|SSO session|session)\b.{0,80}\b(expired|has expired|refresh failed)|Error loading SSO Token/i,
    'ExpiredToken',
    'the credentials have expired',
    'aws sso login',
  ],
  [/You must specify a region/i, 'NoRegion', 'no region is known', 'name it with --region'],
  [
    /config profile \([^)]{0,200}\) could not be found/i,
    'NoProfile',
    'the profile that AWS_PROFILE names does not exist',
    'aws configure list-profiles',
  ],
  [
    /Could not connect to the endpoint URL|EndpointConnectionError|Failed to establish a new connection/i,
    'NoConnection',
    'the endpoint cannot be reached',
    'compare --region and --endpoint-url; a private subnet needs a NAT gateway or an endpoint of EC2',
  ],
  [
    /(Connect|Read) timeout on endpoint URL/i,
    'Timeout',
    'the endpoint did not answer in time',
    'try again; a private subnet needs a NAT gateway or an endpoint of EC2',
  ],
  [
    /Invalid endpoint/i,
    'InvalidEndpoint',
    'the endpoint is no URL',
    '--endpoint-url takes http://HOST:PORT or https://HOST',
  ],
];

/** What `aws` wrote to stderr, in one line without account ids and keys. */
export function readFailure(stderr: string): AwsFailure {
  const said = withoutAccounts(stderr.slice(0, 8192).replace(/\s+/g, ' ').trim());
  const [, code, words] =
    /An error occurred \(([\w.]{1,80})\) when calling the \w{1,80} operation(?: \([^)]{0,80}\))?: ?(.*)$/.exec(said) ??
    [];
  if (code !== undefined) {
    const hint = serviceHints.find(([codes]) => codes.test(code))?.[1] ?? null;
    // What follows is only for sts decode-authorization-message.
    const brief = (words ?? '').replace(/\s*(?:Encoded authorization failure message|User): .*$/i, '').slice(0, 200);
    return { code, message: brief === '' ? code : `${brief.replace(/\.$/, '')} (${code})`, hint };
  }
  for (const [text, own, message, hint] of ownFailures) {
    if (text.test(said)) return { code: own, message, hint };
  }
  return { code: 'Failed', message: said.slice(0, 200) || 'it failed without a word', hint: null };
}

/** Text of AWS without account ids and access keys: `arn:aws:sts::************:assumed-role/ha`. */
export function withoutAccounts(text: string): string {
  return text.replace(/(?<![\w-])\d{12}(?![\w-])/g, '************').replace(/\b(?:AKIA|ASIA)[A-Z\d]{12,}\b/g, '****');
}
