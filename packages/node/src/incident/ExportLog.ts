/**
 * Writes what a node lived into a file, from its database. The node must be stopped meanwhile.
 */
import { NodeId } from "@chorus/coordination-core/identity/NodeId"
import { MeshSettings } from "@chorus/coordination-core/mesh/MeshSettings"
import { FactStore } from "@chorus/coordination-core/ports/FactStore"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { existsSync } from "node:fs"
import { open } from "node:fs/promises"
import * as Failure from "../cli/Failure.ts"
import * as Files from "../cli/Files.ts"
import { storage } from "../Storage.ts"
import * as IncidentFile from "./IncidentFile.ts"

/** Writes the facts of a database; gives how many they are. */
export const exportLog = Effect.fnUntraced(function*(db: string, to: string) {
  const files = Files.of(db)
  if (!existsSync(files.db)) {
    return yield* Failure.make("failure", `${files.db} is no database of a node; name one with --db`)
  }
  return yield* Effect.provide(written(files, to), storage(files.db))
})

const written = Effect.fnUntraced(function*({ db }: Files.Files, to: string) {
  const store = yield* FactStore
  const [node, mesh] = [yield* store.note("node"), yield* store.note("mesh")]
  if (node === undefined || mesh === undefined) {
    return yield* Failure.make("failure", `${db} never belonged to a mesh, so there is nothing to export`)
  }
  const settings = yield* Schema.decodeUnknownEffect(Schema.fromJsonString(MeshSettings))(mesh)
  const file = yield* Effect.acquireRelease(
    // Never over another file: what was exported once may be the only copy.
    attempt(to, () => open(to, "wx", 0o600)),
    (handle) => Effect.promise(() => handle.close())
  )
  const write = (line: string) => attempt(to, () => file.write(line))
  yield* write(IncidentFile.headLine({ v: 1, node: NodeId.make(node), mesh: settings }))
  return yield* Stream.runFoldEffect(store.facts, () => 0, (count, fact) =>
    Effect.as(write(IncidentFile.factLine(fact)), count + 1))
})

const attempt = <A>(to: string, run: () => Promise<A>) =>
  Effect.tryPromise({
    try: run,
    catch: (cause) => {
      const why = cause instanceof Error && "code" in cause && cause.code === "EEXIST"
        ? "it is there already; name another file"
        : String(cause)
      return Failure.make("failure", `${to} cannot be written: ${why}`)
    }
  })
