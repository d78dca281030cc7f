import { closeExec, pollExec, startExec, writeExec } from "../kubelet/exec.js";
import { readLogs } from "../kubelet/read-logs.js";
import type { ContainerAccess } from "./container-access.js";

/** The containers of this world's own nodes. */
export const containerAccess: ContainerAccess = { readLogs, startExec, pollExec, writeExec, closeExec };
