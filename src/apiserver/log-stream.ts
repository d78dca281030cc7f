import { parseTime } from "../api/meta/object.js";
import { badRequest, invalid } from "../api/meta/status.js";
import type { World } from "../cluster/world.js";
import type { LogRequest } from "../kubelet/read-logs.js";
import type { ApiContext, ResourceRequest } from "./api-context.js";
import { driveOf, type PassOptions } from "./cluster-clock.js";
import { flag } from "./request-options.js";
import { textResponse } from "./responses.js";
import { type TextStream, textStream } from "./text-stream.js";

/**
 * The answer to GET …/pods/NAME/log. Followed logs go on until the container ends or the client leaves.
 * @throws StatusError
 */
export async function openLog(context: ApiContext, { target, query, raw }: ResourceRequest): Promise<Response> {
  const { cluster, containers, streams } = context;
  const drive = context.clock.isVirtual ? driveOf(raw.headers) : undefined;
  const options = logQuery(query);
  const requestAt = (world: World): LogRequest => {
    const { sinceSeconds, ...rest } = options;
    const since = sinceSeconds === undefined ? {} : { sinceMs: world.nowMs - sinceSeconds * 1000 };
    return { namespace: target.namespace, pod: target.name, ...rest, ...since };
  };
  const first = await cluster.read((world) => {
    const request = requestAt(world);
    return { request, part: containers.readLogs(world.contextOf("kubelet"), request) };
  });
  if (flag(query, "follow") !== true || first.part.ended) return textResponse(first.part.text, "text/plain");
  const leave = streams.enter();
  let { cursor } = first.part;
  let stopTicks = () => {};
  const stream = textStream({
    unread: streams.unread,
    start: [first.part.text],
    onClose: () => {
      stopTicks();
      leave();
    },
  });
  let isReading = false;
  const readOn = async () => {
    if (isReading || !stream.isOpen) return;
    isReading = true;
    try {
      const part = await cluster.read((world) =>
        containers.readLogs(world.contextOf("kubelet"), first.request, cursor),
      );
      cursor = part.cursor;
      if (part.text !== "") stream.write(part.text);
      if (part.ended) stream.end();
    } catch {
      // The Pod is gone, or the cluster is: nothing more can come.
      stream.end();
    }
    isReading = false;
  };
  if (drive === undefined) stopTicks = cluster.onTick(() => void readOn());
  else void driveOn(context, { stream, readOn, drive });
  return new Response(stream.body, { headers: { "content-type": "text/plain", "cache-control": "no-cache, private" } });
}

/** Lets a virtual clock go on until the log has ended, or nothing can come any more. Never rejects. */
async function driveOn(
  { clock, cluster }: ApiContext,
  {
    stream,
    readOn,
    drive,
  }: { readonly stream: TextStream; readonly readOn: () => Promise<void>; readonly drive: PassOptions },
): Promise<void> {
  try {
    while (stream.isOpen) {
      await readOn();
      if (!stream.isOpen) return;
      const passed = await clock.pass(drive);
      cluster.moved();
      if (passed === "event") continue;
      await readOn();
      stream.end();
    }
  } catch {
    stream.end(); // the cluster is gone
  }
}

type LogQuery = Omit<LogRequest, "namespace" | "pod"> & { readonly sinceSeconds?: number };

/** @throws StatusError BadRequest, Invalid @see kubernetes pkg/apis/core/validation, ValidatePodLogOptions */
function logQuery(query: URLSearchParams): LogQuery {
  const container = query.get("container") ?? "";
  const tailLines = number(query, "tailLines", 0);
  const sinceSeconds = number(query, "sinceSeconds", 1);
  const limitBytes = number(query, "limitBytes", 1);
  const sinceTime = query.get("sinceTime") || undefined;
  if (sinceTime !== undefined && sinceSeconds !== undefined) {
    const message = "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified";
    throw invalidOption({ field: "", type: "FieldValueForbidden", message });
  }
  const sinceMs = sinceTime === undefined ? undefined : parseTime(sinceTime);
  if (sinceMs !== undefined && Number.isNaN(sinceMs)) {
    throw badRequest(`parsing time ${JSON.stringify(sinceTime)} as "2006-01-02T15:04:05Z07:00": cannot parse`);
  }
  return {
    ...(container === "" ? {} : { container }),
    ...(flag(query, "previous") === true ? { previous: true } : {}),
    ...(flag(query, "timestamps") === true ? { timestamps: true } : {}),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(sinceSeconds === undefined ? {} : { sinceSeconds }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
  };
}

function number(query: URLSearchParams, name: string, min: number): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = Number(text);
  if (value < min) {
    const message = `Invalid value: ${value}: must be greater than ${min === 0 ? "or equal to " : ""}0`;
    throw invalidOption({ field: name, type: "FieldValueInvalid", message });
  }
  return value;
}

function invalidOption(error: { field: string; type: "FieldValueForbidden" | "FieldValueInvalid"; message: string }) {
  return invalid({ group: "", kind: "PodLogOptions" }, "", [error]);
}
