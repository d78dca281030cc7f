import type { Program } from "../../container/program.js";

// biome-ignore lint/correctness/useYield: a program is a generator, also when it never waits.
export const trueProgram: Program = function* () {
  return 0;
};

// biome-ignore lint/correctness/useYield: a program is a generator, also when it never waits.
export const falseProgram: Program = function* () {
  return 1;
};
