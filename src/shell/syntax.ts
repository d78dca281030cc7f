/** What the shell runs: the parser library's tree, brought into the few shapes that the evaluator knows. */

export interface Word {
  readonly parts: readonly Part[];
  /** The whole value, where nothing in the word is to be expanded, split or matched; else null. */
  readonly literal: string | null;
  /** Whether no command has to run to expand it. */
  readonly isPure: boolean;
  /** For `name=value` among the arguments: name, and the value as an assignment expands it. */
  readonly assignment?: { readonly name: string; readonly value: Word };
}

export type Part = TextPart | TildePart | ParameterPart | CommandPart | ArithmeticPart;

interface TextPart {
  readonly kind: "text";
  readonly text: string;
  readonly isQuoted: boolean;
  /** Split at $IFS, like a value. */
  readonly isSplit?: boolean;
}

/** `~` or `~user`. */
interface TildePart {
  readonly kind: "tilde";
  readonly user: string;
}

export interface ParameterPart {
  readonly kind: "parameter";
  readonly name: string;
  readonly isQuoted: boolean;
  readonly operation: ParameterOperation | null;
}

export type ParameterOperation =
  | { readonly kind: "length" }
  /** `-`, `=`, `?` or `+`; `orNull` for the forms with a colon. */
  | {
      readonly kind: "default";
      readonly operator: "-" | "=" | "?" | "+";
      readonly orNull: boolean;
      readonly operand: Word;
    }
  | { readonly kind: "remove"; readonly side: "prefix" | "suffix"; readonly isLongest: boolean; readonly pattern: Word }
  | {
      readonly kind: "replace";
      readonly where: "first" | "all";
      readonly pattern: Word;
      readonly replacement: Word;
    }
  | { readonly kind: "slice"; readonly offset: Word; readonly length: Word | null };

interface CommandPart {
  readonly kind: "command";
  readonly script: List;
  readonly isQuoted: boolean;
}

interface ArithmeticPart {
  readonly kind: "arithmetic";
  readonly expression: Word;
  readonly isQuoted: boolean;
}

export interface Assignment {
  readonly name: string;
  readonly value: Word;
}

export type Redirection =
  | {
      readonly kind: "file";
      readonly fd: number;
      readonly operator: "<" | ">" | ">>" | "<>" | ">|";
      readonly target: Word;
    }
  /** `n>&m`, `n<&m`, `n>&-`; a `>&` of something that is no number opens a file for both. */
  | { readonly kind: "duplicate"; readonly fd: number; readonly operator: "<&" | ">&"; readonly target: Word }
  /** `&>`. */
  | { readonly kind: "both"; readonly fd: number; readonly isAppending: boolean; readonly target: Word }
  | { readonly kind: "here"; readonly fd: number; readonly body: Word };

export interface List {
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly node: Node;
  readonly isBackground: boolean;
}

export type Node = SimpleCommand | Pipeline | AndOr | If | For | While | Case | Group | FunctionDefinition | Test;

export interface SimpleCommand {
  readonly kind: "simple";
  readonly line: number;
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
}

export interface Pipeline {
  readonly kind: "pipeline";
  readonly isNegated: boolean;
  readonly commands: readonly Node[];
}

export interface AndOr {
  readonly kind: "andOr";
  readonly first: Node;
  readonly rest: readonly { readonly operator: "&&" | "||"; readonly node: Node }[];
}

export interface If {
  readonly kind: "if";
  readonly branches: readonly { readonly condition: List; readonly body: List }[];
  readonly otherwise: List | null;
}

export interface For {
  readonly kind: "for";
  readonly variable: string;
  /** null: the positional parameters. */
  readonly words: readonly Word[] | null;
  readonly body: List;
}

export interface While {
  readonly kind: "while";
  readonly isUntil: boolean;
  readonly condition: List;
  readonly body: List;
}

export interface Case {
  readonly kind: "case";
  readonly word: Word;
  readonly items: readonly { readonly patterns: readonly Word[]; readonly body: List }[];
}

/** `{ …; }` and `( … )`, and any compound command with redirections of its own. */
export interface Group {
  readonly kind: "group";
  readonly isSubshell: boolean;
  readonly body: List;
  readonly redirections: readonly Redirection[];
}

interface FunctionDefinition {
  readonly kind: "function";
  readonly name: string;
  readonly body: Node;
}

/** `[[ … ]]`. */
export interface Test {
  readonly kind: "test";
  readonly line: number;
  readonly expression: TestExpression;
}

export type TestExpression =
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Word }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Word; readonly right: Word }
  | { readonly kind: "logical"; readonly operator: "&&" | "||"; readonly operands: readonly TestExpression[] }
  | { readonly kind: "not"; readonly operand: TestExpression };
