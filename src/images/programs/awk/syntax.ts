/** What an awk program is made of, once parsed. */

export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  /** Alone it is matched with $0. */
  | { readonly kind: "regex"; readonly source: string }
  | { readonly kind: "variable"; readonly name: string; readonly slot: number }
  | { readonly kind: "field"; readonly index: Expression }
  | { readonly kind: "element"; readonly array: Variable; readonly subscripts: readonly Expression[] }
  | { readonly kind: "assign"; readonly operator: string; readonly target: Target; readonly value: Expression }
  | { readonly kind: "ternary"; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: "logical"; readonly operator: "&&" | "||"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "match"; readonly negated: boolean; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "in"; readonly subscripts: readonly Expression[]; readonly array: Variable }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Expression }
  | { readonly kind: "step"; readonly by: 1 | -1; readonly before: boolean; readonly target: Target }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[]; readonly line: number }
  | { readonly kind: "builtin"; readonly name: string; readonly args: readonly Expression[]; readonly line: number }
  | {
      readonly kind: "getline";
      readonly from: "main" | "file" | "command";
      readonly source: Expression | null;
      readonly target: Target | null;
    }
  /** `(a, b)`: only in front of `in`, or as the arguments of print. */
  | { readonly kind: "group"; readonly items: readonly Expression[] };

/** A variable; `slot` is its place among the parameters of the function, or -1 for a global one. */
export interface Variable {
  readonly kind: "variable";
  readonly name: string;
  readonly slot: number;
}

export type Target = Extract<Expression, { kind: "variable" | "field" | "element" }>;

export type Statement =
  | { readonly kind: "block"; readonly body: readonly Statement[] }
  | { readonly kind: "expression"; readonly expression: Expression }
  | {
      readonly kind: "print";
      readonly formatted: boolean;
      readonly args: readonly Expression[];
      readonly redirect: { readonly operator: ">" | ">>" | "|"; readonly target: Expression } | null;
    }
  | { readonly kind: "if"; readonly test: Expression; readonly yes: Statement; readonly no: Statement | null }
  | { readonly kind: "while"; readonly test: Expression; readonly body: Statement }
  | { readonly kind: "do"; readonly body: Statement; readonly test: Expression }
  | {
      readonly kind: "for";
      readonly first: Statement | null;
      readonly test: Expression | null;
      readonly step: Statement | null;
      readonly body: Statement;
    }
  | { readonly kind: "forIn"; readonly variable: Variable; readonly array: Variable; readonly body: Statement }
  | { readonly kind: "jump"; readonly to: "break" | "continue" | "next" | "nextfile" }
  | { readonly kind: "exit"; readonly status: Expression | null }
  | { readonly kind: "return"; readonly value: Expression | null }
  | { readonly kind: "delete"; readonly array: Variable; readonly subscripts: readonly Expression[] | null };

export interface Rule {
  /** null: every record. */
  readonly pattern: Expression | null;
  /** The end of a range. */
  readonly until: Expression | null;
  /** null: print. */
  readonly action: Statement | null;
}

export interface AwkFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Statement;
}

export interface AwkProgram {
  readonly begin: readonly Statement[];
  readonly rules: readonly Rule[];
  readonly end: readonly Statement[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
}
