import { pullErrorOf } from "./black-box.js";
import { ContainerConfigError } from "./environment.js";
import { createdText, presentText, pulledText, startedText } from "./event-texts.js";
import { featuresOf } from "./features.js";
import { imageByName, nameError } from "./image-names.js";
import { backOff, latencyMs, pullMs } from "./latencies.js";
import { makeContainer } from "./make-container.js";
import type { ContainerRow } from "./pod-row.js";
import { specificationOf, tell, type Work } from "./work.js";

/**
 * Takes the first step of starting an instance: the image is pulled, or is there, or cannot be had.
 * @see kubernetes v1.36 pkg/kubelet/images/image_manager.go, EnsureImageExists
 */
export function begin(work: Work, row: ContainerRow): void {
  const { nowMs, context, uid } = work;
  const specification = specificationOf(work, row);
  const name = specification.image ?? "";
  const image = imageByName(name);
  row.sinceMs = nowMs;
  if (image === null) {
    const text = `Failed to apply default image tag "${name}": couldn't parse image name "${name}": ${nameError(name)}`;
    tell(work, "Warning", "InspectFailed", text, row);
    cannotBegin(work, row, "InvalidImageName", text);
    return;
  }
  const isPresent = work.runtime.images.get(`${work.row.node}/${image.image}`) !== undefined;
  const policy = specification.imagePullPolicy ?? "IfNotPresent";
  if (policy === "Never" && !isPresent) {
    const text = `Container image "${name}" is not present with pull policy of Never`;
    tell(work, "Warning", "ErrImageNeverPull", text, row);
    cannotBegin(work, row, "ErrImageNeverPull", text);
    return;
  }
  if (policy === "Never" || (policy === "IfNotPresent" && isPresent)) {
    tell(work, "Normal", "Pulled", presentText(context.version, name), row);
    become(row, "starting", nowMs + latencyMs(context.random, "start", uid, row.name, row.restarts));
    return;
  }
  tell(work, "Normal", "Pulling", `Pulling image "${name}"`, row);
  const took = pullMs(
    context.random,
    { sizeBytes: image.sizeBytes, isPresent },
    uid,
    row.name,
    row.restarts,
    row.pull?.waitMs ?? 0,
  );
  become(row, "pulling", nowMs + took);
}

/** The registry has answered. */
export function pulled(work: Work, row: ContainerRow): void {
  const { nowMs, context, uid, pod } = work;
  const name = specificationOf(work, row).image ?? "";
  const error = pullErrorOf(pod);
  const image = imageByName(name);
  if (error !== undefined || image === null) {
    const text = error || "not found";
    const message = `failed to pull and unpack image "${image?.image ?? name}": ${text}`;
    tell(work, "Warning", "Failed", `Failed to pull image "${name}": ${message}`, row);
    tell(work, "Warning", "Failed", "Error: ErrImagePull", row);
    const waitMs = row.pull === null ? backOff.baseMs : Math.min(backOff.maxMs, row.pull.waitMs * 2);
    row.pull = { waitMs, atMs: nowMs };
    row.reason = "ErrImagePull";
    row.message = message;
    become(row, "pull-error", nowMs + context.random.between(11_000, 14_000, "pull-error", uid, row.name, waitMs));
    return;
  }
  const { sizeBytes } = image;
  tell(
    work,
    "Normal",
    "Pulled",
    pulledText(context.version, { image: name, tookMs: nowMs - row.sinceMs, sizeBytes }),
    row,
  );
  const imageKey = `${work.row.node}/${image.image}`;
  if (work.runtime.images.get(imageKey) === undefined) work.runtime.images.put(imageKey, 1);
  row.pull = null;
  become(row, "starting", nowMs + latencyMs(context.random, "start", uid, row.name, row.restarts));
}

/** The pull is tried again later; until then this is what the container waits for. */
export function pullBackOff(work: Work, row: ContainerRow): void {
  const name = specificationOf(work, row).image ?? "";
  const text = `Back-off pulling image "${name}"`;
  tell(work, "Normal", "BackOff", text, row);
  tell(work, "Warning", "Failed", "Error: ImagePullBackOff", row);
  const cause = featuresOf(work.context.version).PullErrorInBackOff ? `: ErrImagePull: ${row.message}` : "";
  row.message = text + cause;
  row.reason = "ImagePullBackOff";
  const { atMs, waitMs } = row.pull ?? { atMs: work.nowMs, waitMs: backOff.baseMs };
  become(row, "pull-back-off", Math.max(atMs + waitMs, work.nowMs + 10_000));
}

/** The image is there: the container is created and runs, or cannot. */
export function createAndStart(work: Work, row: ContainerRow): void {
  const { runtime, context, key, uid, pod, nowMs } = work;
  const specification = specificationOf(work, row);
  const isRestart = row.ended !== null;
  if (isRestart) row.restarts += 1;
  try {
    row.made = makeContainer({ runtime, context, pod, row: work.row, container: row, specification, nowMs });
  } catch (error) {
    if (!(error instanceof ContainerConfigError)) throw error;
    if (isRestart) row.restarts -= 1;
    tell(work, "Warning", "Failed", `Error: ${error.message}`, row);
    cannotBegin(work, row, "CreateContainerConfigError", error.message);
    return;
  }
  if (row.ended !== null) row.last = row.ended;
  row.ended = null;
  row.reason = null;
  row.message = null;
  if (row.stop !== undefined) delete row.stop;
  if (row.probes !== undefined) delete row.probes;
  if (row.postStart !== undefined) delete row.postStart;
  row.id = context.random.text("0123456789abcdef", 64, "container", uid, row.name, row.restarts);
  row.startedMs = nowMs;
  runtime.logs.begin(key, row.name, row.restarts);
  tell(work, "Normal", "Created", createdText(context.version, row.name), row);
  const failure = runtime.start(key, pod, specification, row);
  if (failure === null) {
    tell(work, "Normal", "Started", startedText(context.version, row.name), row);
    become(row, "running", null);
    return;
  }
  failedToStart(work, row, failure.reason);
}

/** The runtime has made the container, but there is no such program in it. */
function failedToStart(work: Work, row: ContainerRow, reason: string): void {
  const message =
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: " +
    `unable to start container process: ${reason}: unknown`;
  tell(work, "Warning", "Failed", `Error: ${message}`, row);
  row.made = null;
  row.journal = null;
  row.ended = {
    startedMs: 0,
    finishedMs: work.nowMs,
    exitCode: 128,
    reason: "StartError",
    message,
    id: row.id ?? "",
  };
  become(row, "ended", work.nowMs);
}

/** How long the kubelet waits before it looks again whether a container can be made. */
const retryMs = { min: 10_000, max: 15_000 };

function cannotBegin(work: Work, row: ContainerRow, reason: string, message: string): void {
  const { context, uid, nowMs } = work;
  if (reason !== "CreateContainerConfigError") tell(work, "Warning", "Failed", `Error: ${reason}`, row);
  row.reason = reason;
  row.message = message;
  become(row, "error", nowMs + context.random.between(retryMs.min, retryMs.max, "retry", uid, row.name, nowMs));
}

function become(row: ContainerRow, phase: ContainerRow["phase"], atMs: number | null): void {
  row.phase = phase;
  row.atMs = atMs;
}
