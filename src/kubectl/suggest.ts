/** How many letters a name may be away from a verb that is suggested for it. */
const suggestionDistanceMax = 2;

/**
 * The names that someone may have meant: a few letters away, or beginning with what was written.
 * @see github.com/spf13/cobra command.go, SuggestionsFor
 */
export function suggest(written: string, names: readonly string[]): readonly string[] {
  const lower = written.toLowerCase();
  return names.filter((name) => {
    return editDistance(lower, name.toLowerCase()) <= suggestionDistanceMax || name.toLowerCase().startsWith(lower);
  });
}

/** Levenshtein's distance: letters to insert, delete or replace. */
export function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
