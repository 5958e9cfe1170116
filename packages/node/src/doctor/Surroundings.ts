/**
 * What a node needs around it: its ports, its model, and the agent clients of this repository.
 */
import * as ReasonerConfig from "@chorus/reasoning/ReasonerConfig"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as net from "node:net"
import type { Finding } from "../api/Findings.ts"
import type { Config } from "../cli/Config.ts"
import * as Speaker from "../cli/Speaker.ts"
import * as Journal from "../setup/Journal.ts"
import * as Presence from "../setup/Presence.ts"
import * as Setup from "../setup/Setup.ts"

/** Milliseconds that a port or a model is given to answer. */
const patienceMillis = 3000

/** `addresses` are those that the running node listens on; none when no node runs. */
export const findings = (
  { values }: Config,
  addresses: ReadonlyArray<string> | undefined
): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.map(
    Effect.all([
      addresses === undefined
        ? freePorts(values.listen.split(","))
        : openPorts(addresses.filter((address) => !address.includes("/p2p-circuit"))),
      modelFinding(values.model)
    ], { concurrency: 2 }),
    ([ports, model]) => [...ports, model, ...clientFindings(values.repo)]
  )

/** Host and port of `/ip4/HOST/tcp/PORT`; none of other kinds of address. */
const placeOf = (address: string) => {
  const [, host = "", port = ""] = /^\/ip[46]\/([^/]+)\/tcp\/(\d+)/.exec(address.trim()) ?? []
  return port === "" ? [] : [{ host, port: Number(port) }]
}

const openPorts = Effect.fnUntraced(function*(
  addresses: ReadonlyArray<string>
): Effect.fn.Return<ReadonlyArray<Finding>> {
  for (const { host, port } of addresses.flatMap(placeOf)) {
    const answers = yield* attempt((done) => {
      const socket = net.connect({ host, port }, () => done(true))
      return { emitter: socket, close: () => socket.destroy() }
    })
    if (!answers) {
      return [{
        about: "ports",
        says: `nobody answers on ${host} port ${port}, where this node listens`,
        remedy: "let it through the firewall of this machine, or start the node with another --listen"
      }]
    }
  }
  return [{ about: "ports", says: addresses.length === 0 ? "none is listened on" : addresses.join(", ") }]
})

const freePorts = Effect.fnUntraced(function*(
  listen: ReadonlyArray<string>
): Effect.fn.Return<ReadonlyArray<Finding>> {
  const fixed = listen.flatMap(placeOf).filter(({ port }) => port !== 0)
  for (const { host, port } of fixed) {
    const isFree = yield* attempt((done) => {
      const server = net.createServer().listen({ host, port, exclusive: true }, () => done(true))
      return { emitter: server, close: () => server.close() }
    })
    if (!isFree) {
      return [{
        about: "ports",
        says: `${host} port ${port} cannot be had: another program has it, or the address is not here`,
        remedy: "end that program, or give chorus up another --listen"
      }]
    }
  }
  const free = fixed.map(({ port }) => `${port} is free`).join(", ")
  return [{ about: "ports", says: free === "" ? "a free one is picked" : free }]
})

interface Attempt {
  readonly emitter: NodeJS.EventEmitter
  readonly close: () => void
}

/** Whether what begins succeeds before it fails or takes too long; it is closed in any case. */
const attempt = (begin: (done: (succeeded: boolean) => void) => Attempt): Effect.Effect<boolean> =>
  Effect.callback<boolean>((resume) => {
    const { close, emitter } = begin((succeeded) => resume(Effect.succeed(succeeded)))
    emitter.once("error", () => resume(Effect.succeed(false)))
    return Effect.sync(close)
  }).pipe(
    Effect.timeoutOrElse({ duration: patienceMillis, orElse: () => Effect.succeed(false) })
  )

const modelFinding = Effect.fnUntraced(function*(setting: string): Effect.fn.Return<Finding> {
  const parsed = ReasonerConfig.parse(setting, process.env)
  if (Result.isFailure(parsed)) {
    return { about: "model", says: parsed.failure, remedy: "correct the setting model (--model)" }
  }
  const config = parsed.success
  if (config._tag === "Template") return { about: "model", says: "none (templates)" }
  const { baseUrl, model } = config
  const answer = yield* Effect.option(Effect.tryPromise(async () => {
    const at = config._tag === "Ollama" ? `${baseUrl}/api/tags` : `${baseUrl}/models`
    const response = await fetch(at, { signal: AbortSignal.timeout(patienceMillis) })
    return response.text()
  }))
  if (answer._tag === "None") {
    return {
      about: "model",
      says: `${model}: nobody answers at ${baseUrl}; plans come from the template meanwhile`,
      remedy: "start that server, or use --model template"
    }
  }
  const isMissing = config._tag === "Ollama" && !answer.value.includes(`"${model}`)
  return isMissing
    ? { about: "model", says: `${baseUrl} does not have ${model}`, remedy: `ollama pull ${model}` }
    : { about: "model", says: `${model} at ${baseUrl}` }
})

/** None outside of a repository. */
const clientFindings = (repo: string | undefined): ReadonlyArray<Finding> => {
  const root = Speaker.topOf(process.cwd())
  const repository = repo ?? Speaker.repositoryOf(process.cwd())
  if (root === undefined || repository === undefined) return []
  const present = Presence.found(root)
  if (present.length === 0) return [{ about: "clients", says: "no agent client is found here" }]
  const isSetUp = ({ client }: Presence.Present) => {
    const { changes, refusals } = Setup.plan(root, client.files(repository), Journal.empty(root), false)
    // An entry that somebody made by hand is an entry.
    return changes.length === 0 && refusals.every(({ because }) => because.includes("by hand"))
  }
  const [knowing, others] = [present.filter(isSetUp), present.filter((each) => !isSetUp(each))]
  const named = (some: typeof present) => some.map(({ client }) => client.name).join(", ")
  if (knowing.length === 0) {
    return [{
      about: "clients",
      says: `${named(others)}: here, and not set up`,
      remedy: `chorus setup ${others.map(({ client }) => client.name).join(" ")}`
    }]
  }
  const says = `set up: ${named(knowing)}${others.length === 0 ? "" : `; not set up: ${named(others)}`}`
  return Presence.isOnPath("chorus")
    ? [{ about: "clients", says }]
    : [{
      about: "clients",
      says: `${says}; but they cannot start \`chorus\`, which is not on the PATH`,
      remedy: "link `chorus` into a folder of the PATH"
    }]
}
