/**
 * How a node that runs stands in its mesh: does it belong there, does it meet anybody, is it reached?
 */
import type { Finding } from "../api/Findings.ts"
import type * as Rows from "../api/Rows.ts"
import type { Config } from "../cli/Config.ts"
import { bootstrapNote, noRelay, relayNote, relays } from "../cli/Settings.ts"
import * as QuorumView from "../view/QuorumView.ts"

/** What the node says of itself. */
export interface Standing {
  readonly status: Pick<Rows.StatusReport, "node" | "addresses" | "peers" | "quorum_missing">
  readonly membership: "open" | "listed"
  readonly standing: Rows.NodeRow["standing"]
}

/** One finding each; `notes` are those of its database. */
export const findings = (
  standing: Standing,
  { values }: Config,
  notes: ReadonlyMap<string, string>
): ReadonlyArray<Finding> => [
  ...membership(standing),
  ...people(standing),
  ...peers(standing, values.bootstrap ?? notes.get(bootstrapNote)),
  ...relay(standing, values.relay ?? notes.get(relayNote))
]

const membership = ({ membership, standing, status: { node } }: Standing): ReadonlyArray<Finding> => {
  const about = "membership"
  switch (standing) {
    case "revoked":
      return [{
        about,
        says: "this node was revoked by a ruling: what it states has no effect",
        remedy: "start a new one with --db OTHER.db and a token of a member; its key may be listed"
      }]
    case "unlisted":
      return membership === "open" ? [] : [{
        about,
        says: "this node is not listed, so no other takes what it states",
        remedy: `at a node that is: chorus members add ${node} --name NAME`
      }]
    case "member":
      return [{ about, says: "this node is a member" }]
  }
}

const people = ({ status: { quorum_missing: missing } }: Standing): ReadonlyArray<Finding> =>
  missing === undefined ? [] : [{ about: "people", says: missing, remedy: QuorumView.remedy }]

/** A node that founded its mesh may be alone in it; one that joined is not. */
const peers = ({ status: { peers: met } }: Standing, bootstrap: string | undefined): ReadonlyArray<Finding> =>
  met.length > 0 || bootstrap === undefined || bootstrap === "" ? [] : [{
    about: "peers",
    says: "this node joined a mesh and meets nobody of it",
    remedy: `see that a node answers at ${bootstrap}, or start with the --bootstrap address of another`
  }]

const relay = ({ status: { addresses } }: Standing, given: string | undefined): ReadonlyArray<Finding> => {
  if (given === undefined || given === noRelay) return []
  if (given === relays) return [{ about: "relay", says: "this node carries those that nobody reaches" }]
  return addresses.some((address) => address.startsWith(`${given}/p2p-circuit/`))
    ? [{ about: "relay", says: `reached through ${given}` }]
    : [{
      about: "relay",
      says: `not reached through ${given}, and still trying`,
      remedy: "see that a node with --relay serve is up there, in this network and not full, " +
        "or start this one with another --relay"
    }]
}
