import type { Client } from "../src/client/client.js";

/** Events about objects of this name in the default namespace, as `reason: message`, first ones first. */
export function eventsAbout(client: Client, name: string): string[] {
  return client
    .list("events", "default")
    .filter((event) => event.involvedObject.name === name)
    .toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .map(({ reason, message }) => `${reason}: ${message}`);
}
