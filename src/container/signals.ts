/** Signals by their Linux numbers; `text` is what a shell says of a child that one has ended. */
interface SignalInfo {
  readonly number: number;
  /** Without `SIG`. */
  readonly name: string;
  readonly text: string;
  readonly byDefault: "end" | "ignore" | "stop" | "continue";
}

function signal(number: number, name: string, text: string, byDefault: SignalInfo["byDefault"] = "end"): SignalInfo {
  return { number, name, text, byDefault };
}

export const signals: readonly SignalInfo[] = [
  signal(1, "HUP", "Hangup"),
  signal(2, "INT", "Interrupt"),
  signal(3, "QUIT", "Quit"),
  signal(4, "ILL", "Illegal instruction"),
  signal(5, "TRAP", "Trace/breakpoint trap"),
  signal(6, "ABRT", "Aborted"),
  signal(7, "BUS", "Bus error"),
  signal(8, "FPE", "Floating point exception"),
  signal(9, "KILL", "Killed"),
  signal(10, "USR1", "User defined signal 1"),
  signal(11, "SEGV", "Segmentation fault"),
  signal(12, "USR2", "User defined signal 2"),
  signal(13, "PIPE", "Broken pipe"),
  signal(14, "ALRM", "Alarm clock"),
  signal(15, "TERM", "Terminated"),
  signal(16, "STKFLT", "Stack fault"),
  signal(17, "CHLD", "Child exited", "ignore"),
  signal(18, "CONT", "Continued", "continue"),
  signal(19, "STOP", "Stopped (signal)", "stop"),
  signal(20, "TSTP", "Stopped", "stop"),
  signal(21, "TTIN", "Stopped (tty input)", "stop"),
  signal(22, "TTOU", "Stopped (tty output)", "stop"),
  signal(23, "URG", "Urgent I/O condition", "ignore"),
  signal(24, "XCPU", "CPU time limit exceeded"),
  signal(25, "XFSZ", "File size limit exceeded"),
  signal(26, "VTALRM", "Virtual timer expired"),
  signal(27, "PROF", "Profiling timer expired"),
  signal(28, "WINCH", "Window changed", "ignore"),
  signal(29, "POLL", "I/O possible"),
  signal(30, "PWR", "Power failure"),
  signal(31, "SYS", "Bad system call"),
];

export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGKILL = 9;
export const SIGSEGV = 11;
export const SIGPIPE = 13;
export const SIGTERM = 15;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGSTOP = 19;

export function signalInfo(number: number): SignalInfo | undefined {
  return signals[number - 1];
}

/** `TERM`, `sigterm` or `15` as a number; 0 for `EXIT` and `0`; null for what is no signal. */
export function signalNumber(name: string): number | null {
  if (/^\d+$/.test(name)) {
    const number = Number(name);
    return number === 0 || signalInfo(number) ? number : null;
  }
  const bare = name.toUpperCase().replace(/^SIG/, "");
  if (bare === "EXIT") return 0;
  return signals.find((info) => info.name === bare)?.number ?? null;
}
