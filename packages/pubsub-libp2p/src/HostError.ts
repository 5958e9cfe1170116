/**
 * What can go wrong when a node starts to listen, each with what a person can do about it.
 *
 * libp2p reports the failures of all addresses as one text; the table finds the first cause in it.
 */
import * as Schema from "effect/Schema"

/** The node cannot start. */
export class HostError extends Schema.TaggedError<HostError>()("HostError", {
  reason: Schema.Literals([
    "address_malformed",
    "port_in_use",
    "port_forbidden",
    "address_unknown",
    "failed"
  ]),
  message: Schema.String,
  cause: Schema.optionalKey(Schema.Defect())
}) {}

/** The system's name of a cause, its reason, and what to say of an address. */
const table = [
  ["EADDRINUSE", "port_in_use", "is in use; stop what uses it, or pick another --listen"],
  ["EACCES", "port_forbidden", "needs more rights; pick a --listen with a port above 1023"],
  ["EADDRNOTAVAIL", "address_unknown", "is no address of this machine; pick another --listen"]
] as const

/** The error that made libp2p fail to start. */
export const fromCause = (cause: unknown): HostError => {
  const text = cause instanceof Error ? cause.message : String(cause)
  for (const [code, reason, advice] of table) {
    const address = new RegExp(`^ *(/\\S+): .*${code}`, "m").exec(text)?.[1]
    if (address === undefined) continue
    return new HostError({ reason, message: `${address} ${advice}`, cause })
  }
  const message = `the node cannot start: ${text.replaceAll(/\s+/g, " ")}`
  return new HostError({ reason: "failed", message, cause })
}
