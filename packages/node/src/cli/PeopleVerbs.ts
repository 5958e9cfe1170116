/**
 * Verbs about people: who may rule.
 */
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import type { RulingPayload } from "@chorus/coordination-core/ruling/Ruling"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import type { Client } from "../api/Client.ts"
import type * as Rows from "../api/Rows.ts"
import * as Words from "../api/Words.ts"
import type * as Config from "./Config.ts"
import * as Connection from "./Connection.ts"
import * as Failure from "./Failure.ts"
import * as Files from "./Files.ts"
import * as Format from "./Format.ts"
import * as Print from "./Print.ts"

const person = Argument.String("person").pipe(
  Argument.withDescription("The person's id, as `chorus people key` prints it")
)

const add = Command.make("add", {
  person,
  name: Flag.String("name").pipe(Flag.withDescription("How the person is called (required)"))
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const added = yield* Connection.decoded(PersonId, given.person, "the person")
  const name = yield* Connection.decoded(Words.personName, given.name, "--name")
  const node = yield* Connection.client(settings)
  const known = (yield* node.people()).find((row) => row.person === added)
  if (known?.standing === "revoked") {
    return yield* Failure.make("failure", `${known.name} was revoked, which is final; add a new key`)
  }
  if (known !== undefined) return yield* Failure.make("failure", `${known.name} may rule already`)
  const isNode = ({ last_places, node: id, own }: Rows.NodeRow) =>
    String(id) === added && (own || Object.keys(last_places).length > 0)
  if ((yield* node.members()).some(isNode)) {
    const remedy = "a person's own id is what `chorus people key` prints"
    return yield* Failure.make("failure", `${added} is a node, whose key is no person's; ${remedy}`)
  }
  const ruled = yield* rule(settings, node, { kind: "add_person", person: added, name })
  yield* Print.data("people add", ruled, () => `${name} may rule`)
}, Effect.scoped)).pipe(
  Command.withDescription("Let a person rule"),
  Command.withExamples([{
    command: "chorus people add 12D3KooW… --name Ann",
    description: "Ann's rulings count from now on"
  }])
)

const revoke = Command.make("revoke", {
  person,
  because: Flag.String("because").pipe(Flag.withDescription("Why (required)"))
}, Effect.fnUntraced(function*(given) {
  const settings = yield* Connection.config()
  const revoked = yield* Connection.decoded(PersonId, given.person, "the person")
  const because = yield* Connection.decoded(Words.revocation, given.because, "--because")
  const node = yield* Connection.client(settings)
  const people = yield* node.people()
  const known = people.find((row) => row.person === revoked)
  if (known === undefined) {
    return yield* Failure.make("failure", `${revoked} is no person of this mesh; see \`chorus people\``)
  }
  if (known.standing === "revoked") {
    return yield* Failure.make("failure", `${known.name} is revoked already`)
  }
  if (known.standing === "founder") {
    return yield* Failure.make("failure", "the founder stays: without it nobody in the mesh may rule")
  }
  const ruled = yield* rule(settings, node, { kind: "revoke_person", person: revoked, because })
  const done = `${known.name} is revoked; rulings that no other covers return to the inbox`
  yield* Print.data("people revoke", ruled, ({ notes }) => [done, ...notes].join("\n"))
}, Effect.scoped)).pipe(
  Command.withDescription("Revoke a person: its rulings stay and return to the inbox"),
  Command.withExamples([{
    command: "chorus people revoke 12D3KooW… --because \"left the team\"",
    description: "A revocation is final"
  }])
)

const key = Command.make("key", {}, Effect.fnUntraced(function*() {
  const settings = yield* Connection.config()
  const { operatorKey } = Files.of(settings.values.db)
  const own = yield* (yield* operator).ownId(operatorKey)
  yield* Print.data("people key", { person: own, file: operatorKey }, ({ file, person: id }) =>
    `${id}\nkept in ${file}; somebody who may rule adds you with: chorus people add ${id} --name NAME`)
}, Effect.scoped)).pipe(
  Command.withDescription("Print the id of your own key for rulings; makes the key if there is none"),
  Command.withExamples([{ command: "chorus people key", description: "For somebody who may rule to add" }])
)

export const people = Command.make("people", {}, Effect.fnUntraced(function*() {
  const node = yield* Connection.client(yield* Connection.config())
  yield* Print.data("people", yield* node.people(), Format.people)
}, Effect.scoped)).pipe(
  Command.withExamples([{ command: "chorus people", description: "Who may rule" }]),
  Command.withSubcommands([add, revoke, key])
)

/** Loaded late: only rulings need keys. */
const operator = Effect.promise(() => import("../Operator.ts"))

/** Seals a ruling with the operator's key, and has the node carry it. */
export const rule = Effect.fnUntraced(function*(
  settings: Config.Config,
  node: Client,
  ruling: RulingPayload["ruling"]
) {
  return yield* (yield* operator).rule(Files.of(settings.values.db).operatorKey, node, ruling)
})
