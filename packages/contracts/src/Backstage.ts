/**
 * Backstage's `catalog-info.yaml`: a registry of providers and consumers that a team keeps already.
 *
 * Entities are named `kind:namespace/name`; here an API is an `api`, a resource is `infra`, a
 * component is a `package`, each by its bare name. The definition of an API is read as well where
 * it stands in the file.
 */
import * as Contract from "@chorus/coordination-core/contract/Contract"
import type { Member } from "@chorus/coordination-core/contract/Shape"
import type { Kind } from "@chorus/coordination-core/task/Scope"
import { parseAllDocuments } from "yaml"
import {
  consumed,
  guarded,
  nothing,
  provided,
  type Reader,
  record,
  type SourceFile,
  texts,
  unknown
} from "./Reading.ts"

export const isCatalog = (path: string): boolean => /(^|\/)catalog-info\.ya?ml$/.test(path)

/** Reads the catalog; `define` reads what an API is defined by. */
export const read = (define: Reader): Reader =>
  guarded((file) =>
    Contract.merged(
      [...parseAllDocuments(file.text)].map((document) => {
        const [error] = document.errors
        return error === undefined ? entity(file, document.toJS(), define) : unknown(file, error.message)
      })
    )
  )

const kinds: Readonly<Record<string, Kind>> = { api: "api", resource: "infra", component: "package" }

const entity = (file: SourceFile, value: unknown, define: Reader): Contract.Scanned => {
  const fields = record(value)
  const spec = record(fields?.["spec"])
  const name = record(fields?.["metadata"])?.["name"]
  const kind = kinds[String(fields?.["kind"]).toLowerCase()]
  if (kind === undefined || typeof name !== "string") return nothing
  const definition = spec?.["definition"]
  return Contract.merged([
    provided(file, kind, [
      [name, typeof spec?.["type"] === "string" ? [described("type", spec["type"])] : []]
    ]),
    provided(
      file,
      "api",
      texts(spec?.["providesApis"]).map((each) => [bare(each), []] as const)
    ),
    consumed(file, "api", texts(spec?.["consumesApis"]).map(bare)),
    ...texts(spec?.["dependsOn"]).map((each) => consumed(file, kindOf(each), [bare(each)])),
    typeof definition === "string" ? define({ path: file.path, text: definition }) : nothing
  ])
}

const described = (name: string, is: string): Member => ({ name, is, side: "out", required: true })

const kindOf = (reference: string): Kind => {
  const kind = reference.slice(0, Math.max(0, reference.indexOf(":"))).toLowerCase()
  return Object.hasOwn(kinds, kind) ? (kinds[kind] ?? "package") : "package"
}

/** The name of `kind:namespace/name`. */
const bare = (reference: string): string =>
  reference.slice(Math.max(reference.lastIndexOf("/"), reference.indexOf(":")) + 1)
