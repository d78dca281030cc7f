import { describe, expect, it } from "vitest";
import { RecordedSession, recordedCommands } from "./recorded/session.js";

describe("what a real kubectl has printed of the same objects, byte for byte", () => {
  it.each(recordedCommands())("$command", async ({ at, command, out, err, exitStatus }) => {
    const printed = await new RecordedSession(at).run(command);
    expect(printed.out).toBe(out);
    expect(printed.err).toBe(err);
    expect(printed.exitStatus).toBe(exitStatus);
  });
});
