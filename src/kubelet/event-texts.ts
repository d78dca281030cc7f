import type { EmulatedVersion } from "../api/versions/emulated-version.js";
import { featuresOf } from "./features.js";

/** The words of the kubelet's events that differ between versions. @see kubernetes v1.36 pkg/kubelet/images/image_manager.go */

export function pulledText(
  version: EmulatedVersion,
  pull: { readonly image: string; readonly tookMs: number; readonly sizeBytes: number },
): string {
  const features = featuresOf(version);
  const took = goDuration(pull.tookMs);
  const waiting = features.WaitingInPulledEvent ? ` (${took} including waiting)` : "";
  const size = features.ImageSizeInEvent ? `. Image size: ${pull.sizeBytes} bytes.` : "";
  return `Successfully pulled image "${pull.image}" in ${took}${waiting}${size}`;
}

export function presentText(version: EmulatedVersion, image: string): string {
  const access = featuresOf(version).KubeletEnsureSecretPulledImages ? " and can be accessed by the pod" : "";
  return `Container image "${image}" already present on machine${access}`;
}

export function createdText(version: EmulatedVersion, container: string): string {
  const features = featuresOf(version);
  if (features.NamelessContainerEvents) return "Container created";
  return features.ColonInCreatedEvent ? `Created container: ${container}` : `Created container ${container}`;
}

export function startedText(version: EmulatedVersion, container: string): string {
  return featuresOf(version).NamelessContainerEvents ? "Container started" : `Started container ${container}`;
}

/** `1.904`, `2.5`, `3`: whole numbers put together, which is faster than printing a fraction. */
function secondsText(ms: number): string {
  const rest = ms % 1000;
  const whole = (ms - rest) / 1000;
  if (rest === 0) return String(whole);
  const digits = rest < 10 ? `00${rest}` : rest < 100 ? `0${rest}` : String(rest);
  return `${whole}.${digits.replace(/0+$/, "")}`;
}

/** Milliseconds as Go's Duration.String: `915ms`, `1.9s`, `1m2.5s`. */
export function goDuration(ms: number): string {
  if (ms < 1000) return ms === 0 ? "0s" : `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = secondsText(ms % 60_000);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds}s`;
}
