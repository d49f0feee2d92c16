/** Finds the word that somebody probably meant. */

/**
 * The known word nearest to a misspelt one, if any is near enough to be meant.
 *
 * @param grave words that are named only to who missed them by a single slip
 * @example nearest("emti", ["emit", "show"]) // "emit"
 */
export function nearest(
  word: string,
  known: readonly string[],
  grave: readonly string[] = [],
): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, distance: distanceBetween(word, candidate) }))
    .filter(({ candidate, distance }) => distance <= (grave.includes(candidate) ? 1 : slipsIn(candidate)))
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

/** How many slips leave a word recognizable: half of a short one is another word. */
function slipsIn({ length }: string): number {
  return length <= 4 ? 1 : Math.max(2, Math.floor(length / 3));
}

/** Levenshtein's distance, a swap of neighbours counting once (optimal string alignment). */
function distanceBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cell = (up: number, left: number) => rows[i - up]?.[j - left] ?? 0;
      const changed = cell(1, 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const best = Math.min(cell(1, 0) + 1, (row[j - 1] ?? 0) + 1, changed);
      row.push(swapped ? Math.min(best, cell(2, 2) + 1) : best);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
