import type { CronJob, Event, Job, JobTemplateSpec } from "../../api/generated/types.js";
import { controllerOf, type KubeObject, parseTime } from "../../api/meta/object.js";
import { formatLabelSelector } from "../cell-text.js";
import { humanDuration } from "../durations.js";
import { type DescribeWriter, formatBool } from "./describe-writer.js";
import { describeEvents } from "./events.js";
import { describePodTemplate } from "./pod-template.js";

/** @see kubectl pkg/describe/describe.go, describeJob */
export function describeJob(writer: DescribeWriter, job: Job, events: readonly Event[] | undefined): void {
  const { metadata, spec, status } = job;
  writer.field(0, "Name", metadata.name ?? "");
  writer.field(0, "Namespace", metadata.namespace ?? "");
  writer.field(0, "Selector", selectorText(spec?.selector));
  writer.labels("Labels", metadata.labels);
  writer.annotations(metadata.annotations);
  writer.optionalField("Controlled By", controlledBy(job));
  writer.optionalField("Parallelism", spec?.parallelism);
  writer.field(0, "Completions", spec?.completions ?? "<unset>");
  writer.optionalField("Completion Mode", spec?.completionMode);
  writer.optionalField("Suspend", spec?.suspend, { since: "1.30" });
  writer.optionalField("Backoff Limit", spec?.backoffLimit, { since: "1.30" });
  writer.optionalField("TTL Seconds After Finished", spec?.ttlSecondsAfterFinished, { since: "1.30" });
  describeProgress(writer, job);
  if (spec?.activeDeadlineSeconds !== undefined) {
    writer.field(0, "Active Deadline Seconds", `${spec.activeDeadlineSeconds}s`);
  }
  const { active = 0, ready, succeeded = 0, failed = 0 } = status ?? {};
  const showsReady = ready !== undefined && writer.shows({ since: "1.24" });
  const activeText = showsReady ? `${active} Active (${ready} Ready)` : `${active} Active`;
  writer.field(0, "Pods Statuses", `${activeText} / ${succeeded} Succeeded / ${failed} Failed`);
  if (spec?.completionMode === "Indexed") {
    writer.field(0, "Completed Indexes", shortenIndexes(status?.completedIndexes ?? ""));
  }
  describePodTemplate(writer, spec?.template);
  describeEvents(writer, events);
}

function describeProgress(writer: DescribeWriter, { status }: Job): void {
  const { startTime, completionTime } = status ?? {};
  if (startTime !== undefined) {
    writer.field(0, "Start Time", writer.time(startTime));
  }
  if (completionTime !== undefined) {
    writer.field(0, "Completed At", writer.time(completionTime));
  }
  if (startTime !== undefined && completionTime !== undefined) {
    writer.field(0, "Duration", humanDuration(parseTime(completionTime) - parseTime(startTime)));
  }
}

/** Indexes are cut at the first comma behind this many characters. */
const indexesLengthSoft = 50;

function shortenIndexes(indexes: string): string {
  const end = indexes.indexOf(",", indexesLengthSoft);
  return end === -1 ? indexes || "<none>" : `${indexes.slice(0, end + 1)}...`;
}

/** A selector as `describe` prints it: empty, not `<none>`, where nothing is selected. */
export function selectorText(selector: Parameters<typeof formatLabelSelector>[0]): string {
  const text = formatLabelSelector(selector);
  return text === "<none>" ? "" : text;
}

/** `Job/pi`: what manages the object. */
export function controlledBy(object: KubeObject): string | undefined {
  const controller = controllerOf(object);
  return controller === undefined ? undefined : `${controller.kind}/${controller.name}`;
}

/** @see kubectl pkg/describe/describe.go, describeCronJob */
export function describeCronJob(writer: DescribeWriter, cronJob: CronJob, events: readonly Event[] | undefined): void {
  const { metadata, spec, status } = cronJob;
  writer.field(0, "Name", metadata.name ?? "");
  writer.field(0, "Namespace", metadata.namespace ?? "");
  writer.labels("Labels", metadata.labels);
  writer.annotations(metadata.annotations);
  writer.field(0, "Schedule", spec?.schedule ?? "");
  writer.field(0, "Concurrency Policy", spec?.concurrencyPolicy ?? "");
  writer.field(0, "Suspend", formatBool(spec?.suspend));
  writer.optionalField("Time Zone", spec?.timeZone ?? "<unset>", { since: "1.36" });
  writer.field(0, "Successful Job History Limit", spec?.successfulJobsHistoryLimit ?? "<unset>");
  writer.field(0, "Failed Job History Limit", spec?.failedJobsHistoryLimit ?? "<unset>");
  const deadline = spec?.startingDeadlineSeconds;
  writer.field(0, "Starting Deadline Seconds", deadline === undefined ? "<unset>" : `${deadline}s`);
  if (spec !== undefined) {
    describeJobTemplate(writer, spec.jobTemplate);
  }
  const last = status?.lastScheduleTime;
  writer.field(0, "Last Schedule Time", last === undefined ? "<unset>" : writer.time(last));
  writer.field(0, "Active Jobs", (status?.active ?? []).map(({ name }) => name).join(", ") || "<none>");
  describeEvents(writer, events);
}

function describeJobTemplate(writer: DescribeWriter, { spec }: JobTemplateSpec): void {
  writer.field(0, "Selector", spec?.selector === undefined ? "<unset>" : selectorText(spec.selector));
  writer.field(0, "Parallelism", spec?.parallelism ?? "<unset>");
  writer.field(0, "Completions", spec?.completions ?? "<unset>");
  if (spec?.activeDeadlineSeconds !== undefined) {
    writer.field(0, "Active Deadline Seconds", `${spec.activeDeadlineSeconds}s`);
  }
  describePodTemplate(writer, spec?.template);
}
