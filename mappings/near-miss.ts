/** Changes (insert, delete, replace) up to which a word counts as a slip of another. */
const SLIPS = 2;

/**
 * The known word that was probably meant; undefined when none is near. Case, spaces and `_` do not
 * count: `Item ID` and `item_id` are near to `itemId`.
 */
export function nearest<Word extends string>(
  typed: string,
  known: readonly Word[],
): Word | undefined {
  const plain = simplify(typed);
  const ranked = known
    .map((word) => ({ word, distance: editDistance(plain, simplify(word)) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  // Half a short word changed is another word.
  return best && best.distance <= Math.min(SLIPS, Math.floor(plain.length / 2))
    ? best.word
    : undefined;
}

/** `did you mean auto?` for a typed word near to a known one, otherwise nothing. */
export function didYouMean(typed: unknown, known: readonly string[]): string {
  if (typeof typed !== 'string') return '';
  const meant = nearest(typed, known);
  // The same word but for case or signs is a slip too; the same word is none.
  return meant === undefined || meant === typed ? '' : `did you mean ${meant}?`;
}

function simplify(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Levenshtein's distance. Words here are column names: cut at 64, so that a wild header costs nothing. */
function editDistance(left: string, right: string): number {
  const a = left.slice(0, 64);
  const b = right.slice(0, 64);
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, charA] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, charB] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (charA === charB ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
