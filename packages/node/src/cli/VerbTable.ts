/**
 * Every verb there is, by groups, with what it is for and the file that it lies in.
 *
 * A file is loaded once a call names one of its verbs; of the others the table says all that help,
 * suggestions and the parser need. So `chorus status` loads what it needs, and `--help` no verb at all.
 */
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import { Db, Json, JsonLines } from "./Global.ts"

const AlertVerbs = () => import("./AlertVerbs.ts")
const BigVerbs = () => import("./BigVerbs.ts")
const ContractVerbs = () => import("./ContractVerbs.ts")
const DeliveryVerbs = () => import("./DeliveryVerbs.ts")
const DoneVerb = () => import("./DoneVerb.ts")
const InboxVerbs = () => import("./InboxVerbs.ts")
const LandingVerbs = () => import("./LandingVerbs.ts")
const McpVerbs = () => import("./McpVerbs.ts")
const MeasureVerbs = () => import("./MeasureVerbs.ts")
const MemberVerbs = () => import("./MemberVerbs.ts")
const MeshVerbs = () => import("./MeshVerbs.ts")
const NodeVerbs = () => import("./NodeVerbs.ts")
const PeopleVerbs = () => import("./PeopleVerbs.ts")
const SessionVerbs = () => import("./SessionVerbs.ts")
const SetupVerbs = () => import("./SetupVerbs.ts")
const ShellVerbs = () => import("./ShellVerbs.ts")
const SimulationVerbs = () => import("./SimulationVerbs.ts")
const TaskVerbs = () => import("./TaskVerbs.ts")

/** A verb of a file that exports it by its name. */
const verb = <Name extends string, File extends Readonly<Record<Name, Command.Command.Any>>>(
  name: Name,
  file: () => Promise<File>,
  says: string
) => ({
  name,
  listed: Command.make(name).pipe(Command.withDescription(says)),
  load: async () => described((await file())[name], says)
})

/** A verb whose own help has more to say keeps its description. */
const described = <Verb extends Command.Command.Any>(verb: Verb, says: string): Verb => {
  const short = Command.withShortDescription(verb, says)
  // Neither function changes more than the words.
  return (short.description === undefined ? Command.withDescription(short, says) : short) as Verb
}

