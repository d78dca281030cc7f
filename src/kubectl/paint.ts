/** What a word of a table says about how things stand. */
type Meaning = "good" | "busy" | "waiting" | "bad";

const words: Readonly<Record<Meaning, readonly string[]>> = {
  good: ["Complete", "Completed", "Succeeded", "Ready", "Bound", "Active", "True"],
  busy: ["Running"],
  waiting: [
    ...["Pending", "ContainerCreating", "PodInitializing", "Terminating", "Suspended", "SuccessCriteriaMet"],
    ...["SchedulingGated", "Available", "Released", "Unknown", "SchedulingDisabled"],
  ],
  bad: [
    ...["Failed", "FailureTarget", "Error", "CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "InvalidImageName"],
    ...[
      "CreateContainerConfigError",
      "OOMKilled",
      "Evicted",
      "NotReady",
      "DeadlineExceeded",
      "Warning",
      "Lost",
      "False",
    ],
  ],
};

const meanings = new Map(
  Object.entries(words).flatMap(([meaning, list]) => list.map((word) => [word, meaning as Meaning] as const)),
);

/** What is done to a text; chalk in a terminal. */
interface Palette {
  readonly header: (text: string) => string;
  readonly kind: (text: string) => string;
  readonly good: (text: string) => string;
  readonly busy: (text: string) => string;
  readonly waiting: (text: string) => string;
  readonly bad: (text: string) => string;
}

/** What is to be done to tables before they are printed: nothing, where no colour is wanted. */
export async function loadPainter(isColored: boolean): Promise<(text: string) => string> {
  if (!isColored) return (text) => text;
  const palette = await loadPalette();
  return (text) => paintTable(text, palette);
}

async function loadPalette(): Promise<Palette> {
  const { Chalk } = await import("chalk");
  const chalk = new Chalk({ level: 1 });
  return {
    header: chalk.bold,
    kind: chalk.dim,
    good: chalk.green,
    busy: chalk.cyan,
    waiting: chalk.yellow,
    bad: chalk.red,
  };
}

/**
 * Lines of a table with colours by meaning: headers, kinds in front of names, statuses. The table is laid out before, so that
 * what takes no room on the screen takes none in its columns.
 */
function paintTable(text: string, palette: Palette): string {
  return text
    .split("\n")
    .map((line) => (isHeader(line) ? palette.header(line) : paintRow(line, palette)))
    .join("\n");
}

function isHeader(line: string): boolean {
  return /^(NAME|NAMESPACE|LAST SEEN|EVENT)\b/.test(line) && !/[a-z]/.test(line);
}

/** Cells are what three spaces or the end of the line end; in a watch a long cell is ended by fewer. */
function paintRow(line: string, palette: Palette): string {
  return line
    .replace(
      /(^|\s)([a-z]+(?:\.[a-z0-9.]+)?\/)(?=[a-z0-9])/,
      (_, before: string, kind: string) => before + palette.kind(kind),
    )
    .replace(
      /(^|\s{2})((?:Init:)?[A-Z][A-Za-z]+(?:,SchedulingDisabled)?)(?=\s{2,}|$)/g,
      (whole, gap: string, cell: string) => {
        const word = cell.startsWith("Init:")
          ? (meanings.get(cell.slice(5)) ?? "waiting")
          : meanings.get(cell.split(",")[0] ?? "");
        return word === undefined ? whole : gap + palette[word](cell);
      },
    );
}
