/** Where a node stands, and how it is written: what an error message says of it. */
interface Placed {
  readonly position: number;
  readonly source: string;
}

export type Operand = Placed &
  (
    | { readonly type: "dot" }
    | { readonly type: "nil" }
    | { readonly type: "literal"; readonly value: string | number | boolean }
    /** `.a.b` of the dot. */
    | { readonly type: "field"; readonly names: readonly string[] }
    /** `$x.a.b`; the name includes its dollar sign. */
    | { readonly type: "variable"; readonly name: string; readonly names: readonly string[] }
    | { readonly type: "function"; readonly name: string }
    /** `(pipeline).a.b` */
    | { readonly type: "pipe"; readonly pipeline: Pipeline; readonly names: readonly string[] }
  );

/** A function with its arguments, or a value. */
export type Command = Placed & { readonly operands: readonly Operand[] };

export interface Pipeline extends Placed {
  /** Variables that the pipeline declares (`:=`) or sets (`=`). */
  readonly variables: readonly string[];
  readonly isAssignment: boolean;
  readonly commands: readonly Command[];
}

export type TemplateNode =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "action"; readonly pipeline: Pipeline }
  | {
      readonly type: "if" | "with" | "range";
      readonly pipeline: Pipeline;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | { readonly type: "break" | "continue" }
  | ({ readonly type: "template"; readonly name: string; readonly pipeline: Pipeline | undefined } & Placed);

export interface Template {
  readonly text: string;
  readonly nodes: readonly TemplateNode[];
  /** What `{{define}}` and `{{block}}` name. */
  readonly definitions: ReadonlyMap<string, readonly TemplateNode[]>;
}
