import type { TypeTexts } from "./texts.js";

/** Jobs and CronJobs, with everything that their specs are made of. */
export const jobTexts: Readonly<Record<string, TypeTexts>> = {
  Job: {
    about: "A Job runs Pods until as many of them as wanted have succeeded, and then stops.",
    fields: {
      spec: "What the Job is to do: which Pods to run, how many, and what to make of failures.",
      status: "How far the Job has come. Written by the Job controller alone.",
    },
  },
  JobSpec: {
    about: "JobSpec says what a Job is to run, how often, how many at a time, and when to give up.",
    fields: {
      activeDeadlineSeconds:
        "The longest time, in seconds after startTime, that the Job may take. When it is over, running Pods are ended and the Job fails with the reason DeadlineExceeded. A suspended Job's time starts anew when it is resumed.",
      backoffLimit:
        "How many failures are retried before the Job counts as failed. Defaults to 6, or to 2147483647 where backoffLimitPerIndex is set. With restartPolicy OnFailure the restarts of containers count.",
      backoffLimitPerIndex:
        "How many failures one index may have before that index counts as failed. For Indexed Jobs with restartPolicy Never only; cannot be changed.",
      completionMode:
        "NonIndexed (the default): the Job is complete after so many successes, whichever Pods had them. Indexed: each completion has an index from 0 to completions - 1, which its Pod finds in the annotation batch.kubernetes.io/job-completion-index, its host name and the variable JOB_COMPLETION_INDEX.",
      completions:
        "How many Pods have to succeed. Without it, one success completes the Job, and its parallel Pods are workers that share a queue. Can be changed later for Indexed Jobs alone, together with parallelism.",
      managedBy:
        "The controller that is in charge of this Job. Anything but kubernetes.io/job-controller makes the built-in controller leave the Job alone. Cannot be changed.",
      manualSelector:
        "Set it to true to choose selector and Pod labels yourself. Left out, the system makes both, and they are sure to be unique.",
      maxFailedIndexes:
        "How many indexes may fail before the whole Job is given up, its running Pods ended. Needs backoffLimitPerIndex.",
      parallelism:
        "How many Pods may run at the same time. Fewer run when fewer completions are left. Defaults to 1; 0 pauses the Job. Can be changed at any time.",
      podFailurePolicy:
        "Which failures of Pods fail the Job or an index at once, count, or are ignored. The first rule that matches decides; where none does, a failure counts towards backoffLimit. Needs restartPolicy Never.",
      podReplacementPolicy:
        "When a Pod that goes is replaced. TerminatingOrFailed: as soon as it is being deleted or has failed. Failed: only when it has ended. With a podFailurePolicy, Failed is the default and the only choice.",
      selector:
        "The labels by which the Job finds its Pods. Normally left to the system; see manualSelector. Cannot be changed.",
      successPolicy:
        "Which indexes have to succeed for the Job to count as complete, before all of them have. For Indexed Jobs only; cannot be changed.",
      suspend:
        "True ends running Pods and starts no new ones; false lets the Job go on. The time limit of activeDeadlineSeconds begins again.",
      template:
        "The Pods that the Job creates. The only allowed values of template.spec.restartPolicy are Never and OnFailure.",
      ttlSecondsAfterFinished:
        "How many seconds after its end the Job is deleted, with its Pods. 0 deletes it at once; left out, it is kept.",
    },
  },
  JobStatus: {
    about: "JobStatus is how far a Job has come, as its controller last saw it.",
    fields: {
      active: "The Pods that are pending or running and not being deleted. Zero once the Job has ended.",
      completedIndexes:
        "The indexes that have succeeded, as numbers and ranges with commas between: 1,3-5,7. For Indexed Jobs.",
      completionTime: "When the Job completed. A Job that failed has none.",
      conditions:
        "What can be said about the Job: SuccessCriteriaMet and Complete, FailureTarget and Failed, or Suspended, each with its reason.",
      failed: "The Pods that failed and count as failures.",
      failedIndexes:
        "The indexes that failed for good, in the format of completedIndexes. Only with backoffLimitPerIndex.",
      ready: "The Pods whose condition Ready is true and which are not being deleted.",
      startTime: "When the controller began with the Job, or resumed it.",
      succeeded: "The Pods that succeeded.",
      terminating: "The Pods that are being deleted and have not ended yet.",
      uncountedTerminatedPods:
        "Pods that have ended and are not counted in succeeded and failed yet, by UID. The controller keeps its books with it.",
    },
  },
  JobCondition: {
    about: "JobCondition is one thing that holds, or does not hold, of a Job.",
    fields: {
      lastProbeTime: "When the condition was last looked at.",
      lastTransitionTime: "When the condition last changed its status.",
      message: "The details, for people.",
      reason: "Why it changed, in one word: BackoffLimitExceeded, DeadlineExceeded, CompletionsReached.",
      status: "Whether it holds: True, False or Unknown.",
      type: "What the condition is about: Complete, Failed, Suspended, FailureTarget or SuccessCriteriaMet.",
    },
  },
  UncountedTerminatedPods: {
    about: "UncountedTerminatedPods holds the UIDs of Pods that have ended and are not in the Job's counters yet.",
    fields: { failed: "UIDs of Pods that failed.", succeeded: "UIDs of Pods that succeeded." },
  },
  PodFailurePolicy: {
    about: "PodFailurePolicy says what failures of Pods mean for their Job.",
    fields: { rules: "The rules, tried from the first to the last; the first that matches decides. At most 20." },
  },
  PodFailurePolicyRule: {
    about:
      "PodFailurePolicyRule is what to do about a failed Pod that matches. A rule looks at exit codes or at conditions, not at both.",
    fields: {
      action:
        "What a match does. FailJob fails the Job and ends its Pods; FailIndex gives up the Pod's index; Ignore replaces the Pod without counting the failure; Count counts it towards backoffLimit.",
      onExitCodes: "Matches by the exit codes of containers.",
      onPodConditions: "Matches when the Pod has one of these conditions. At most 20.",
    },
  },
  PodFailurePolicyOnExitCodesRequirement: {
    about:
      "PodFailurePolicyOnExitCodesRequirement matches a failed Pod by the exit codes of its containers, init containers included.",
    fields: {
      containerName: "The container to look at. Left out, all of them are.",
      operator:
        "In: some container's exit code is among the values. NotIn: some container ended with a code other than 0 that is not among them.",
      values: "Exit codes in ascending order, each once; 0 is not allowed with In. At most 255.",
    },
  },
  PodFailurePolicyOnPodConditionsPattern: {
    about: "PodFailurePolicyOnPodConditionsPattern matches a failed Pod by one of its conditions.",
    fields: {
      status: "The status that the condition must have. Defaults to True.",
      type: "The type that the condition must have, such as DisruptionTarget.",
    },
  },
  SuccessPolicy: {
    about: "SuccessPolicy says when an Indexed Job is complete although not all of its indexes have succeeded.",
    fields: { rules: "The rules, tried in order. Once one is met, the Pods that still run are ended. At most 20." },
  },
  SuccessPolicyRule: {
    about:
      "SuccessPolicyRule is met by indexes that have succeeded: certain ones, a number of them, or a number of certain ones.",
    fields: {
      succeededCount: "How many indexes have to succeed, of all or of those in succeededIndexes.",
      succeededIndexes:
        "Which indexes count, as numbers and ranges with commas between: 0,3-5. Without succeededCount all of them have to succeed.",
    },
  },
  CronJob: {
    about: "A CronJob creates a Job at every time that its schedule names.",
    fields: {
      spec: "When to create Jobs, which ones, and how many of them to keep.",
      status: "Which Jobs run now, and when the last ones were created and succeeded.",
    },
  },
  CronJobSpec: {
    about: "CronJobSpec says when Jobs are created and what they are like.",
    fields: {
      concurrencyPolicy:
        "What happens when it is time and the previous Job still runs. Allow (the default): both run. Forbid: the new one is skipped. Replace: the running one is deleted first.",
      failedJobsHistoryLimit: "How many failed Jobs are kept. Defaults to 1.",
      jobTemplate: "The Job to create.",
      schedule:
        "When, in cron's five fields: minute, hour, day of the month, month, day of the week. @hourly, @daily, @weekly, @monthly, @yearly and @every 1h30m are understood too.",
      startingDeadlineSeconds:
        "How many seconds late a Job may still be created that was missed at its time. Later it is left out, and counts as missed.",
      successfulJobsHistoryLimit: "How many Jobs that completed are kept. Defaults to 3.",
      suspend: "True creates no more Jobs; those that run are left alone. Defaults to false.",
      timeZone:
        "The time zone in which the schedule is meant, as the IANA database names it: Europe/Rome. Left out, it is that of the controller manager.",
    },
  },
  CronJobStatus: {
    about: "CronJobStatus is what a CronJob has done.",
    fields: {
      active: "The Jobs that run now.",
      lastScheduleTime: "The last time of the schedule at which a Job was created.",
      lastSuccessfulTime: "When a Job of this CronJob last completed.",
    },
  },
  JobTemplateSpec: {
    about: "JobTemplateSpec describes a Job that is to be created.",
    fields: {
      metadata: "Labels and annotations of the Jobs that are created.",
      spec: "What the Job is to do: which Pods to run, how many, and what to make of failures.",
    },
  },
};
