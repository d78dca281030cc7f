interface Edit {
  readonly sign: " " | "-" | "+";
  readonly line: string;
}

/**
 * The lines in which two texts differ, with so many lines around them, as `diff -u` prints them without its header.
 * Meant for objects printed line by line, of some hundred lines.
 */
export function unifiedDiff(before: string, after: string, contextLines = 3): string {
  const edits = editsOf(before.split("\n"), after.split("\n"));
  let text = "";
  for (const { start, end } of hunksOf(edits, contextLines)) {
    const hunk = edits.slice(start, end);
    const [oldStart, newStart] = [countLines(edits, start, "+"), countLines(edits, start, "-")];
    const oldCount = hunk.filter((edit) => edit.sign !== "+").length;
    const newCount = hunk.filter((edit) => edit.sign !== "-").length;
    text += `@@ -${rangeText(oldStart, oldCount)} +${rangeText(newStart, newCount)} @@\n`;
    for (const { sign, line } of hunk) text += `${sign}${line}\n`;
  }
  return text;
}

function rangeText(linesBefore: number, count: number): string {
  if (count === 1) return String(linesBefore + 1);
  return `${count === 0 ? linesBefore : linesBefore + 1},${count}`;
}

/** The lines before `end` on the side that does not have the edits of `otherSign`. */
function countLines(edits: readonly Edit[], end: number, otherSign: "+" | "-"): number {
  let count = 0;
  for (let position = 0; position < end; position++) if (edits[position]?.sign !== otherSign) count++;
  return count;
}

function hunksOf(edits: readonly Edit[], contextLines: number): readonly { start: number; end: number }[] {
  const hunks: { start: number; end: number }[] = [];
  for (const [position, edit] of edits.entries()) {
    if (edit.sign === " ") continue;
    const start = Math.max(0, position - contextLines);
    const end = Math.min(edits.length, position + contextLines + 1);
    const last = hunks[hunks.length - 1];
    if (last !== undefined && start <= last.end) last.end = end;
    else hunks.push({ start, end });
  }
  return hunks;
}

/** The shortest list of edits by longest common subsequence; equal ends are taken off first. */
function editsOf(before: readonly string[], after: readonly string[]): readonly Edit[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const shorter = Math.min(before.length, after.length) - head;
  while (tail < shorter && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const same = (lines: readonly string[]): Edit[] => lines.map((line) => ({ sign: " ", line }));
  return [
    ...same(before.slice(0, head)),
    ...middleEdits(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...same(before.slice(before.length - tail)),
  ];
}

function middleEdits(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      lengths[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const edits: Edit[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old = "", now = ""] = [before[row], after[column]];
    if (row < before.length && column < after.length && old === now) {
      edits.push({ sign: " ", line: old });
      row++;
      column++;
    } else if (row < before.length && (column >= after.length || at(row + 1, column) >= at(row, column + 1))) {
      edits.push({ sign: "-", line: old });
      row++;
    } else {
      edits.push({ sign: "+", line: now });
      column++;
    }
  }
  return edits;
}
