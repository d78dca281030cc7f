import type { CronJob, Job } from "../../api/generated/types.js";
import { type EpochMs, formatTime } from "../../api/meta/object.js";
import { jobNameFor } from "./next-run.js";

const scheduledTimestampAnnotation = "batch.kubernetes.io/cronjob-scheduled-timestamp";

/**
 * The Job of a scheduled instant.
 * @see kubernetes v1.36 pkg/controller/cronjob/utils.go, getJobFromTemplate2
 */
export function jobFromTemplate(
  cronJob: CronJob,
  scheduledAt: EpochMs,
  { annotated }: { readonly annotated: boolean },
): Job {
  const { metadata = {}, spec } = cronJob.spec.jobTemplate;
  const annotations: { [key: string]: string } = { ...metadata.annotations };
  if (annotated) annotations[scheduledTimestampAnnotation] = timeInZone(scheduledAt, cronJob.spec.timeZone);
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: jobNameFor(cronJob, scheduledAt),
      ...(cronJob.metadata.namespace === undefined ? {} : { namespace: cronJob.metadata.namespace }),
      ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ownerReferences: [
        {
          apiVersion: "batch/v1",
          kind: "CronJob",
          name: cronJob.metadata.name ?? "",
          uid: cronJob.metadata.uid ?? "",
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    ...(spec === undefined ? {} : { spec }),
  };
}

/** `2026-07-01T05:30:00+01:00`: RFC 3339 in the zone's own time; `Z` where that is UTC's. */
export function timeInZone(at: EpochMs, timeZone: string | undefined): string {
  const offsetMinutes = timeZone === undefined ? 0 : zoneOffsetMinutes(at, timeZone);
  if (offsetMinutes === 0) return formatTime(at);
  const size = Math.abs(offsetMinutes);
  const two = (part: number) => String(part).padStart(2, "0");
  const offset = `${offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return formatTime(at + offsetMinutes * 60_000).slice(0, -1) + offset;
}

function zoneOffsetMinutes(at: EpochMs, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" }).formatToParts(at);
  const text = parts.find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  const [, sign, hours = "0", minutes = "0"] = /GMT([+-])(\d\d):(\d\d)/.exec(text) ?? [];
  return sign === undefined ? 0 : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
