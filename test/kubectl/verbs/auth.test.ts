import { describe, expect, it } from "vitest";
import { WorldSession } from "../world-session.js";

describe("the one user", () => {
  it.each([
    ["auth can-i create jobs", "yes\n", 0],
    ["auth can-i '*' '*' -A", "yes\n", 0],
    ["auth can-i get /metrics", "yes\n", 0],
    ["auth can-i create jobs --as=jane", "no\n", 1],
    ["auth can-i create jobs --as=jane --as-group=system:masters", "yes\n", 0],
    ["auth can-i create jobs --as=system:serviceaccount:default:default", "no\n", 1],
    ["auth can-i get /version --as=jane", "yes\n", 0],
    ["auth can-i get /metrics --as=jane", "no\n", 1],
    ["auth can-i create selfsubjectreviews.authentication.k8s.io --as=jane -q", "", 1],
  ])("%s", async (line, says, exitStatus) => {
    const printed = await new WorldSession().run(line);
    expect({ says: printed.out, exitStatus: printed.exitStatus }).toEqual({ says, exitStatus });
  });

  it("is told all that the server allows", async () => {
    const { out } = await new WorldSession().run("auth can-i --list");
    const lines = out.split("\n");
    expect(lines.slice(0, 4)).toEqual([
      "Resources                                       Non-Resource URLs   Resource Names   Verbs",
      "*.*                                             []                  []               [*]",
      "                                                [*]                 []               [*]",
      "selfsubjectreviews.authentication.k8s.io        []                  []               [create]",
    ]);
    expect(lines).toHaveLength(23);
  });

  it("tells whom it acts for", async () => {
    const { out } = await new WorldSession().run("auth whoami --as=system:serviceaccount:mill:miller --as-uid=7");
    expect(out).toBe(
      [
        "ATTRIBUTE   VALUE",
        "Username    system:serviceaccount:mill:miller",
        "UID         7",
        "Groups      [system:serviceaccounts system:serviceaccounts:mill system:authenticated]",
        "",
      ].join("\n"),
    );
  });
});

describe("--as", () => {
  const forbidden = (what: string, verb: string, resource: string, group = "batch") =>
    `Error from server (Forbidden): ${what} is forbidden: User "jane" cannot ${verb} resource "${resource}" in API group "${group}" in the namespace "default"\n`;

  it.each([
    ["get jobs", forbidden("jobs.batch", "list", "jobs")],
    ["get job pi", forbidden('jobs.batch "pi"', "get", "jobs")],
    ["delete job pi", forbidden('jobs.batch "pi"', "delete", "jobs")],
    ["patch job pi -p {}", forbidden('jobs.batch "pi"', "get", "jobs")],
    [
      "get nodes",
      'Error from server (Forbidden): nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope\n',
    ],
    ["get --raw /metrics", 'Error from server (Forbidden): forbidden: User "jane" cannot get path "/metrics"\n'],
  ])("refuses what nobody has allowed: %s", async (line, says) => {
    const printed = (await new WorldSession().run(`${line} --as=jane`)).err;
    expect(printed).toBe(says);
  });

  it("needs a user for groups", async () => {
    const { err } = await new WorldSession().run("get jobs --as-group=a");
    expect(err).toContain("without impersonating a user");
  });
});
