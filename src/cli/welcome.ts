/** What `kjob` alone says: how to begin. */
export function welcome(color: boolean): string {
  const bold = (text: string) => (color ? `\u001b[1m${text}\u001b[0m` : text);
  return `${bold("kjob")} is kubectl with a Kubernetes control plane inside: it runs Jobs on this machine, with no cluster.

${bold("Begin with a Job:")}
  kjob create job hello --image=busybox -- sh -c 'echo Hello; sleep 5; echo done'
  kjob get jobs --watch              # Ctrl-C ends it
  kjob logs job/hello
  kjob describe job hello
  kjob delete job hello

${bold("Your own manifests:")}
  kjob apply -f job.yaml
  kjob get pods -w
  kjob wait --for=condition=complete job/NAME --timeout=5m

${bold("Time and clusters are yours:")}
  kjob cluster create fast --clock virtual --emulated-version 1.34
  kjob clock advance 10m             # ten minutes of Jobs in a moment
  kjob cluster list

Every command takes --help; \`kjob get --help\` shows examples. With \`alias kubectl=kjob\` a book's lines work as printed.
`;
}
