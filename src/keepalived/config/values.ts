/** true, on, yes; false, off, no; null for other words. */
export function toggleOf(word: string): boolean | null {
  if (['true', 'on', 'yes'].includes(word)) return true;
  return ['false', 'off', 'no'].includes(word) ? false : null;
}

/** A decimal whole number, as strtol(3) takes it; null for other text. */
export function wholeNumber(word: string): number | null {
  return /^\s*[+-]?\d{1,15}$/.test(word) ? Number(word) : null;
}

/** A decimal number with or without a fraction or exponent; null for other text. */
export function decimalNumber(word: string): number | null {
  return /^\s*[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:[eE][+-]?\d{1,2})?$/.test(word) ? Number(word) : null;
}
