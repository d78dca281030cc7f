/** The programs every image with a shell brings, by name. */
import type { Program } from "../container/program.js";
import { awk } from "./programs/awk.js";
import { cat } from "./programs/cat.js";
import { cmp, diff } from "./programs/compare.js";
import { cut } from "./programs/cut.js";
import { date } from "./programs/date.js";
import { basename, dirname, mkdir, pwd, rmdir } from "./programs/directories.js";
import { dd, hexdump, od, xxd } from "./programs/dumps.js";
import { echo } from "./programs/echo.js";
import { base64, md5sum, sha1sum, sha256sum, sha512sum } from "./programs/encodings.js";
import { env, nohup, printenv, time, timeout, which, yes } from "./programs/environment.js";
import { expr } from "./programs/expr.js";
import { chgrp, chmod, chown, cp, ln, mktemp, mv, rm, touch, truncate, unlink } from "./programs/file-changes.js";
import { du, readlink, realpath, stat } from "./programs/file-facts.js";
import { find } from "./programs/find.js";
import { egrep, fgrep, grep } from "./programs/grep.js";
import { head, tail } from "./programs/head-tail.js";
import { comm, factor, fold, nl, paste, rev, shuf, tac } from "./programs/lines.js";
import { ls } from "./programs/ls.js";
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
import { tar } from "./programs/tar.js";
import { tee } from "./programs/tee.js";
import { test } from "./programs/test.js";
import { tr } from "./programs/tr.js";
import { uniq } from "./programs/uniq.js";
import { groups, id, whoami } from "./programs/users.js";
import { wc } from "./programs/wc.js";
import { xargs } from "./programs/xargs.js";

/** Programs by their names; the shells are added by the catalogue. */
export const busyboxPrograms: Readonly<Record<string, Program>> = {
  "[": test,
  "[[": test,
  arch,
  awk,
  base64,
  basename,
  cat,
  chgrp,
  chmod,
  chown,
  cmp,
  comm,
  cp,
  cut,
  date,
  dd,
  df,
  diff,
  dirname,
  dnsdomainname,
  du,
  echo,
  egrep,
  env,
  expr,
  factor,
  false: falseProgram,
  fgrep,
  find,
  fold,
  free,
  grep,
  groups,
  hd: hexdump,
  head,
  hexdump,
  hostname,
  id,
  kill,
  killall,
  ln,
  ls,
  md5sum,
  mkdir,
  mktemp,
  mv,
  nc: refused("nc"),
  nl,
  nohup,
  nproc,
  nslookup,
  od,
  paste,
  pidof,
  ping,
  printenv,
  printf,
  ps,
  pwd,
  readlink,
  realpath,
  rev,
  rm,
  rmdir,
  sed,
  seq,
  sha1sum,
  sha256sum,
  sha512sum,
  shuf,
  sleep,
  sort,
  stat,
  sync,
  tac,
  tail,
  tar,
  tee,
  telnet: refused("telnet"),
  test,
  time,
  timeout,
  touch,
  tr,
  true: trueProgram,
  truncate,
  tty,
  uname,
  uniq,
  unlink,
  uptime,
  usleep,
  wc,
  wget: refused("wget"),
  which,
  whoami,
  xargs,
  xxd,
  yes,
};
