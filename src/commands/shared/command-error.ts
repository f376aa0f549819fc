/** What a person can mend: one line and perhaps a hint, exit code 2. Anything else is a bug and shows its stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
