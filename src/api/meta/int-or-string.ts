/** A number, or a text: the name of a port, or a share such as `50%`. */
type IntOrString = number | string;

export function isIntValue(value: IntOrString): value is number {
  return typeof value === "number";
}
