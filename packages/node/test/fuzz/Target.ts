/**
 * One way in, as a fuzzer sees it.
 */
import type { Chance } from "./Chance.ts"
import * as Malform from "./Malform.ts"

export interface Target {
  readonly name: string
  /** How many of a hundred inputs are for this target. */
  readonly share: number
  readonly make: (chance: Chance) => string | Uint8Array
  /** Takes the input in, or not; it may throw only what is a finding. */
  readonly open: (input: string | Uint8Array, chance: Chance) => boolean | Promise<boolean>
}

export const textual = (
  name: string,
  share: number,
  samples: ReadonlyArray<string>,
  open: (text: string, chance: Chance) => boolean
): Target => ({
  name,
  share,
  make: (chance) => Malform.text(chance, samples),
  open: (input, chance) => open(String(input), chance)
})
