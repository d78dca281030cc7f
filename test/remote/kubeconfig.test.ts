import { describe, expect, it } from "vitest";
import { proxyFor } from "../../src/remote/connection.js";
import { KubeconfigError, targetOf } from "../../src/remote/kubeconfig.js";

const base64 = (text: string) => Buffer.from(text).toString("base64");

const file = {
  path: "/home/me/.kube/config",
  text: `
apiVersion: v1
kind: Config
current-context: one
clusters:
- name: near
  cluster: {server: "https://near:6443/", certificate-authority-data: ${base64("CA")}, tls-server-name: other}
- name: far
  cluster: {server: "https://far", certificate-authority: ca.crt, insecure-skip-tls-verify: true, proxy-url: "http://proxy:3128"}
contexts:
- {name: one, context: {cluster: near, user: token}}
- {name: two, context: {cluster: far, user: certificate, namespace: team}}
- {name: plugin, context: {cluster: far, user: plugin}}
- {name: old, context: {cluster: far, user: old}}
- {name: lost, context: {cluster: nowhere, user: token}}
users:
- {name: token, user: {token: secret}}
- {name: certificate, user: {client-certificate-data: ${base64("CERT")}, client-key: key.pem}}
- {name: plugin, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: get-token, args: [-x], env: [{name: A, value: b}]}}}
- {name: old, user: {auth-provider: {name: gcp}}}
`,
};

const read = (path: string, from: string) => `${path} beside ${from}`;

describe("a kubeconfig", () => {
  it("names the current context's server, certificates and token", () => {
    expect(targetOf([file], undefined, {}, read)).toEqual({
      context: "one",
      namespace: "",
      server: "https://near:6443",
      certificateAuthority: "CA",
      skipsVerification: false,
      serverName: "other",
      token: "secret",
    });
  });

  it("names files beside it, namespaces and proxies", () => {
    expect(targetOf([file], "two", {}, read)).toMatchObject({
      namespace: "team",
      certificateAuthority: "ca.crt beside /home/me/.kube/config",
      clientCertificate: "CERT",
      clientKey: "key.pem beside /home/me/.kube/config",
      skipsVerification: true,
      proxyUrl: "http://proxy:3128",
    });
  });

  it("names a plugin, which a token on the command line makes unnecessary", () => {
    const plugin = targetOf([file], "plugin", {}, read).exec;
    expect(plugin).toMatchObject({ command: "get-token", args: ["-x"], env: { A: "b" } });
    expect(targetOf([file], "plugin", { token: "given" }, read)).toMatchObject({ token: "given" });
    expect(targetOf([file], "plugin", { token: "given" }, read).exec).toBeUndefined();
  });

  it("gives way to flags", () => {
    const target = targetOf([file], "one", { server: "other:1", skipsVerification: true }, read);
    expect(target).toMatchObject({ server: "https://other:1", skipsVerification: true, token: "secret" });
    expect(targetOf([], undefined, { server: "http://127.0.0.1:8001", token: "t" }, read)).toMatchObject({
      server: "http://127.0.0.1:8001",
      token: "t",
      context: "",
    });
  });

  it("is merged of several, the first to name a thing counts", () => {
    const first = { path: "/first", text: 'users: [{name: token, user: {token: "first"}}]' };
    expect(targetOf([first, file], "one", {}, read).token).toBe("first");
  });

  const wrong = [
    {
      name: "a context that is not there",
      files: [file],
      context: "none",
      says: "context was not found for specified context: none",
    },
    { name: "a cluster that is not there", files: [file], context: "lost", says: 'cluster "nowhere" does not exist' },
    { name: "an auth provider", files: [file], context: "old", says: "auth-provider is not supported" },
    { name: "no server at all", files: [], context: undefined, says: "no server is named" },
    {
      name: "a text that is no YAML",
      files: [{ path: "x", text: "a: [" }],
      context: undefined,
      says: 'error loading config file "x"',
    },
    {
      name: "a token that is a number",
      files: [{ path: "x", text: "users: [{ name: a, user: { token: 5 } }]" }],
      context: undefined,
      says: 'error loading config file "x": users[0].user.token must be string',
    },
    {
      name: "a cluster without a name",
      files: [{ path: "x", text: "clusters: [{ cluster: {} }]" }],
      context: undefined,
      says: "clusters[0] must have required property 'name'",
    },
    {
      name: "an exec plugin without a command",
      files: [{ path: "x", text: "users: [{ name: a, user: { exec: { args: [b] } } }]" }],
      context: undefined,
      says: "users[0].user.exec must have required property 'command'",
    },
    { name: "a list", files: [{ path: "x", text: "[]" }], context: undefined, says: "it is no kubeconfig" },
  ];
  it.each(wrong)("is refused for $name", ({ files, context, says }) => {
    const target = () => targetOf(files, context, {}, read);
    expect(target).toThrow(KubeconfigError);
    expect(target).toThrow(says);
  });
});

describe("a proxy", () => {
  const cases = [
    { name: "of the environment", env: { HTTPS_PROXY: "http://proxy:1" }, want: "http://proxy:1/" },
    { name: "without a scheme", env: { https_proxy: "proxy:1" }, want: "http://proxy:1/" },
    {
      name: "is not used for an excepted host",
      env: { HTTPS_PROXY: "http://proxy:1", NO_PROXY: "a,.example.com" },
      want: undefined,
    },
    {
      name: "is used for others",
      env: { HTTPS_PROXY: "http://proxy:1", NO_PROXY: "ample.com" },
      want: "http://proxy:1/",
    },
    { name: "is not there", env: {}, want: undefined },
  ];
  it.each(cases)("$name", ({ env, want }) => {
    const url = new URL("https://api.example.com");
    expect(proxyFor({}, url, (name) => (env as Record<string, string>)[name])?.href).toBe(want);
  });

  it("is never used for this machine", () => {
    expect(proxyFor({}, new URL("https://127.0.0.1:6443"), () => "http://proxy:1")).toBeUndefined();
  });
});
