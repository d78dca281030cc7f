/** The delimiter of a here-document, of its word as written: without quotes. */
export function delimiterOf(word: string): string {
  return word.replace(/\\(.)|["']/g, "$1");
}

/** Whether a here-document in a script has not met its end: a reader of commands has to read on. */
export function lacksHereDocumentEnd(source: string): boolean {
  for (const match of source.matchAll(/<<(-?)[ \t]*(\\?[\w.]+|'[^'\n]+'|"[^"\n]+")/g)) {
    const delimiter = delimiterOf(match[2] ?? "");
    const lines = source.slice(match.index).split("\n").slice(1);
    if (!lines.some((line) => (match[1] ? line.replace(/^\t+/, "") : line) === delimiter)) return true;
  }
  return false;
}
