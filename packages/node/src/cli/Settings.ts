/**
 * The table of settings: how a value is read, what it is without one, what it is for, and which of
 * them are flags as well.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { Repository } from "@chorus/coordination-core/identity/TaskKey"
import { policies } from "@chorus/coordination-core/fact/SessionFacts"
import * as Schema from "effect/Schema"
import { join } from "node:path"

/** The settings that are flags as well, and of which verbs. */
const flagsOf: Partial<Record<Name, string>> = {
  db: "every verb",
  agent: "verbs that speak",
  repo: "claim",
  listen: "up",
  bootstrap: "up",
  mdns: "up",
  relay: "up, join",
  join: "up",
  model: "up",
  judge: "up",
  private: "up",
  membership: "up",
  http: "up"
}

/** The flags that are settings, in words. */
export const flagWords = Object.entries(flagsOf).map(([name, verbs]) => `--${name} (${verbs})`).join(", ")

const text = Schema.String.check(Schema.isNonEmpty())
/** One ending for all, so that no two databases share a key, and none is named like its own. */
const database = Schema.String.check(
  Schema.isPattern(/[^/]\.db$/, {
    message: "Expected a file whose name ends in .db, since keys and socket are named after it"
  })
)
const duration = Schema.Finite.check(Schema.isGreaterThan(0))
const yesOrNo = Schema.Boolean.annotate({ message: "Expected true or false" })
const whole = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const quorum = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9 }))
const quietHours = Schema.String.check(
  Schema.isPattern(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, { message: "Expected HH:MM-HH:MM" })
)
const webhookUrl = Schema.String.check(
  Schema.isPattern(/^https?:\/\/[^\s/@]+(\/\S*)?$/, { message: "Expected an http or https URL" })
)
/** What `relay` says besides an address: be one, or go without one. */
export const [relays, noRelay] = ["serve", "none"]
/** Where the database notes what it was last, and whom the node was given to join. */
export const [relayNote, bootstrapNote] = ["relay", "bootstrap"]
const relay = Schema.String.check(
  Schema.isPattern(/^(serve|none|\/(ip[46]|dns[46]?)\/[^/\s]+\/tcp\/\d+\/p2p\/\w+)$/, {
    message: "Expected serve, none, or the address of a node that was started with --relay serve, " +
      "as its `chorus status` shows it: /ip4/192.0.2.7/tcp/4001/p2p/PEER-ID"
  })
)
const httpAddress = Schema.String.check(
  Schema.isPattern(/^(\[[0-9a-fA-F:.]+\]|[^\s/:[\]]+):\d{1,5}$|^[^:]*\/[^:]*$/, {
    message: "Expected HOST:PORT, or the path of a socket"
  })
)

/** The settings: how a value is read, what it is without one, and what it is for. */
export const settings = {
  db: { schema: database, says: "the database file; keys and socket lie beside it" },
  agent: { schema: AgentName, says: "the agent that speaks, unless --agent names one; else the folder's" },
  repo: { schema: Repository, says: "the repository of tasks that are named without one" },
  listen: { schema: text, says: "addresses to listen on, separated by commas" },
  bootstrap: { schema: text, says: "addresses of nodes to join, separated by commas" },
  relay: { schema: relay, says: "the relay to be reached through; serve: be one; none" },
  mdns: { schema: yesOrNo, says: "whether to find nodes on the local network" },
  join: { schema: yesOrNo, says: "whether to join the first mesh found instead of founding one" },
  joinTimeout: { schema: duration, says: "seconds that a node that joins waits for an answer" },
  model: { schema: text, says: "who plans: template, ollama:MODEL or openai:URL#MODEL" },
  judge: { schema: yesOrNo, says: "whether the model orders alerts anew, and withholds some, beforehand" },
  membership: {
    schema: Schema.Literals(["open", "listed"]),
    says: "whose facts enter: everybody's, or those of listed members (at founding)"
  },
  private: { schema: yesOrNo, says: "whether only who has the network's key connects (at founding)" },
  policy: { schema: Schema.Literals(policies), says: "when votes are consensus (at founding)" },
  maxSessionDuration: { schema: duration, says: "minutes until a session escalates (at founding)" },
  maxParticipants: { schema: whole, says: "members of a session at most (at founding)" },
  escalationThreshold: { schema: whole, says: "messages before a session escalates (at founding)" },
  coordinationHops: { schema: whole, says: "hops a dependency may travel (at founding)" },
  blockEdits: {
    schema: Schema.Literals(["never", "severe"]),
    says: "whether `chorus hook pre-edit` stops an edit that meets a severe encounter"
  },
  claimLease: { schema: duration, says: "minutes a claim holds without renewal" },
  alertsPerClaim: { schema: whole, says: "alerts that a claim may raise" },
  alertsPerAgentAndHour: { schema: whole, says: "alerts that an agent may raise within an hour" },
  rules: { schema: text, says: "a file with rules of your own (YAML), beside the built-in ones" },
  detectionParameters: { schema: text, says: "a parameter file of `chorus calibrate`" },
  http: { schema: httpAddress, says: "where the HTTP API listens: 127.0.0.1:PORT, or the path of a socket" },
  httpDecides: {
    schema: yesOrNo,
    says: "whether who has the token of the HTTP API may decide as this node's operator"
  },
  quorum: { schema: quorum, says: "people who have to rule alike before a case leaves this inbox" },
  quietHours: { schema: quietHours, says: "when nobody is pinged, by this machine's clock: 22:00-07:00" },
  webhook: { schema: webhookUrl, says: "a URL that is told, signed, that cases wait" }
} as const

export type Name = keyof typeof settings

/**
 * What a file may not say that came with somebody's repository: where cases, tasks and the key of a
 * model go, who decides, and whose connections this machine carries.
 */
const ownersAlone: ReadonlySet<Name> = new Set(["http", "httpDecides", "webhook"])
export const isOwners = (name: Name, value: unknown): boolean =>
  ownersAlone.has(name) || (name === "relay" && value === relays) ||
  (name === "model" && typeof value === "string" && value.startsWith("openai"))

export type Values = { readonly [N in Name]: (typeof settings)[N]["schema"]["Type"] }

// The keys of the table are its names.
export const names = Object.keys(settings) as ReadonlyArray<Name>

/** An agent is named after the folder of the call, where nothing else names it (`Speaker`). */
export type Defaulted = Exclude<Name, "repo" | "bootstrap" | "relay" | Named>
type Named = "rules" | "detectionParameters" | "http" | "quietHours" | "webhook"

export const defaults = (dataFolder: string) => ({
  db: join(dataFolder, "chorus.db"),
  listen: "/ip4/127.0.0.1/tcp/0",
  mdns: false,
  join: false,
  joinTimeout: 30,
  model: "template",
  judge: false,
  membership: "open",
  private: false,
  policy: "allButOne",
  maxSessionDuration: 30,
  maxParticipants: 5,
  escalationThreshold: 10,
  coordinationHops: 3,
  blockEdits: "never",
  claimLease: 30,
  alertsPerClaim: 3,
  alertsPerAgentAndHour: 20,
  httpDecides: false,
  quorum: 1
} satisfies Omit<Pick<Values, Defaulted>, "agent">)

/** The environment variable of a setting: `maxParticipants` is `CHORUS_MAX_PARTICIPANTS`. */
export const variable = (name: Name): string =>
  `CHORUS_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
