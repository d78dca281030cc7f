import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take longest, longest first: begun last, one of them would run on alone. */
const slowFirst = [
  "test/cli/killed-commands",
  "test/properties/time-cuts",
  "test/images/mongo/work-queue",
  "test/cli/kubectl-beside",
  "test/cli/live-clock",
  "test/cli/serve",
  "test/kubectl/help",
  "test/cli/bad-input",
  "test/manifests/pages",
];

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = slowFirst.findIndex((name) => moduleId.includes(name));
      return at < 0 ? slowFirst.length : at;
    };
    return [...(await super.sort(files))].sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    // Cases that wait for a cluster side by side: they mostly wait.
    maxConcurrency: 80,
    pool: "threads",
    maxWorkers: "100%",
    sequence: { sequencer: SlowFirst },
  },
});
