/** What a manifest may be at most, so that a hostile or mistaken file ends in a message and not in a full memory. */
export const manifestLimits = {
  /** Bytes of one file or of standard input. */
  inputBytesMax: 16 * 2 ** 20,
  /** Collections inside collections. */
  depthMax: 1_000,
  /** YAML or JSON documents in one input. */
  documentsMax: 20_000,
} as const;

/** `16 MiB`: a limit the way a message names it. */
export function mebibytesText(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