const groups = [
  {
    group: "Start here",
    verbs: [
      verb("demo", BigVerbs, "See the main job run: three nodes, six repositories, agreement and escalation"),
      verb(
        "init",
        SetupVerbs,
        "Name a repository in .chorus.yaml; say what it shares and which agent clients are here"
      ),
      verb("setup", SetupVerbs, "Tell agent clients of chorus: MCP entries, hooks, a block in AGENTS.md"),
      verb(
        "doctor",
        NodeVerbs,
        "Look at node, mesh, ports, store, keys, model, clients, clock; ends with 2 when one needs you"
      ),
      verb("mcp", McpVerbs, "Serve an agent over MCP; starts the node if none runs"),
      verb("up", NodeVerbs, "Run a node until it is stopped; prints its peer id and addresses"),
      verb("status", NodeVerbs, "Show the node: peers, facts, tasks, sessions, inbox"),
      verb("watch", NodeVerbs, "Follow what happens, a line each (with --json: JSON lines)"),
      verb("stop", NodeVerbs, "Stop the running node, and wait until it has ended")
    ]
  },
  {
    group: "Tasks",
    verbs: [
      verb("claim", TaskVerbs, "Claim a task for an agent, or renew the claim; says what depends on it"),
      verb("tasks", TaskVerbs, "List who holds which task"),
      verb(
        "update",
        TaskVerbs,
        "Describe a held task anew: each flag replaces all that it said before; its sessions stay as they are"
      ),
      verb(
        "done",
        DoneVerb,
        "Complete a held task; what was promised in agreed plans is checked when asked for, and recorded"
      ),
      verb("release", TaskVerbs, "Give a held task back, unfinished")
    ]
  },
  {
    group: "Sessions",
    verbs: [
      verb("sessions", SessionVerbs, "List sessions"),
      verb("show", SessionVerbs, "Show a session: tasks, evidence, plans, votes, messages, rulings"),
      verb("answer", SessionVerbs, "Vote on a plan: agree, object or abstain; votes are final"),
      verb("say", SessionVerbs, "Say something in a session; words never decide, votes do"),
      verb("open", SessionVerbs, "Open a planning or a conflict session over claimed tasks"),
      verb("escalate", SessionVerbs, "Hand a session to a person; it stays in the inbox until one decides")
    ]
  },
  {
    group: "Delivery",
    verbs: [
      verb("unread", DeliveryVerbs, "Show an agent what it has not seen, and note that it was shown"),
      verb(
        "hook",
        DeliveryVerbs,
        "For clients of agents: what to say at a moment of a session; 2 blocks, 0 passes"
      )
    ]
  },
  {
    group: "Alerts",
    verbs: [
      verb(
        "check",
        AlertVerbs,
        "Before editing: who works at the same things? Ends with 0 clear, 2 attention, 3 unknown"
      ),
      verb("why", AlertVerbs, "Say why two tasks raised an alert, or what is missing for one"),
      verb(
        "alerts",
        AlertVerbs,
        "List the alerts that were held back, and why; what was stated is a session"
      ),
      verb("mute", AlertVerbs, "Silence alerts like this one from now on; its session goes on"),
      verb("unmute", AlertVerbs, "Lift a mute that this node stated"),
      verb("mutes", AlertVerbs, "List the mutes in effect"),
      verb(
        "rules",
        AlertVerbs,
        "Estimate how often alerts turn out to matter, by rule and by pair of repositories"
      )
    ]
  },
  {
    group: "People",
    verbs: [
      verb("inbox", InboxVerbs, "List the cases that wait for a person; ends with 2 when there are any"),
      verb("decide", InboxVerbs, "Rule on a session; the ruling is sealed with the operator's key"),
      verb("people", PeopleVerbs, "List who may rule; add or revoke people, or print your own key's id")
    ]
  },
  {
    group: "Machines",
    verbs: [
      verb("pair", MeshVerbs, "Print a token for another machine to join by; in a listed mesh, let it in"),
      verb("join", MeshVerbs, "Run a node that joins the mesh of a token; `chorus up` starts it again later"),
      verb("peers", MeshVerbs, "List the connected peers: key, name, address, since when"),
      verb("members", MemberVerbs, "List the nodes of the mesh; add or revoke one by a ruling")
    ]
  },
  {
    group: "Contracts",
    verbs: [
      verb(
        "scan",
        ContractVerbs,
        "Read what a repository provides and consumes; with --state, tell the mesh"
      ),
      verb("diff", ContractVerbs, "Compare the provided contracts with a commit, and say who is affected"),
      verb(
        "contracts",
        ContractVerbs,
        "List which repository provides and which consumes what, as nodes stated it"
      )
    ]
  },
  {
    group: "Landing the work",
    verbs: [
      verb(
        "export",
        LandingVerbs,
        "Write the merge order of agreed plans: Depends-On lines, Markdown or JSON"
      ),
      verb("import", LandingVerbs, "Bring in work and its dependencies: from GitHub, or from footers in git")
    ]
  },
  {
    group: "More",
    verbs: [
      verb("events", NodeVerbs, "List the outcome events that the node stored, oldest first"),
      verb(
        "replay",
        BigVerbs,
        "Feed recorded tasks in time order through real nodes, and count what comes of it"
      ),
      verb("sim", SimulationVerbs, "Run a whole mesh on virtual time, with loss and a partition, and count"),
      verb(
        "export-log",
        SimulationVerbs,
        "Write all facts of a stopped node to a file, sealed and with when they were seen"
      ),
      verb(
        "bench",
        MeasureVerbs,
        "Measure detection on labelled histories, and mine such histories from git"
      ),
      verb(
        "calibrate",
        MeasureVerbs,
        "Fit the parameters of detection on your own history, and show on its later part what they bring"
      ),
      verb("config", NodeVerbs, "Show the settings: flag > environment > .chorus.yaml > default"),
      verb("completions", ShellVerbs, "Print what completes `chorus` in a shell"),
      verb("schema", ShellVerbs, "Print the JSON Schema of what verbs print with --json")
    ]
  }
]

/** The command line: the verbs that are named, and of the others what the table says. */
const root = async (isNamed: (name: string) => boolean) =>
  Command.make("chorus").pipe(
    Command.withDescription("Coordinates agents that work at once in many repositories"),
    Command.withSubcommands(
      await Promise.all(groups.map(async ({ group, verbs }) => ({
        group,
        commands: await Promise.all(
          verbs.map(async (each) => isNamed(each.name) ? await each.load() : each.listed)
        )
      })))
    ),
    Command.withGlobalFlags([Json, JsonLines, Db])
  )

/** What these arguments need of the command line. */
export const named = (args: ReadonlyArray<string>) =>
  Effect.promise(() => root((name) => args.includes(name)))

/** All of it, for what completes it. */
export const descriptor: Effect.Effect<Completions.CommandDescriptor> = Effect.promise(async () =>
  Completions.fromCommand(await root(() => true))
)
