/**
 * The simple model that the cluster is compared with: the status of every session, worked out from
 * the bare payloads by the rules of the design, with no rule of the product's.
 *
 * Plain on purpose: it knows nothing of time, order or arrival. (docs/rules.md, 7)
 */
import * as Hash from "@chorus/coordination-core/identity/Hash"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"

type Json = Readonly<Record<string, unknown>>

/** A fact as it is written. */
export interface Raw {
  readonly id: string
  readonly from: string
  readonly log: string
  readonly seq: number
  readonly type: string
  readonly data: Json
  readonly embedded: ReadonlyArray<Raw>
  readonly ruling: { readonly id: string; readonly by: string; readonly said: Json } | undefined
}

/** Reads sealed bytes of the simulation: a tag, purpose and signer, then the payload. */
export const read = (sealed: Uint8Array): Raw => {
  const payload = payloadOf(sealed)
  const { data, from, log, seq } = JSON.parse(payload)
  const ruling = typeof data.ruling === "string" ? payloadOf(bytesOf(data.ruling)) : undefined
  const said = ruling === undefined ? undefined : JSON.parse(ruling)
  return {
    id: Hash.ofText(payload),
    from, log, seq, data,
    type: data.message_type,
    embedded: (data.embedded ?? []).map((inner: string) => read(bytesOf(inner))),
    ruling: said === undefined || ruling === undefined
      ? undefined
      : { id: Hash.ofText(ruling), by: said.by, said: said.ruling }
  }
}

/** What the facts say of sessions and members. */
export interface Verdict {
  readonly banned: ReadonlySet<string>
  readonly statuses: ReadonlyMap<string, string>
}

/** The verdict on a set of facts. */
export const judge = (facts: ReadonlyArray<Raw>, founder: string): Verdict => {
  // What proves itself counts whoever carries it: everything embedded, but not inside a fork proof.
  const all = new Map(facts.flatMap((fact) =>
    [fact, ...fact.type === "fork_proven" ? [] : fact.embedded].map((each) => [each.id, each] as const)))
  const banned = forked(facts)
  const people = peopleOf(facts, founder)
  const revoked = new Set(facts.flatMap(({ ruling }) =>
    ruling !== undefined && people.has(ruling.by) && ruling.said["kind"] === "revoke_member"
      ? [String(ruling.said["node"])]
      : []))
  const world: World = {
    facts: [...all.values()],
    forked: banned,
    counts: ({ from }) => !banned.has(from) && !revoked.has(from),
    isBanned: (node) => banned.has(node) || revoked.has(node),
    people
  }
  return {
    banned,
    statuses: new Map([...openings(world.facts)].map(([id, opening]) => [id, statusOf(id, opening, world)]))
  }
}

interface World {
  readonly facts: ReadonlyArray<Raw>
  readonly forked: ReadonlySet<string>
  readonly counts: (fact: Raw) => boolean
  readonly isBanned: (node: string) => boolean
  readonly people: ReadonlySet<string>
}

/** Authors with two facts at one place, fork proofs included. */
const forked = (facts: ReadonlyArray<Raw>): ReadonlySet<string> => {
  const places = new Map<string, string>()
  const found = new Set<string>()
  for (const fact of facts.flatMap((each) => [each, ...each.embedded])) {
    const place = `${fact.log} ${fact.seq}`
    if ((places.get(place) ?? fact.id) !== fact.id) found.add(fact.from)
    places.set(place, fact.id)
  }
  return found
}

const peopleOf = (facts: ReadonlyArray<Raw>, founder: string): ReadonlySet<string> => {
  const people = new Set([founder])
  for (let before = 0; before < people.size;) {
    before = people.size
    for (const { ruling } of facts) {
      if (ruling !== undefined && people.has(ruling.by) && ruling.said["kind"] === "add_person") {
        people.add(String(ruling.said["person"]))
      }
    }
  }
  return people
}

interface Opening {
  readonly claims: ReadonlyArray<Raw>
  readonly roster: ReadonlyArray<string>
  readonly terms: Json
}

const ownerOf = (claim: Raw): string => `${claim.data["agent_id"]}@${claim.from}`
const nodeOf = (agent: string): string => agent.slice(agent.indexOf("@") + 1)
const taskOf = ({ data }: Raw): string => `${data["repository"]}#${data["task_id"]}`
const repositoryOf = ({ data }: Raw): string => String(data["repository"])

