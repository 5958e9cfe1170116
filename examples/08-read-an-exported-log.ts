/**
 * What a real node lived: its exported log, opened and folded. Every seal is checked on the way.
 *
 *     chorus export-log incident.jsonl
 *     node examples/08-read-an-exported-log.ts incident.jsonl
 */
import { PersonId } from "@chorus/coordination-core/identity/NodeId"
import * as Replica from "@chorus/coordination-core/replica/Replica"
import * as Status from "@chorus/coordination-core/session/Status"
import * as Libp2pSigner from "@chorus/pubsub-libp2p/Libp2pSigner"
import * as Entry from "@chorus/runtime/Entry"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"

const [head = "", ...lines] = readFileSync(process.argv[2] ?? "incident.jsonl", "utf8").trim().split("\n")
const founder = PersonId.make(JSON.parse(head).mesh.founder)

const sealed = lines.map((line) => Buffer.from(JSON.parse(line).sealed, "base64"))
const facts = await Effect.runPromise(Effect.forEach(sealed, (bytes) => Entry.fact(Libp2pSigner.open, bytes)))

const replica = Replica.evolveAll(Replica.empty(founder), facts)
for (const session of Replica.openedSessions(replica)) {
  console.log(`${session.id}: ${Status.statusOf(session, Replica.world(replica))}`)
}
