import type { EpochMs } from "../api/meta/object.js";

/** Where kubectl's own log writes how grave a line is. */
export type LogSeverity = "W" | "F";

/**
 * A line as kubectl's log has it, which reaches the person for a few warnings and failures. Its process number is always 1:
 * nothing here may depend on the machine.
 * @see k8s.io/klog/v2, formatHeader
 */
export function logLine(severity: LogSeverity, place: string, message: string, now: EpochMs): string {
  const [, month, day, time] = /-(\d\d)-(\d\d)T(\S+)Z/.exec(new Date(now).toISOString()) ?? [];
  return `${severity}${month}${day} ${time}000       1 ${place}] ${message}`;
}
