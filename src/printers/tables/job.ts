import type { Job } from "../../api/generated/types.js";
import { parseTime } from "../../api/meta/object.js";
import { ageColumn, containerColumns, formatLabelSelector, nameColumn } from "../cell-text.js";
import { humanDuration } from "../durations.js";
import type { CellContext, Column } from "../table.js";

export const jobColumns: readonly Column<Job>[] = [
  nameColumn,
  { name: "Status", since: "1.31", cell: jobStatus },
  { name: "Completions", cell: completions },
  { name: "Duration", cell: duration },
  ageColumn,
  ...containerColumns<Job>((job) => job.spec?.template.spec?.containers ?? []),
  { name: "Selector", priority: 1, cell: (job) => formatLabelSelector(job.spec?.selector) },
];

/** The first of these that is true names the Job's status. @see printers.go, printJob */
function jobStatus(job: Job): string {
  const has = (type: string) => job.status?.conditions?.find((each) => each.type === type)?.status === "True";
  if (has("Complete")) {
    return "Complete";
  }
  if (has("Failed")) {
    return "Failed";
  }
  if (job.metadata.deletionTimestamp !== undefined) {
    return "Terminating";
  }
  return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find(has) ?? "Running";
}

function completions({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) {
    return `${succeeded}/${spec.completions}`;
  }
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

/** From the start to the completion, or to now: also a failed Job's goes on growing, it has no completion time. */
function duration({ status }: Job, { now }: CellContext): string {
  if (status?.startTime === undefined) {
    return "";
  }
  const end = status.completionTime === undefined ? now : parseTime(status.completionTime);
  return humanDuration(end - parseTime(status.startTime));
}
