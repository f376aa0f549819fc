/** The name that `word` most likely means: the one fewest letters away, at most `most` of them; null where none is near. */
export function nearest(word: string, names: readonly string[], most = 2): string | null {
  let best: string | null = null;
  let fewest = most + 1;
  for (const name of names) {
    const letters = distance(word, name);
    if (letters < fewest) [best, fewest] = [name, letters];
  }
  return best;
}

/** Letters to insert, drop or replace (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
