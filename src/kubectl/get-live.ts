import { loadPainter } from "./paint.js";
import { fetchPlan, planSelection } from "./selection.js";
import type { VerbContext } from "./verb.js";
import type { GetOptions } from "./verbs/get.js";

/** Cluster time between two looks. */
const intervalMs = 1000;

/**
 * `get -w --live` on a terminal: one table that is drawn again where it stands, with its ages, until the person,
 * `--request-timeout` or the end of all happenings ends it. The last state stays on the screen.
 */
export async function drawLive(options: GetOptions, context: VerbContext): Promise<void> {
  const { edge } = context;
  const client = await context.client();
  const plan = await planSelection(options.selection, context);
  const untilMs = await context.untilMs();
  const { printFetched } = await import("./get-output.js");
  const paint = await loadPainter(context.isColored);
  let drawn = "";
  for (;;) {
    const { rows, columns } = edge.screen?.() ?? { rows: 24, columns: 80 };
    let text = "";
    const keep = (part: string) => {
      text += part;
    };
    const sink: VerbContext = { ...context, isColored: false, edge: { ...edge, out: keep, err: keep } };
    const fetched = await fetchPlan(plan, client);
    await printFetched(fetched, options.printing, sink);
    const next = `${paint(cut(text.replace(/\n$/, "").split("\n"), rows - 1, columns).join("\n"))}\n`;
    if (next !== drawn) edge.out(`${erase(drawn)}${next}`);
    drawn = next;
    const leftMs = untilMs === undefined ? intervalMs : Math.min(intervalMs, untilMs - client.now());
    if (edge.signal?.aborted === true || leftMs <= 0 || !(await client.pause(leftMs))) return;
  }
}

/** As much as the screen holds: a line that wraps, or scrolls away, could not be drawn over. */
function cut(lines: readonly string[], rows: number, columns: number): readonly string[] {
  const narrow = lines.map((line) => line.slice(0, columns));
  if (narrow.length <= rows) return narrow;
  return [...narrow.slice(0, rows - 1), `... and ${narrow.length - rows + 1} more`];
}

/** Moves to the first line of what was drawn, and clears from there on. */
function erase(drawn: string): string {
  const count = drawn.split("\n").length - 1;
  return count <= 0 ? "" : `\u001b[${count}A\u001b[J`;
}
