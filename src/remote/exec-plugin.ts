import { execFile } from "node:child_process";
import type { ExecPlugin } from "./kubeconfig.js";
import { KubeconfigError } from "./kubeconfig.js";

/** What a plugin hands out. @see k8s.io/client-go/pkg/apis/clientauthentication/v1, ExecCredentialStatus */
interface PluginCredential {
  readonly token?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** Plugins may ask a service far away, but not for ever. */
const timeoutMs = 60_000;

/**
 * Runs the plugin that a kubeconfig names. The caller has asked whether it may.
 * @throws KubeconfigError
 */
export async function runExecPlugin(
  plugin: ExecPlugin,
  env: Readonly<Record<string, string | undefined>>,
): Promise<PluginCredential> {
  const info = { apiVersion: plugin.apiVersion, kind: "ExecCredential", spec: { interactive: false } };
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      plugin.command,
      [...plugin.args],
      {
        env: { ...env, ...plugin.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
        timeout: timeoutMs,
        encoding: "utf8",
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(pluginFailure(plugin, error, stderr));
      },
    );
  });
  return credentialOf(plugin, output);
}

function pluginFailure(plugin: ExecPlugin, error: Error, stderr: string): KubeconfigError {
  const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
  const why = isMissing ? `executable ${plugin.command} not found` : stderr.trim() || error.message;
  const hint = isMissing && plugin.installHint !== "" ? `\n\n${plugin.installHint}` : "";
  return new KubeconfigError(`getting credentials: exec: ${why}${hint}`);
}

function credentialOf(plugin: ExecPlugin, output: string): PluginCredential {
  let value: { status?: { token?: unknown; clientCertificateData?: unknown; clientKeyData?: unknown } };
  try {
    value = JSON.parse(output);
  } catch {
    throw new KubeconfigError(`getting credentials: decoding stdout of ${plugin.command}: it is not JSON`);
  }
  const { token, clientCertificateData: certificate, clientKeyData: key } = value?.status ?? {};
  if (typeof token !== "string" && typeof certificate !== "string") {
    throw new KubeconfigError(`getting credentials: ${plugin.command} returned neither a token nor a certificate`);
  }
  return {
    ...(typeof token === "string" ? { token } : {}),
    ...(typeof certificate === "string" ? { clientCertificate: certificate } : {}),
    ...(typeof key === "string" ? { clientKey: key } : {}),
  };
}
