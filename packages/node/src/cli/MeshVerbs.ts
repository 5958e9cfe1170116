/**
 * Verbs for two machines and more: pair, join, peers.
 */
import { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { randomBytes } from "node:crypto"
import { existsSync } from "node:fs"
import { createInterface } from "node:readline"
import type { Client } from "../api/Client.ts"
import * as Words from "../api/Words.ts"
import * as Invitation from "../setup/Invitation.ts"
import type * as Config from "./Config.ts"
import * as Connection from "./Connection.ts"
import * as Failure from "./Failure.ts"
import * as Files from "./Files.ts"
import * as Format from "./Format.ts"
import * as Hint from "./Hint.ts"
import { rule } from "./PeopleVerbs.ts"
import * as Print from "./Print.ts"

/** A token names so many addresses at most. */
const addressesMax = 8

/** So often a mistyped code may be typed again. */
const attemptsMax = 3

export const pair = Command.make("pair", {
  expires: Flag.Int("expires").pipe(
    Flag.withDescription("Minutes that the token holds (default 15)"),
    Flag.withDefault(15)
  ),
  name: Flag.String("name").pipe(
    Flag.withDescription("In a listed mesh: how the node that joins is called (default: by its id)"),
    Flag.optional
  )
}, Effect.fnUntraced(function*(given) {
  if (given.expires < 1 || given.expires > 24 * 60) {
    return yield* Failure.make("usage", "--expires must be between 1 and 1440 minutes")
  }
  const settings = yield* Connection.config()
  const node = yield* Connection.client(settings)
  const [status, mesh] = yield* Effect.all([node.status(), node.mesh()])
  const { carried } = yield* Effect.promise(() => import("../PrivateNetwork.ts"))
  const networkKey = yield* carried(Files.of(settings.values.db))
  const elsewhere = status.addresses.filter((address) => !/^\/ip(4\/127\.|6\/::1\/)/.test(address))
  const expires_at_ms = (yield* Clock.currentTimeMillis) + given.expires * 60_000
  const invitation = {
    addresses: (elsewhere.length === 0 ? status.addresses : elsewhere).slice(0, addressesMax),
    founder: mesh.founder,
    membership: mesh.membership,
    ...(networkKey === undefined ? {} : { network_key: networkKey }),
    nonce: randomBytes(12).toString("base64url"),
    expires_at_ms
  }
  if (invitation.addresses.length === 0) {
    return yield* Failure.make("failure", "this node listens nowhere; start it with --listen ADDRESS")
  }
  const { addresses, membership } = invitation
  const told = { token: Invitation.encode(invitation), addresses, membership, expires_at_ms }
  yield* Print.data("pair", told, ({ token }) => token)
  if (elsewhere.length === 0) {
    yield* Print.say(
      `it holds on this machine only; for others start the node with ${Hint.openly}, or --relay ADDRESS`
    )
  }
  if (networkKey !== undefined) {
    yield* Print.say("the token holds the key of the network: hand it over where nobody else reads it")
  }
  // What stands in a command line all users of a machine can read for as long as it runs.
  const line = networkKey === undefined ? "chorus join TOKEN" : "chorus join -, and paste the token"
  yield* Print.say(`on the other machine, within ${given.expires} minutes: ${line}`)
  if (mesh.membership === "listed") yield* admit(settings, node, invitation, given.name)
}, Effect.scoped)).pipe(
  Command.withExamples([
    { command: "chorus pair", description: "Then `chorus join TOKEN` on the other machine" },
    { command: "chorus pair --name laptop", description: "In a listed mesh: how the other node is called" }
  ])
)

/** Lists the node that joins, by a ruling, once the operator has typed the code that it shows. */
const admit = Effect.fnUntraced(function*(
  settings: Config.Config,
  node: Client,
  invitation: Invitation.Invitation,
  named: Option.Option<string>
) {
  if (!existsSync(Files.of(settings.values.db).operatorKey)) {
    return yield* Print.say("the mesh is listed: its operator lets the node in with `chorus members add`")
  }
  yield* Print.say("then type the code that it shows:")
  const lines = typedLines()
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const typed = yield* Effect.promise(() => lines.next())
    if (typed.done === true) break
    const code = typed.value.trim().toUpperCase()
    const fits = (yield* node.members()).find((row) =>
      row.standing === "unlisted" && Invitation.codeOf(invitation, row.node) === code)
    if (fits === undefined) {
      yield* Print.say("no node that came has this code; type it again when the other machine is up:")
      continue
    }
    const added = NodeId.make(fits.node)
    const words = Option.getOrElse(named, () => `node-${added.slice(-6)}`)
    const name = yield* Connection.decoded(Words.personName, words, "--name")
    yield* rule(settings, node, { kind: "add_member", node: added, name })
    return yield* Print.say(`${name} (${added}) is a member`)
  }
  yield* Print.say("nobody was let in; `chorus members add NODE --name NAME` does it later")
  return yield* Failure.quietly(Failure.exitCodes.attention)
})

/** What a person types, a line at a time. */
const typedLines = (): AsyncIterator<string> =>
  createInterface({ input: process.stdin })[Symbol.asyncIterator]()

export const join = Command.make("join", {
  token: Argument.String("token").pipe(
    Argument.withDescription("What `chorus pair` printed; - reads it from stdin")
  ),
  listen: Flag.String("listen").pipe(
    Flag.withDescription("An address to listen on (repeatable; default: a port on loopback)"),
    Flag.atLeast(0)
  ),
  relay: Flag.String("relay").pipe(
    Flag.withDescription("Behind NAT: the address of a relay to be reached through (remembered)"),
    Flag.optional
  )
}, Effect.fnUntraced(function*({ listen, relay, token }) {
  const typed = token === "-" ? yield* Effect.promise(() => typedLines().next()) : { value: token }
  const invitation = Invitation.decode(String(typed.value ?? ""), yield* Clock.currentTimeMillis)
  if (Result.isFailure(invitation)) return yield* Failure.make("usage", invitation.failure)
  const settings = yield* Connection.config({
    bootstrap: invitation.success.addresses.join(","),
    listen: listen.length === 0 ? undefined : listen.join(","),
    relay: Option.getOrUndefined(relay)
  })
  const { up } = yield* Effect.promise(() => import("../Up.ts"))
  yield* up(settings, invitation.success)
}, Effect.scoped)).pipe(
  Command.withExamples([
    { command: "chorus join chorus1-eyJhZGRy…", description: "What the other machine printed" },
    { command: "chorus join - < token.txt", description: "A token that is a secret, from a file" }
  ])
)

export const peers = Command.make("peers", {}, Effect.fnUntraced(function*() {
  const node = yield* Connection.client(yield* Connection.config())
  yield* Print.data("peers", yield* node.peers(), Format.peers)
}, Effect.scoped)).pipe(
  Command.withExamples([{ command: "chorus peers", description: "Who is connected right now" }])
)
