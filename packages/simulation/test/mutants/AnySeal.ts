/**
 * H8: seals are looked at and not checked.
 */
import * as Original from "@chorus/runtime/Entry"
import type { SignerShape } from "@chorus/coordination-core/ports/Signer"
import * as Effect from "effect/Effect"

export * from "@chorus/runtime/Entry"

export const arrival: typeof Original.arrival = (signer, sealed, topic) =>
  Original.arrival({ ...signer, open: careless(signer) }, sealed, topic)

const careless = (signer: SignerShape): SignerShape["open"] => (purpose, sealed) =>
  Effect.catch(signer.open(purpose, sealed), (error) => {
    const [, by, ...rest] = new TextDecoder().decode(sealed).split("\n")
    return by === undefined || purpose !== "fact"
      ? Effect.fail(error)
      : Effect.succeed({ payload: rest.join("\n"), signer: by })
  })
