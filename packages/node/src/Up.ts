/**
 * `chorus up`: a node from its settings, until it is stopped.
 *
 *     storage (lock) ──▶ network (key) ──▶ mesh (known | joined | founded) ──▶ node ──▶ interface
 */
import * as NodeDefaults from "@chorus/coordination-core/coordination/NodeSettings"
import type { NodeId } from "@chorus/coordination-core/identity/NodeId"
import { Peers } from "@chorus/coordination-core/ports/Peers"
import * as ReasonerConfig from "@chorus/reasoning/ReasonerConfig"
import * as ChorusNode from "@chorus/runtime/ChorusNode"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { existsSync, statSync } from "node:fs"
import * as Calls from "./api/Calls.ts"
import type { NodeIsUp } from "./api/Reports.ts"
import * as Server from "./api/Server.ts"
import type { Config } from "./cli/Config.ts"
import * as Failure from "./cli/Failure.ts"
import * as Files from "./cli/Files.ts"
import * as Hint from "./cli/Hint.ts"
import * as Print from "./cli/Print.ts"
import * as RuleFile from "./cli/RuleFile.ts"
import * as Signals from "./cli/Signals.ts"
import * as Identity from "./Identity.ts"
import * as Layers from "./Layers.ts"
import * as Outside from "./Outside.ts"
import * as ParameterFile from "./measure/calibrate/ParameterFile.ts"
import * as Mesh from "./Mesh.ts"
import * as PrivateNetwork from "./PrivateNetwork.ts"
import * as Invitation from "./setup/Invitation.ts"
import { version } from "./Version.ts"
import * as QuorumView from "./view/QuorumView.ts"
import * as Watched from "./Watched.ts"
import * as Whereabouts from "./Whereabouts.ts"

/** Runs a node until SIGTERM, SIGINT or `chorus stop`; where it was invited, into that mesh. */
export const up = Effect.fnUntraced(function*(config: Config, invitation?: Invitation.Invitation) {
  const { values } = config
  const files = Files.of(values.db)
  const reasoner = yield* checked(config, files)
  const settings = yield* settingsOf(config)
  const stopped = yield* Deferred.make<void>()
  yield* Identity.databaseIsKept(files, Mesh.joinsMesh(values))

  const storage = yield* Layer.build(Layers.storage(files.db))
  yield* Effect.provide(Identity.keyIsKept(files), storage)
  const isNew = !existsSync(files.nodeKey)
  const founds = isNew && !Mesh.joinsMesh(values)
  yield* Effect.provide(PrivateNetwork.settle(config, files, founds, invitation?.network_key), storage)
  const { knowsPeers, network, remember } = yield* Effect.mapError(
    Effect.provide(Whereabouts.build(config, files), storage),
    // An address that is no address is a typing mistake, unlike one that is taken.
    (error) =>
      error.reason === "address_malformed" ? Failure.make("usage", error.message) : error
  )
  const around = Context.merge(storage, network)
  yield* Effect.provide(Identity.keyFits(files), around)
  const { how, mesh } = yield* Effect.provide(Mesh.membership(config, files, invitation?.founder), around)
  yield* remember
  const model = Watched.make(ReasonerConfig.layer(reasoner))
  // Nobody can know older facts of a key that has just been made.
  const settleMillis = isNew ? 0 : NodeDefaults.defaults.settleMillis
  const about = { version, model: values.model, database: files.db, modelFailed: model.failed, stopped }
  const keeper = yield* Outside.keeper(config, files, Context.get(around, Peers).self)
  const running = Server.layer(files.socket).pipe(
    Layer.provideMerge(Calls.layer(about)),
    Layer.provideMerge(keeper),
    Layer.provideMerge(Layer.provideMerge(
      ChorusNode.layer({
        mesh,
        settings: { ...settings, settleMillis },
        drawNonce: Mesh.drawNonce
      }),
      Layer.mergeAll(Layers.time, model.layer, Layer.succeedContext(around))
    ))
  )
  const node = yield* Layer.build(running)
  yield* Effect.forkScoped(sayRefused(Context.get(node, ChorusNode.ChorusNode)))
  const peers = Context.get(node, Peers)
  const http = yield* Effect.provideContext(Outside.http(config, files), node)
  yield* announce(how, files, {
    node: peers.self,
    addresses: yield* peers.addresses,
    founder: mesh.founder,
    socket: files.socket,
    database: files.db,
    ...(http === undefined ? {} : { http })
  }, yield* Hint.hint)
  yield* sayCode(invitation, peers.self)
  // Who has just joined has not heard yet who may rule.
  if (how !== "joined") yield* sayTooFew(Context.get(node, ChorusNode.ChorusNode))
  if (http !== undefined) {
    yield* Print.say(`the HTTP API listens on ${http}; its token is in ${files.httpToken}`)
  }
  if (how === "known" && !knowsPeers) {
    yield* Print.say(
      "no address of a peer is known: this node waits until a peer dials it; or give --bootstrap ADDRESS"
    )
  }
  yield* Deferred.await(stopped).pipe(
    Effect.raceFirst(Signals.received),
    Effect.raceFirst(Context.get(node, ChorusNode.ChorusNode).ended)
  )
  yield* Print.say("stopping")
})

