/** The letters and digits of generated names: no vowels, so that no words arise, and none that look alike. */
export const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";

/** How many of them a generated name ends in. */
export const suffixLength = 5;

/** What a generated name may have before its suffix: a DNS label holds 63 characters in all. */
export const generatedBaseLengthMax = 63 - suffixLength;

/** What fits before a suffix. */
export function generatedBase(base: string): string {
  return base.length > generatedBaseLengthMax ? base.slice(0, generatedBaseLengthMax) : base;
}

/**
 * A name that begins with `base` and ends in five characters of chance.
 * @param random a number from 0 up to, and not including, its argument
 * @see k8s.io/apiserver/pkg/storage/names/generate.go, SimpleNameGenerator
 */
export function generateName(base: string, random: (bound: number) => number): string {
  let name = generatedBase(base);
  for (let count = 0; count < suffixLength; count++) name += suffixAlphabet.charAt(random(suffixAlphabet.length));
  return name;
}
