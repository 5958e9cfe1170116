/**
 * The signer of the simulation: a keyed hash that costs next to nothing, and forges nothing.
 *
 *     sealed = tag · purpose · signer · payload        tag = a 64-bit hash of the rest
 *
 * Nobody in the simulation computes a tag but `seal`, so a hostile member forges by guessing, as
 * anybody would. What was opened once is remembered with the bytes themselves.
 */
import { NodeId } from "@chorus/coordination-core/identity/NodeId"
import { type Purpose, SealError, type SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Effect from "effect/Effect"
import { hashOf } from "./Chance.ts"

const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const tagLength = 16

export const make = (self: NodeId): SignerShape => ({
  self,
  seal: (purpose, payload) => Effect.sync(() => seal(self, purpose, payload)),
  open,
  read: open
})

/** The sealed bytes. */
export const seal = (self: string, purpose: Purpose, payload: string): Uint8Array => {
  const rest = `${purpose}\n${self}\n${payload}`
  return encoder.encode(tagOf(rest) + rest)
}

/** The same bytes with another tag: what comes of forging. */
export const forged = (self: string, purpose: Purpose, payload: string): Uint8Array =>
  encoder.encode(`${"0".repeat(tagLength)}${purpose}\n${self}\n${payload}`)

interface Sealed {
  readonly purpose: string
  readonly payload: string
  readonly signer: string
}

const opened = new WeakMap<Uint8Array, Sealed | "broken">()

const refused = (purpose: Purpose) =>
  Effect.fail(new SealError({ message: `this is no seal for a ${purpose}` }))
const refusals = { fact: refused("fact"), signal: refused("signal"), ruling: refused("ruling") }

const open: SignerShape["open"] = (purpose, sealed) =>
  Effect.suspend(() => {
    const known = opened.get(sealed) ?? parsed(sealed)
    opened.set(sealed, known)
    return known === "broken" || known.purpose !== purpose
      ? refusals[purpose]
      : Effect.succeed({ payload: known.payload, signer: NodeId.make(known.signer) })
  })

/** Who really sealed something; undefined when nobody did. */
export const sealerOf = (sealed: Uint8Array): string | undefined => {
  const known = parsed(sealed)
  return known === "broken" ? undefined : known.signer
}

const parsed = (sealed: Uint8Array): Sealed | "broken" => {
  try {
    const text = decoder.decode(sealed)
    const rest = text.slice(tagLength)
    const first = rest.indexOf("\n")
    const second = rest.indexOf("\n", first + 1)
    if (second < 0 || tagOf(rest) !== text.slice(0, tagLength)) return "broken"
    return {
      purpose: rest.slice(0, first),
      signer: rest.slice(first + 1, second),
      payload: rest.slice(second + 1)
    }
  } catch {
    return "broken"
  }
}

const tagOf = (rest: string): string => {
  const high = hashOf(rest, 17)
  return [high, hashOf(rest, high ^ 0x9e3779b9)].map((part) => part.toString(16).padStart(8, "0")).join("")
}
