/**
 * All checkers of invariants: one family a file.
 */
import type { Checker } from "./Checker.ts"
import type { Cluster } from "./Cluster.ts"
import * as Agreement from "./checkers/Agreement.ts"
import * as Certificates from "./checkers/Certificates.ts"
import * as Durability from "./checkers/Durability.ts"
import * as Events from "./checkers/Events.ts"
import * as Liveness from "./checkers/Liveness.ts"
import * as Logs from "./checkers/Logs.ts"
import * as Meaning from "./checkers/Meaning.ts"
import * as Memory from "./checkers/Memory.ts"
import * as Models from "./checkers/Models.ts"
import * as Sessions from "./checkers/Sessions.ts"

/** All checkers; in a calm seed they ask for more. */
export const all = (cluster: Cluster, isCalm: boolean): ReadonlyArray<Checker> => [
  Agreement.make(cluster),
  Certificates.make(cluster),
  Durability.make(cluster),
  Events.make(cluster),
  Liveness.make(cluster),
  Logs.make(cluster),
  Meaning.make(cluster),
  Memory.make(cluster),
  Models.make(cluster, isCalm),
  Sessions.make(cluster, isCalm)
]
