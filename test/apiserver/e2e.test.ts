import { describe } from "vitest";
import { servedCases } from "./e2e/cluster.js";
import { cronJobCases } from "./e2e/cronjob-cases.js";
import { jobApiCases } from "./e2e/job-api-cases.js";
import { jobCases } from "./e2e/job-cases.js";
import { jobPolicyCases } from "./e2e/job-policy-cases.js";
import { podCases } from "./e2e/pod-cases.js";

/**
 * The steps of Kubernetes' own end-to-end tests, by a client over HTTPS, each case in a namespace of its own.
 * @see kubernetes v1.36 test/e2e/apps/job.go, test/e2e/apps/cronjob.go, test/e2e/node/pods.go
 */
describe("as the end-to-end tests of Kubernetes try them", () => {
  const it = servedCases();
  describe("Jobs", () => {
    jobCases(it);
    jobPolicyCases(it);
    jobApiCases(it);
  });
  describe("CronJobs", () => cronJobCases(it));
  describe("Pods", () => podCases(it));
});
