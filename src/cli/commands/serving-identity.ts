import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";
import { replaceFile } from "../../persistence/replace-file.js";
import { StateError } from "../../persistence/state-directory.js";

/** How a cluster's API server shows who it is, and how its clients do. Kept with the cluster, so kubeconfigs stay good. */
export interface ServingIdentity {
  readonly certificate: string;
  readonly privateKey: string;
  readonly token: string;
}

const validMs = 10 * 365 * 86_400_000;

/** The identity of a cluster, made when it is first served. `folder` is the cluster's. @throws StateError */
export async function servingIdentity(folder: string, wallMs: number): Promise<ServingIdentity> {
  const path = join(folder, "serving.json");
  if (existsSync(path)) return readIdentity(path);
  const made = await makeIdentity(wallMs);
  replaceFile(path, JSON.stringify(made), { mode: 0o600 });
  return made;
}

function readIdentity(path: string): ServingIdentity {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as ServingIdentity;
  } catch (error) {
    throw new StateError(`${path} cannot be read: ${(error as Error).message}; delete it, and a new one is made`);
  }
}

async function makeIdentity(wallMs: number): Promise<ServingIdentity> {
  const { cert, private: privateKey } = await generate([{ name: "commonName", value: "kjob" }], {
    algorithm: "sha256",
    keyType: "ec",
    // A little earlier, for clients whose clock is behind.
    notBeforeDate: new Date(wallMs - 3_600_000),
    notAfterDate: new Date(wallMs + validMs),
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", digitalSignature: true, keyCertSign: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 2, value: "kubernetes.default.svc" },
          { type: 7, ip: "127.0.0.1" },
          { type: 7, ip: "::1" },
        ],
      },
    ],
  });
  return { certificate: cert, privateKey, token: randomBytes(32).toString("base64url") };
}
