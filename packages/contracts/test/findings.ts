/**
 * What readers found, in lines that tests compare.
 */
import type { Scanned } from "@chorus/coordination-core/contract/Contract"
import * as ContractDiff from "@chorus/coordination-core/contract/ContractDiff"
import * as Scan from "@chorus/contracts/Scan"

/** Reads files given by their paths. */
export const scan = (files: Readonly<Record<string, string>>): Scanned =>
  Scan.read(Object.entries(files).map(([path, text]) => ({ path, text })))

export const names = (items: ReadonlyArray<{ readonly name: string }>): ReadonlyArray<string> =>
  items.map(({ name }) => name)

/** The members of a contract: `name: type`, with `!` where it is required and the side in which it stands. */
export const shape = ({ provides }: Scanned, contract: string): ReadonlyArray<string> =>
  provides
    .find(({ name }) => name === contract)
    ?.shape.map(({ is, name, required, side }) => `${side} ${name}${required ? "!" : ""}: ${is}`) ?? []

/** What changed from one state to another: `contract member: why`, those that break with a star. */
export const changes = (before: Scanned, after: Scanned): ReadonlyArray<string> =>
  ContractDiff.diff(before.provides, after.provides).flatMap(({ breaking, contract, members, what }) =>
    members.length === 0
      ? [`${breaking ? "*" : " "} ${contract} ${what}`]
      : members.map(
          (member) => `${member.breaking ? "*" : " "} ${contract} ${member.member}: ${member.why}`
        )
  )