/** The model that is configured, where the settings are such that a node can start. */
const checked = Effect.fnUntraced(function*({ values }: Config, { db }: Files.Files) {
  const reasoner = ReasonerConfig.parse(values.model, process.env)
  if (Result.isFailure(reasoner)) return yield* Failure.make("usage", reasoner.failure)
  if (values.judge && reasoner.success._tag === "Template") {
    return yield* Failure.make("usage", "a judge needs a model: --model ollama:MODEL, or openai:URL#MODEL")
  }
  if (values.join && !values.mdns && values.bootstrap === undefined) {
    return yield* Failure.make("usage", "to join, say how to find the mesh: --bootstrap ADDRESS, or --mdns")
  }
  if (statSync(db, { throwIfNoEntry: false })?.isDirectory() === true) {
    return yield* Failure.make("usage", `${db} is a folder; name a file: --db ${db}/chorus.db`)
  }
  return reasoner.success
})

/** What lets the operator of a listed mesh know this node. */
const sayCode = (invitation: Invitation.Invitation | undefined, self: NodeId) =>
  invitation?.membership !== "listed"
    ? Effect.void
    : Print.say(`code: ${Invitation.codeOf(invitation, self)} (to be typed where the token was made)`)

/** Says that fewer people may rule than the inbox of this node needs. */
const sayTooFew = ({ state }: ChorusNode.ChorusNode["Service"]) =>
  Effect.flatMap(Effect.map(state, QuorumView.missing), (missing) =>
    missing === undefined ? Effect.void : Print.say(`${missing}; ${QuorumView.remedy}`))

/** What this node decides for itself, by its settings. */
const settingsOf = Effect.fnUntraced(function*({ values }: Config) {
  const { alertsPerAgentAndHour, alertsPerClaim, judge, quorum } = values
  const judgeMillisMax = judge ? patienceMillis : 0
  const rules = yield* RuleFile.read(values.rules)
  const detection = yield* ParameterFile.orDefaults(values.detectionParameters)
  const own = { alertsPerClaim, alertsPerAgentAndHour, quorum, rules, detection, judgeMillisMax }
  return { ...NodeDefaults.defaults, ...own }
})

/** A judge is given up after this long, before the other side states what it sees as well. */
const patienceMillis = 8_500

/** Says, at most once a minute, that peers sent what is no fact. */
const sayRefused = Effect.fnUntraced(function*(node: ChorusNode.ChorusNode["Service"]) {
  for (let said = 0;;) {
    const { refused } = yield* node.counters
    if (refused > said) {
      yield* Print.say(
        `${refused} messages were refused so far: they are no sealed facts, and changed nothing; ` +
          "`chorus status` counts them"
      )
    }
    yield* Effect.sleep(refused > said ? "1 minute" : "1 second")
    said = refused
  }
})

/** One line of data on stdout for scripts, words for people on stderr. */
const announce = Effect.fnUntraced(function*(
  how: Mesh.Membership["how"],
  files: Files.Files,
  announced: NodeIsUp,
  hint: Hint.Hint
) {
  yield* Print.data("up", announced, ({ addresses: reachable, node }) => [node, ...reachable].join("\n"))
  yield* Print.say(
    how === "founded"
      ? `this node founded a mesh; whoever holds ${files.operatorKey} may rule in it`
      : `this node ${how === "joined" ? "joined" : "is back in"} the mesh of ${announced.founder}`
  )
  yield* Print.say(
    `${Whereabouts.invitation(announced.addresses, existsSync(files.networkKey))}\n` +
      `to work: chorus claim --help; to stop: Ctrl-C or ${hint("stop")}`
  )
})
