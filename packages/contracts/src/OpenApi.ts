/**
 * OpenAPI 2 and 3, as YAML or JSON: each operation is an `api`, each named schema a `schema`.
 *
 * An operation's shape is what it takes (parameters, the body) and what it answers, status by
 * status, with the schemas it refers to written out: who calls an operation is told when a schema
 * inside it changes. Names of path parameters mean nothing; their places do.
 */
import * as Contract from "@chorus/coordination-core/contract/Contract"
import type { Member } from "@chorus/coordination-core/contract/Shape"
import { parse } from "yaml"
import * as JsonSchema from "./JsonSchema.ts"
import {
  entries,
  guarded,
  items,
  nothing,
  provided,
  type Reader,
  record,
  type SourceFile,
  unknown
} from "./Reading.ts"

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]

type Fields = Readonly<Record<string, unknown>>

/** Does the text look like an OpenAPI document? */
export const looksLike = (text: string): boolean =>
  /(?:^|[{,])\s{0,4}["']?(?:openapi|swagger)["']?\s{0,4}:\s{0,4}["']?[23]\./m.test(text.slice(0, 4096))

/** Does the name of the file say that it is one, whatever stands in it? */
export const isNamed = (path: string): boolean =>
  /(^|\/)(openapi|swagger)(\.[\w-]+)*\.(ya?ml|json)$/.test(path)

export const read: Reader = guarded((file) => {
  const document = record(file.path.endsWith(".json") ? JSON.parse(file.text) : parse(file.text))
  const says = document?.["openapi"] ?? document?.["swagger"]
  if (document === undefined || (says === undefined && !looksLike(file.text)))
    return unknown(file, "it is no OpenAPI document")
  const foreign = new Set<string>()
  const resolve = (reference: string) => lookedUp(document, reference)
  const options = (side: Member["side"]): JsonSchema.Options => ({
    side,
    resolve,
    foreign: (reference) => foreign.add(reference)
  })
  const direct = (value: unknown): Fields | undefined => {
    const reference = record(value)?.["$ref"]
    if (typeof reference !== "string") return record(value)
    if (!reference.startsWith("#/")) foreign.add(reference)
    return record(resolve(reference))
  }
  const operations = entries(document["paths"]).flatMap(([path, given]) => {
    const item = direct(given)
    return methods.flatMap((method) => {
      const operation = record(item?.[method])
      if (operation === undefined) return []
      const shared = items(item?.["parameters"])
      const key = `${method.toUpperCase()} ${basePath(document)}${path}`
      return [[key, operationMembers({ document, operation, shared, path, direct, options })] as const]
    })
  })
  const schemas = ["components/schemas", "definitions"].flatMap((place) =>
    entries(resolve(`#/${place}`)).map(([name]) => {
      const schema = {
        $ref: `#/${place}/${name.replaceAll("~", "~0").replaceAll("/", "~1").replaceAll("%", "%25")}`
      }
      return [name, JsonSchema.members(schema, name, false, options("both"))] as const
    })
  )
  return Contract.merged([
    provided(file, "api", operations),
    provided(file, "schema", schemas),
    foreignTo(file, foreign)
  ])
})

const foreignTo = (file: SourceFile, foreign: ReadonlySet<string>): Contract.Scanned => {
  const [first] = foreign
  return first === undefined
    ? nothing
    : unknown(
        file,
        `it refers to what is not in it: ${first}` +
          (foreign.size > 1 ? ` and ${foreign.size - 1} more` : "")
      )
}

interface Given {
  readonly document: Fields
  readonly operation: Fields
  /** The parameters of all operations of the path. */
  readonly shared: ReadonlyArray<unknown>
  readonly path: string
  readonly direct: (value: unknown) => Fields | undefined
  readonly options: (side: Member["side"]) => JsonSchema.Options
}

const operationMembers = (given: Given): ReadonlyArray<Member> => {
  const { direct, document, operation, options, path, shared } = given
  const parameters = new Map(
    [...shared, ...items(operation["parameters"])].flatMap((each) => {
      const parameter = direct(each)
      return parameter === undefined
        ? []
        : [[`${parameter["in"]} ${parameter["name"]}`, parameter] as const]
    })
  )
  const names = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name)
  const taken = [...parameters.values()].flatMap((parameter) => {
    const place = parameter["in"]
    const name =
      place === "path"
        ? `path.${names.indexOf(String(parameter["name"])) + 1}`
        : place === "body"
          ? "body"
          : `${place}.${parameter["name"]}`
    const isRequired = place === "path" || parameter["required"] === true
    // OpenAPI 2 writes the type of a parameter beside its name.
    return JsonSchema.members(parameter["schema"] ?? parameter, name, isRequired, options("in"))
  })
  const body = direct(operation["requestBody"])
  const bodies = entries(body?.["content"]).flatMap(([, media]) =>
    JsonSchema.members(record(media)?.["schema"], "body", body?.["required"] === true, options("in"))
  )
  return [
    ...taken,
    ...bodies,
    ...answers(operation, direct, options),
    ...security(operation["security"] ?? document["security"])
  ]
}

const answers = (
  operation: Fields,
  direct: Given["direct"],
  options: Given["options"]
): ReadonlyArray<Member> =>
  entries(operation["responses"]).flatMap(([status, given]) => {
    const response = direct(given)
    const media = entries(response?.["content"]).map(([, each]) => record(each)?.["schema"])
    const schemas = response?.["schema"] === undefined ? media : [response["schema"]]
    return schemas.length === 0
      ? [{ name: status, is: "empty", side: "out" as const, required: false }]
      : schemas.flatMap((schema) => JsonSchema.members(schema, status, false, options("out")))
  })

/** Who may call: a scheme more is a demand more. */
const security = (value: unknown): ReadonlyArray<Member> => {
  const choices = items(value).map((choice) =>
    entries(choice)
      .map(([scheme]) => scheme)
      .sort()
      .join(" and ")
  )
  return choices.length === 0
    ? []
    : [
        {
          name: "security",
          is: choices
            .map((choice) => (choice === "" ? "nobody" : choice))
            .sort()
            .join(" or "),
          side: "in",
          required: !choices.includes("")
        }
      ]
}

/** What stands before every path: of OpenAPI 2 the base path, of 3 the path of the first server. */
const basePath = (document: Fields): string => {
  const server = record(items(document["servers"])[0])?.["url"]
  const url =
    typeof document["basePath"] === "string"
      ? document["basePath"]
      : typeof server === "string"
        ? server
        : ""
  return url.replace(/^[a-z]+:\/\/[^/]*/, "").replace(/\/+$/, "")
}

/** What a JSON pointer points at. */
const lookedUp = (document: Fields, reference: string): unknown =>
  reference
    .slice(2)
    .split("/")
    .reduce<unknown>((at, step) => {
      const written = step.replaceAll(/%([0-7][0-9a-f])/gi, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16))
      )
      const key = written.replaceAll("~1", "/").replaceAll("~0", "~")
      const fields = record(at)
      return fields !== undefined && Object.hasOwn(fields, key) ? fields[key] : undefined
    }, document)
