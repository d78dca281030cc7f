import type { CronJob } from "../../api/generated/types.js";
import { ageColumn, containerColumns, formatLabelSelector, nameColumn } from "../cell-text.js";
import { ageOf } from "../durations.js";
import type { Column } from "../table.js";

export const cronJobColumns: readonly Column<CronJob>[] = [
  nameColumn,
  { name: "Schedule", cell: (cronJob) => cronJob.spec?.schedule ?? "" },
  { name: "Timezone", since: "1.30", cell: (cronJob) => cronJob.spec?.timeZone ?? "<none>" },
  { name: "Suspend", type: "boolean", cell: (cronJob) => formatSuspend(cronJob.spec?.suspend) },
  { name: "Active", type: "integer", cell: (cronJob) => cronJob.status?.active?.length ?? 0 },
  {
    name: "Last Schedule",
    cell: ({ status }, { now }) =>
      status?.lastScheduleTime === undefined ? "<none>" : ageOf(status.lastScheduleTime, now),
  },
  ageColumn,
  ...containerColumns<CronJob>((cronJob) => cronJob.spec?.jobTemplate.spec?.template.spec?.containers ?? []),
  { name: "Selector", priority: 1, cell: (cronJob) => formatLabelSelector(cronJob.spec?.jobTemplate.spec?.selector) },
];

function formatSuspend(suspend: boolean | undefined): string {
  if (suspend === undefined) {
    return "<unset>";
  }
  return suspend ? "True" : "False";
}
