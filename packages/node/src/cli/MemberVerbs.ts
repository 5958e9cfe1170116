/**
 * Verbs about members: whose facts enter the mesh, as rulings list and revoke them.
 */
import { LogNonce } from "@chorus/coordination-core/identity/FactId"
import { NodeId } from "@chorus/coordination-core/identity/NodeId"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Words from "../api/Words.ts"
import * as Connection from "./Connection.ts"
import * as Failure from "./Failure.ts"
import * as Format from "./Format.ts"
import { rule } from "./PeopleVerbs.ts"
import * as Print from "./Print.ts"

const node = Argument.String("node").pipe(
  Argument.withDescription("The node's id, as its `chorus status` and `chorus members` print it")
)

const add = Command.make("add", {
  node,
  name: Flag.String("name").pipe(Flag.withDescription("How the node is called (required)"))
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const added = yield* Connection.decoded(NodeId, given.node, "the node")
  const name = yield* Connection.decoded(Words.personName, given.name, "--name")
  const client = yield* Connection.client(settings)
  const known = (yield* client.members()).find((row) => row.node === added)
  if (known?.standing === "revoked") {
    return yield* Failure.make("failure", `${added} was revoked, which is final; it needs a new key`)
  }
  if ((yield* client.people()).some((row) => String(row.person) === added)) {
    const remedy = "a node's id is what its `chorus status` prints"
    return yield* Failure.make("failure", `${added} is a person, whose key is no node's; ${remedy}`)
  }
  if (known?.standing === "member") return yield* Failure.make("failure", `${added} is a member already`)
  const ruled = yield* rule(settings, client, { kind: "add_member", node: added, name })
  yield* Print.data("members add", ruled, () => `${name} is a member`)
}, Effect.scoped)).pipe(
  Command.withDescription("List a node as a member: in a listed mesh its facts enter from now on"),
  Command.withExamples([{
    command: "chorus members add 12D3KooW… --name build-server",
    description: "Its facts come by catch-up"
  }])
)

const revoke = Command.make("revoke", {
  node,
  because: Flag.String("because").pipe(Flag.withDescription("Why (required)"))
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const revoked = yield* Connection.decoded(NodeId, given.node, "the node")
  const because = yield* Connection.decoded(Words.revocation, given.because, "--because")
  const client = yield* Connection.client(settings)
  const known = (yield* client.members()).find((row) => row.node === revoked)
  if (known === undefined) {
    return yield* Failure.make("failure", `nothing is known of ${revoked}; see \`chorus members\``)
  }
  if (known.own) {
    const why = "no other would hear of it, nor of anything that is ruled here afterwards"
    return yield* Failure.make("failure", `${revoked} is this node: revoke it at another one; ${why}`)
  }
  if (known.standing === "revoked") return yield* Failure.make("failure", `${revoked} is revoked already`)
  const places = Object.entries(known.last_places).map(([log, seq]) => [LogNonce.make(log), seq] as const)
  const ruled = yield* rule(settings, client, {
    kind: "revoke_member",
    node: revoked,
    last_places: Object.fromEntries(places),
    because
  })
  yield* Print.data("members revoke", ruled, () =>
    `${known.name || revoked} is revoked; what this node holds of it stays, nothing after it counts`)
}, Effect.scoped)).pipe(
  Command.withDescription("Revoke a node: what it states from now on has no effect, for good"),
  Command.withExamples([{
    command: "chorus members revoke 12D3KooW… --because \"the laptop was stolen\"",
    description: "Its open sessions go to the inbox"
  }])
)

export const members = Command.make("members", {}, Effect.fnUntraced(function*() {
  const client = yield* Connection.client(yield* Connection.config())
  yield* Print.data("members", yield* client.members(), Format.members)
}, Effect.scoped)).pipe(
  Command.withExamples([{ command: "chorus members", description: "Whose facts enter" }]),
  Command.withSubcommands([add, revoke])
)
