/**
 * From what was found in a repository to what is stated of it: parts that each fit a sealed fact.
 *
 * Contracts are taken in the order of their names, those provided first; what has no room in the
 * last part is counted. What the node stated before word for word is not stated again.
 */
import { namesMax, partsMax, type ContractsStated } from "../fact/ContractFacts.ts"
import { jsonBytes } from "../fact/Text.ts"
import * as Hash from "../identity/Hash.ts"
import type { Statement } from "./Contracts.ts"

/** What is to be stated of a repository. */
export interface Stated {
  readonly repository: string
  /** Contracts with the digests of their shapes. */
  readonly provides: Readonly<Record<string, string>>
  readonly consumes: ReadonlyArray<string>
  readonly revision?: string
}

/** The names of a part take at most so many bytes; the rest of a sealed fact is for its frame. */
export const partBytesMax = 13 * 1024

/** The parts of the next version; none where the version known says the same. */
export const parts = (stated: Stated, known: Statement | undefined): ReadonlyArray<ContractsStated> => {
  const packed = pack(stated)
  const digest = Hash.ofText(JSON.stringify([stated.provides, stated.consumes, stated.revision ?? ""]))
  if (known?.parts.length === packed.bins.length && known.parts.every((part) => part.digest === digest))
    return []
  return packed.bins.map((bin, at) => ({
    message_type: "contracts_stated",
    repository: stated.repository,
    version: (known?.version ?? 0) + 1,
    part: at + 1,
    parts: packed.bins.length,
    provides: Object.fromEntries(bin.provides),
    consumes: bin.consumes,
    digest,
    left_out: packed.leftOut,
    ...(stated.revision === undefined ? {} : { revision: stated.revision })
  }))
}

interface Bin {
  bytes: number
  readonly provides: Array<[string, string]>
  readonly consumes: Array<string>
}

const pack = ({
  consumes,
  provides
}: Stated): { readonly bins: ReadonlyArray<Bin>; readonly leftOut: number } => {
  const bins: Array<Bin> = [{ bytes: 0, provides: [], consumes: [] }]
  let leftOut = 0
  const room = (bytes: number, list: "provides" | "consumes"): Bin | undefined => {
    const last = bins.at(-1)
    const fits = last !== undefined && last.bytes + bytes <= partBytesMax && last[list].length < namesMax
    if (fits) return last
    if (bins.length >= partsMax) return undefined
    const next: Bin = { bytes: 0, provides: [], consumes: [] }
    bins.push(next)
    return next
  }
  for (const entry of Object.entries(provides)) {
    const bytes = jsonBytes(entry)
    const bin = room(bytes, "provides")
    if (bin === undefined) leftOut++
    else bin.bytes += (bin.provides.push(entry), bytes)
  }
  for (const name of consumes) {
    const bytes = jsonBytes(name) + 1
    const bin = room(bytes, "consumes")
    if (bin === undefined) leftOut++
    else bin.bytes += (bin.consumes.push(name), bytes)
  }
  return { bins, leftOut }
}
