/** The programs every image with a shell brings, by name. */
import type { Program } from "../container/program.js";
import { cat } from "./programs/cat.js";
import { cut } from "./programs/cut.js";
import { date } from "./programs/date.js";
import { basename, dirname, mkdir, pwd, rmdir } from "./programs/directories.js";
import { echo } from "./programs/echo.js";
import { env, nohup, printenv, time, timeout, which, yes } from "./programs/environment.js";
import { expr } from "./programs/expr.js";
import { egrep, fgrep, grep } from "./programs/grep.js";
import { head, tail } from "./programs/head-tail.js";
import { nslookup, refused } from "./programs/network.js";
import { ping } from "./programs/ping.js";
import { printf } from "./programs/printf.js";
import { kill, killall, pidof, ps } from "./programs/processes.js";
import { sed } from "./programs/sed.js";
import { seq } from "./programs/seq.js";
import { sleep, usleep } from "./programs/sleep.js";
import { sort } from "./programs/sort.js";
import { falseProgram, trueProgram } from "./programs/status.js";
import { arch, df, dnsdomainname, free, hostname, nproc, sync, tty, uname, uptime } from "./programs/system.js";
import { tee } from "./programs/tee.js";
import { test } from "./programs/test.js";
import { tr } from "./programs/tr.js";
import { uniq } from "./programs/uniq.js";
import { groups, id, whoami } from "./programs/users.js";
import { wc } from "./programs/wc.js";

/** Programs by their names; the shells are added by the catalogue. */
export const busyboxPrograms: Readonly<Record<string, Program>> = {
  "[": test,
  "[[": test,
  arch,
  basename,
  cat,
  cut,
  date,
  df,
  dirname,
  dnsdomainname,
  echo,
  egrep,
  env,
  expr,
  false: falseProgram,
  fgrep,
  free,
  grep,
  groups,
  head,
  hostname,
  id,
  kill,
  killall,
  mkdir,
  nc: refused("nc"),
  nohup,
  nproc,
  nslookup,
  pidof,
  ping,
  printenv,
  printf,
  ps,
  pwd,
  rmdir,
  sed,
  seq,
  sleep,
  sort,
  sync,
  tail,
  tee,
  telnet: refused("telnet"),
  test,
  time,
  timeout,
  tr,
  true: trueProgram,
  tty,
  uname,
  uniq,
  uptime,
  usleep,
  wc,
  wget: refused("wget"),
  which,
  whoami,
  yes,
};
