import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Secret } from "../../api/generated/types.js";
import { resources } from "../../api/resources.js";
import { base64Of, readData, secretWords, textOf } from "../data-sources.js";
import { asError, UsageError } from "../errors.js";
import { boolFlag, listFlag, repeatedFlag, textFlag } from "../flags.js";
import {
  createGenerated,
  type GeneratorOptions,
  generatorFlags,
  generatorOptions,
  newMetadata,
  oneName,
  withHash,
} from "../generator.js";
import { readBytes } from "../read-file.js";
import { defineVerb, type VerbContext, verbOfSubverbs } from "../verb.js";

const appendHashFlag = boolFlag("Append a hash of the secret to its name");

export const createSecretVerb = verbOfSubverbs({
  name: "create secret",
  usage: "(docker-registry | generic | tls)",
  about: "Create a secret with specified type.",
  examples: `# Create a Secret of one value
kubectl create secret generic door --from-literal=code=1234`,
});

export const createGenericSecretVerb = defineVerb({
  name: "create secret generic",
  usage: "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
  about: "Create a secret based on a file, directory, or specified literal value.",
  examples: `# Create a Secret of one value
kubectl create secret generic door --from-literal=code=1234`,
  flags: {
    ...generatorFlags,
    appendHash: appendHashFlag,
    fromEnvFile: listFlag("Path to a file of key=value lines"),
    fromFile: listFlag("A file, as PATH or KEY=PATH, or a folder of files"),
    fromLiteral: repeatedFlag("A key and literal value to insert (i.e. mykey=somevalue)"),
    type: textFlag("The type of secret to create"),
  },
  complete: (invocation, { edge }) => {
    const { flags } = invocation;
    const name = oneName(invocation);
    const sources = { files: flags.fromFile, literals: flags.fromLiteral, envFiles: flags.fromEnvFile };
    return {
      ...generatorOptions(flags),
      name,
      type: flags.type,
      appendHash: flags.appendHash,
      content: readData(sources, secretWords, edge),
    };
  },
  run: createSecret,
});

interface SecretOptions extends GeneratorOptions {
  readonly name: string;
  readonly type: string;
  readonly appendHash: boolean;
  readonly content: ReadonlyMap<string, Uint8Array>;
}

async function createSecret(options: SecretOptions, context: VerbContext): Promise<void> {
  const data = Object.fromEntries([...options.content].map(([key, value]) => [key, base64Of(value)]));
  const object: Secret = {
    kind: "Secret",
    apiVersion: "v1",
    metadata: newMetadata(options.name, context),
    ...(options.content.size === 0 ? {} : { data }),
    ...(options.type === "" ? {} : { type: options.type }),
  };
  const named = options.appendHash ? await withHash(object) : object;
  const failure = "failed to create secret ";
  await createGenerated({ resource: resources.secrets, object: named, failure }, options, context);
}

export const createTlsSecretVerb = defineVerb({
  name: "create secret tls",
  usage: "NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]",
  about: "Create a secret of a certificate and its key, each from a PEM file.",
  examples: `# Create a Secret for TLS
kubectl create secret tls door --cert=door.crt --key=door.key`,
  flags: {
    ...generatorFlags,
    appendHash: appendHashFlag,
    cert: textFlag("Path to PEM encoded public key certificate"),
    key: textFlag("Path to private key associated with given certificate"),
  },
  complete: (invocation, { edge }): SecretOptions => {
    const { flags } = invocation;
    const name = oneName(invocation);
    if (flags.key === "" || flags.cert === "") throw new UsageError("key and cert must be specified");
    const cert = readBytes(flags.cert, edge.files, `Cannot read file ${flags.cert}, `);
    const key = readBytes(flags.key, edge.files, `Cannot read file ${flags.key}, `);
    requirePem(cert, "failed to find any PEM data in certificate input");
    requirePem(key, "failed to find any PEM data in key input");
    requirePair(cert, key);
    return {
      ...generatorOptions(flags),
      name,
      type: "kubernetes.io/tls",
      appendHash: flags.appendHash,
      content: new Map([
        ["tls.crt", cert],
        ["tls.key", key],
      ]),
    };
  },
  run: createSecret,
});

function requirePem(bytes: Uint8Array, problem: string): void {
  if (textOf(bytes)?.includes("-----BEGIN ") !== true) throw new UsageError(`tls: ${problem}`);
}

/** @see Go's crypto/tls, X509KeyPair */
function requirePair(cert: Uint8Array, key: Uint8Array): void {
  let isPair: boolean;
  try {
    isPair = new X509Certificate(cert).checkPrivateKey(createPrivateKey(Buffer.from(key)));
  } catch (error) {
    throw new UsageError(`tls: ${asError(error).message}`);
  }
  if (!isPair) throw new UsageError("tls: private key does not match public key");
}

export const createDockerSecretVerb = defineVerb({
  name: "create secret docker-registry",
  usage:
    "NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]",
  about: "Create a secret with which images are pulled from a registry.",
  examples: `# Create a Secret for a registry
kubectl create secret docker-registry pull --docker-server=registry.example.com --docker-username=sailor --docker-password=knots`,
  flags: {
    ...generatorFlags,
    appendHash: appendHashFlag,
    dockerEmail: textFlag("Email for Docker registry"),
    dockerPassword: textFlag("Password for Docker registry authentication"),
    dockerServer: textFlag("Server location for Docker registry", { default: "https://index.docker.io/v1/" }),
    dockerUsername: textFlag("Username for Docker registry authentication"),
    fromFile: listFlag("A file with the settings, as PATH or .dockerconfigjson=PATH"),
  },
  complete: (invocation, { edge }): SecretOptions => {
    const { flags } = invocation;
    const name = oneName(invocation);
    const common = {
      ...generatorOptions(flags),
      name,
      type: "kubernetes.io/dockerconfigjson",
      appendHash: flags.appendHash,
    };
    if (flags.fromFile.length > 0) {
      const sources = { files: flags.fromFile, literals: [], envFiles: [] };
      const content = new Map(readData(sources, secretWords, edge));
      const [only] = content.values();
      if (only === undefined || content.size > 1) throw new UsageError("--from-file takes one file here");
      return { ...common, content: new Map([[".dockerconfigjson", only]]) };
    }
    const { dockerUsername: username, dockerPassword: password, dockerEmail: email, dockerServer: server } = flags;
    if (username === "" || password === "" || server === "") {
      throw new UsageError(
        "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
      );
    }
    const auth = base64Of(new TextEncoder().encode(`${username}:${password}`));
    const entry = { username, password, ...(email === "" ? {} : { email }), auth };
    const text = JSON.stringify({ auths: { [server]: entry } });
    return { ...common, content: new Map([[".dockerconfigjson", new TextEncoder().encode(text)]]) };
  },
  run: createSecret,
});