const openings = (facts: ReadonlyArray<Raw>): ReadonlyMap<string, Opening> => {
  const found = new Map<string, Opening>()
  for (const fact of facts) {
    const isDependency = fact.type === "dependency_detected"
    if (!isDependency && fact.type !== "session_opened") continue
    const terms = fact.data["terms"]
    if (typeof terms !== "object" || terms === null) continue
    const kind = isDependency ? "dependency" : String(fact.data["session_kind"])
    const claims = fact.embedded
    const roster = [...new Set(claims.map(ownerOf))].sort()
    const tasks = new Set(claims.map(taskOf)).size
    const isOwned = claims.some(({ from }) => from === fact.from)
    const isRight = kind === "planning" ? tasks === claims.length
      : kind === "conflict" ? claims.length === 2 && new Set(claims.map(repositoryOf)).size === 1
      : claims.length === 2 && tasks === 2
    const limits = Object.fromEntries(Object.entries(terms))
    if (isOwned && isRight && roster.length >= 2 && roster.length <= Number(limits["max_participants"])) {
      found.set(idOf(kind, limits, claims), { claims, roster, terms: limits })
    }
  }
  return found
}

const idOf = (kind: string, terms: Json, claims: ReadonlyArray<Raw>): string => {
  const pairs = claims.map((claim) => [taskOf(claim), claim.id] as const)
    .sort((a, b) => `${a[0]} ${a[1]}` < `${b[0]} ${b[1]}` ? -1 : 1)
  const limits = ["policy", "max_participants", "max_messages", "max_duration_ms"].map((name) => terms[name])
  const prefix = { dependency: "dep_", conflict: "conf_", planning: "plan_" }[kind] ?? ""
  return prefix + Hash.ofText(JSON.stringify([kind, limits, pairs])).slice(0, 40)
}

const statusOf = (id: string, { claims, roster, terms }: Opening, world: World): string => {
  const nodes = new Set(roster.map(nodeOf))
  const about = world.facts.filter(({ data }) => data["session_id"] === id)
  const isDecided = world.facts.some(({ ruling }) => ruling !== undefined &&
    ruling.said["kind"] === "decide_session" && ruling.said["session_id"] === id &&
    world.people.has(ruling.by))
  if (isDecided) return "decided"
  const votes = about.filter((fact) => isVote(fact) && roster.includes(ownerOf(fact)))
  const certificates = about.filter((fact) => fact.type === "resolution" && isProof(fact, id, roster, terms))
  if (certificates.length > 0) {
    const stances = new Map<string, Set<unknown>>()
    for (const vote of votes) {
      const place = `${ownerOf(vote)} ${vote.data["plan_hash"]}`
      stances.set(place, (stances.get(place) ?? new Set()).add(vote.data["stance"]))
    }
    const votesOf = certificates.flatMap(({ embedded }) => embedded)
    const plans = new Set(votesOf.map(({ data }) => data["plan_hash"]))
    const isContradicted = [...stances.values()].some((said) => said.size > 1)
    const isForked = votesOf.some(({ from }) => world.forked.has(from))
    return plans.size > 1 || isContradicted || isForked ? "disputed" : "resolved"
  }
  const messages = about.filter((fact) => nodes.has(fact.from) && world.counts(fact) && isMessage(fact))
  const isEscalated = [...nodes].some(world.isBanned) ||
    messages.length > Number(terms["max_messages"]) ||
    about.some((fact) => fact.type === "escalation" && nodes.has(fact.from) && world.counts(fact)) ||
    votes.some((vote) => world.counts(vote) && vote.data["round"] === 3 && isObjection(vote))
  if (isEscalated) return "escalated"
  const hasEnded = (claim: Raw) => world.facts.some((fact) =>
    (fact.type === "task_released" || fact.type === "task_completed") && fact.data["claim"] === claim.id &&
    ownerOf(fact) === ownerOf(claim) && world.counts(fact))
  return claims.every(hasEnded) ? "expired" : "active"
}

const isVote = ({ data, type }: Raw): boolean =>
  type === "coordination_response" &&
  ["stance", "round", "plan_hash"].every((name) => data[name] !== undefined) &&
  String(data["response"]).length <= 280

const isObjection = ({ data }: Raw): boolean =>
  data["stance"] === "object" && data["superseded_by"] === undefined

const isMessage = (fact: Raw): boolean =>
  fact.type === "session_message" || (fact.type === "coordination_response" && !isVote(fact))

const isProof = ({ embedded }: Raw, id: string, roster: ReadonlyArray<string>, terms: Json): boolean => {
  const voters = embedded.map(ownerOf).sort()
  const abstentions = embedded.filter(({ data }) => data["stance"] === "abstain").length
  const most = terms["policy"] === "unanimous" ? 0
    : terms["policy"] === "majority" ? Math.ceil(roster.length / 2) - 1
    : roster.length >= 3 ? 1 : 0
  return embedded.every(isVote) && JSON.stringify(voters) === JSON.stringify(roster) &&
    embedded.every(({ data }) => data["session_id"] === id && data["stance"] !== "object" &&
      data["plan_hash"] === embedded[0]?.data["plan_hash"] && data["round"] === embedded[0]?.data["round"]) &&
    abstentions <= most
}

const bytesOf = (base64: string): Uint8Array => Result.getOrThrow(Base64.decode(base64))

const payloadOf = (sealed: Uint8Array): string => {
  const text = new TextDecoder().decode(sealed)
  return text.slice(text.indexOf("\n", text.indexOf("\n") + 1) + 1)
}
