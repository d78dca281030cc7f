import { type EmulatedVersion, isAtLeast } from "../versions/emulated-version.js";
import { isEnabled } from "../versions/feature-gates.js";

/** What a version allows in a Pod, and whether it is a Pod itself or a template. */
export interface PodValidationOptions {
  readonly version: EmulatedVersion;
  /** False for templates, which are judged more mildly. */
  readonly isPod: boolean;
  readonly relaxedEnvironmentNames: boolean;
  readonly relaxedSearchPaths: boolean;
  readonly sidecars: boolean;
  readonly containerRestartRules: boolean;
  readonly restartAllContainers: boolean;
  readonly resizableInitContainers: boolean;
  readonly fileKeys: boolean;
  readonly sleepZero: boolean;
  readonly hostIps: boolean;
  readonly serviceAccountTokenNeedsName: boolean;
}

export function podValidationOptions(version: EmulatedVersion, isPod: boolean): PodValidationOptions {
  return {
    version,
    isPod,
    relaxedEnvironmentNames: isEnabled("RelaxedEnvironmentVariableValidation", version),
    relaxedSearchPaths: isEnabled("RelaxedDNSSearchValidation", version),
    sidecars: isEnabled("SidecarContainers", version),
    containerRestartRules: isEnabled("ContainerRestartRules", version),
    restartAllContainers: isEnabled("RestartAllContainersOnContainerExits", version),
    resizableInitContainers: isEnabled("InPlacePodVerticalScaling", version),
    fileKeys: isEnabled("EnvFiles", version),
    sleepZero: isEnabled("PodLifecycleSleepActionAllowZero", version),
    hostIps: isEnabled("PodHostIPs", version),
    serviceAccountTokenNeedsName: isAtLeast(version, "1.23"),
  };
}
