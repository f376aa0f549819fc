/**
 * Marks for secrets, `****(a1f3)`: equal for equal secrets within one run, and of no use to who does not have the secret.
 * The key is drawn anew each run, so that marks cannot be looked up.
 */
export function createMarker(): (secret: string) => string {
  let key: Uint8Array | null = null;
  return (secret) => {
    // Loaded with the first secret only.
    const { createHmac, randomBytes } = process.getBuiltinModule('node:crypto');
    key ??= randomBytes(32);
    return `****(${createHmac('sha256', key).update(secret, 'latin1').digest('hex').slice(0, 4)})`;
  };
}
