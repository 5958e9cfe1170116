/**
 * The arguments of a tool and the shape of its answer: JSON Schema, as little as tools need of it.
 *
 * One value is what a client is told, what arguments are checked by, and what gives them their type.
 * Lengths and forms are the node's to judge: it says so in words that an agent understands.
 */

export interface Text {
  readonly type: "string"
  readonly description?: string
  readonly enum?: ReadonlyArray<string>
}

export interface Yes {
  readonly type: "boolean"
  readonly description?: string
}

export interface Texts {
  readonly type: "array"
  readonly items: { readonly type: "string" }
  readonly description?: string
}

export type Fields = Readonly<Record<string, Text | Yes | Texts>>

export interface Input<F extends Fields = Fields, Required extends keyof F & string = string> {
  readonly type: "object"
  readonly properties: F
  readonly required?: ReadonlyArray<Required>
  readonly additionalProperties: false
}

type Value<S> = S extends { readonly enum: ReadonlyArray<infer Word> } ? Word
  : S extends { readonly type: "string" } ? string
  : S extends { readonly type: "boolean" } ? boolean
  : ReadonlyArray<string>

/** The arguments that an input describes. */
export type Arguments<I> = I extends Input<infer F, infer Required>
  ? { readonly [K in Required]: Value<F[K]> } & { readonly [K in Exclude<keyof F, Required>]?: Value<F[K]> }
  : never

export const input = <const F extends Fields, const Required extends keyof F & string = never>(
  properties: F,
  required: ReadonlyArray<Required> = []
): Input<F, Required> => ({
  type: "object",
  properties,
  ...(required.length === 0 ? {} : { required }),
  additionalProperties: false
})

/** What keeps these from being the arguments; undefined when nothing does. */
export const problem = ({ properties, required = [] }: Input, given: object): string | undefined => {
  const values = Object.entries(given).filter(([, value]) => value !== undefined && value !== null)
  const unknown = values.find(([name]) => !Object.hasOwn(properties, name))
  if (unknown !== undefined) {
    const names = Object.keys(properties).join(", ")
    return `there is no argument ${JSON.stringify(unknown[0].slice(0, 40))}; ` +
      (names === "" ? "this tool takes none" : `there are ${names}`)
  }
  const missing = required.find((name) => !values.some(([given]) => given === name))
  if (missing !== undefined) return `the argument ${missing} is missing`
  return values.flatMap(([name, value]) => {
    const field = properties[name]
    return field === undefined || fits(field, value) ? [] : [`${name} has to be ${inWords(field)}`]
  })[0]
}

const fits = (field: Text | Yes | Texts, value: unknown): boolean =>
  field.type === "array"
    ? Array.isArray(value) && value.every((item) => typeof item === "string")
    : typeof value === field.type &&
      !("enum" in field && typeof value === "string" && !field.enum.includes(value))

const inWords = (field: Text | Yes | Texts): string =>
  field.type === "array"
    ? "a list of strings"
    : field.type === "boolean"
    ? "true or false"
    : field.enum === undefined
    ? "a string"
    : `one of ${field.enum.join(", ")}`

export interface Output {
  readonly type: "object"
  readonly properties: Readonly<Record<string, object>>
  readonly required: ReadonlyArray<string>
}

const [string, boolean, integer] = [{ type: "string" }, { type: "boolean" }, { type: "integer" }]
/** Kinds of values in an answer. */
export const is = {
  string,
  boolean,
  integer,
  object: { type: "object" },
  strings: { type: "array", items: string },
  objects: { type: "array", items: { type: "object" } }
}

/** An answer: beside its own fields each has what to do next, and the news. */
export const output = (
  fields: Readonly<Record<string, object>>,
  optional: ReadonlyArray<string> = []
): Output => ({
  type: "object",
  properties: { next: is.string, news: is.strings, ...fields },
  required: ["next", "news", ...Object.keys(fields).filter((name) => !optional.includes(name))]
})
