import { Ajv, type ErrorObject, type JSONSchemaType, type ValidateFunction } from "ajv";

/** What must hold of a kubeconfig before anything is read from it: fields have their types, entries their names. */
interface Kubeconfig {
  readonly "current-context"?: string | null;
  readonly clusters?: readonly { readonly name: string }[] | null;
  readonly contexts?: readonly { readonly name: string }[] | null;
  readonly users?: readonly { readonly name: string }[] | null;
}

const string = { type: "string", nullable: true } as const;
const boolean = { type: "boolean", nullable: true } as const;
const strings = { type: "array", items: { type: "string" }, nullable: true } as const;

/** @see k8s.io/client-go/tools/clientcmd/api/v1/types.go */
const cluster = {
  server: string,
  "tls-server-name": string,
  "insecure-skip-tls-verify": boolean,
  "certificate-authority": string,
  "certificate-authority-data": string,
  "proxy-url": string,
  "disable-compression": boolean,
};
const context = { cluster: string, user: string, namespace: string };
const variable = {
  type: "object",
  properties: { name: { type: "string" }, value: { type: "string" } },
  required: ["name", "value"],
};
const exec = {
  type: "object",
  nullable: true,
  properties: {
    command: { type: "string" },
    args: strings,
    env: { type: "array", nullable: true, items: variable },
    apiVersion: string,
    installHint: string,
    provideClusterInfo: boolean,
    interactiveMode: string,
  },
  required: ["command"],
};
const user = {
  "client-certificate": string,
  "client-certificate-data": string,
  "client-key": string,
  "client-key-data": string,
  token: string,
  tokenFile: string,
  as: string,
  "as-uid": string,
  "as-groups": strings,
  username: string,
  password: string,
  exec,
};

function named(field: string, properties: object): object {
  return {
    type: "array",
    nullable: true,
    items: {
      type: "object",
      properties: { name: { type: "string" }, [field]: { type: "object", nullable: true, properties } },
      required: ["name"],
    },
  };
}

const schema = {
  type: "object",
  properties: {
    "current-context": string,
    clusters: named("cluster", cluster),
    contexts: named("context", context),
    users: named("user", user),
  },
} as unknown as JSONSchemaType<Kubeconfig>;

let validate: ValidateFunction<Kubeconfig> | undefined;

/** What is wrong with a kubeconfig, by its first fault: `users[0].user.token must be string`; null where nothing is. */
export function kubeconfigFault(value: unknown): string | null {
  validate ??= new Ajv({ allErrors: false }).compile(schema);
  if (validate(value)) return null;
  const [error] = validate.errors ?? [];
  return error === undefined ? "it is no kubeconfig" : faultText(error);
}

function faultText({ instancePath, message = "is wrong" }: ErrorObject): string {
  const path = instancePath
    .replace(/\/(\d+)/g, "[$1]")
    .replaceAll("/", ".")
    .replace(/^\./, "");
  return `${path === "" ? "it" : path} ${message}`;
}
