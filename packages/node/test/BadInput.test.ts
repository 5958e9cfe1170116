/**
 * What people and scripts get wrong at the command line and in `.chorus.yaml`: one line that says
 * what to do, a fitting exit code, nothing on stdout, nothing done.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { folder, refused } from "./Nodes.ts"

/** Calls as they are typed, each with the exit code and the line that answers it. */
type Mistakes = ReadonlyArray<readonly [code: number, args: string, line: RegExp]>

/** None of the calls leaves a trace in the folder that it is made in. */
const allRefused = (mistakes: Mistakes) =>
  Effect.gen(function*() {
    const cwd = yield* folder
    yield* Effect.forEach(mistakes, ([code, args, line]) =>
      Effect.map(refused(code, args, { cwd, env: { CHORUS_DB: "none.db" } }), (said) =>
        assert.match(said, line, args)), { concurrency: 2 })
    assert.deepStrictEqual(readdirSync(cwd), [])
  })

const long = "x".repeat(201)

it.live("a typing mistake is answered with the right spelling, or with the help to read", () =>
  allRefused([
    [64, "clam", /^Unknown subcommand "clam" .*\(did you mean claim\?\); see `chorus --help`$/],
    [64, "people ad", /\(did you mean add\?\); see `chorus people --help`$/],
    [64, "inbox 1", /^Unknown subcommand "1" for "chorus inbox" \(did you mean show 1\?\); see `chorus/],
    [64, "decide a 1", /^the case comes first: chorus decide 1 a$/],
    [64, "up --nosuch", /^Unrecognized flag: --nosuch in command chorus up; see `chorus up --help`$/],
    [64, "claim --tilte x", /--tilte .*\(did you mean --title\?\); see `chorus claim --help`$/],
    [64, "show", /^Missing required argument: session; see `chorus show --help`$/],
    [64, "show a b", /^Unexpected positional argument: "b"; see/],
    [64, "open planing a#1", /<kind>: "planing"\. Expected: "planning" \| "conflict"; see/],
    [64, "answer dep_1 yes", /<stance>: "yes"\. Expected: "agree" \| "object" \| "abstain"; see/],
    [64, "say dep_1 hello --intent joke", /--intent: "joke"\. Expected: "proposal"/],
    [64, "replay file --limit some", /--limit: "some"/]
  ]))

it.live("a word that cannot be is refused by its name, before any node is asked", () =>
  allRefused([
    [64, "claim --agent a --id 1", /^which repository\? .*--repo .*CHORUS_REPO.*\.chorus\.yaml$/],
    [64, "claim --agent a --repo r", /^which task\? give --id, or --title for a new one$/],
    [64, "claim --agent a@b --repo r --id 1", /^--agent cannot be "a@b": Expected an agent name: /],
    [64, "claim --agent a --repo r#s --id 1", /^the task cannot be "r#s#1": Expected a task: repository#id$/],
    [64, "claim --agent a --repo r --id 1 --scope users", /^--scope .*kind:key=operation, e\.g\. table:/],
    [64, `claim --agent a --repo r --id 1 --title ${long}`, /^--title cannot be "x{58}…: .* at most 200$/],
    [64, "answer dep_1234 object --agent a", /^an objection needs a reason: --because/],
    [64, `answer dep_1234 agree --agent a --because ${long}${long}`, /^--because .* at most 280$/],
    [64, `say dep_1234 ${"x".repeat(4001)} --agent a`, /^the text .* at most 4000$/],
    [64, "people add somebody --name Ann", /^the person cannot be "somebody": Expected a libp2p peer id/],
    [75, "status", /^no node is running here \(.+none\.sock\); start one with `chorus up`$/]
  ]))

it.live("up says what is wrong with its settings, and starts nothing", () =>
  allRefused([
    [64, "up --model gpt", /^Unknown model "gpt": use template, ollama:MODEL or openai:/],
    [64, "up --judge", /^a judge needs a model: --model ollama:MODEL, or openai:URL#MODEL$/],
    [64, "up --join", /^to join, say how to find the mesh: --bootstrap ADDRESS, or --mdns$/],
    [64, "up --db .", /^db cannot be "\." \(--db\): Expected a file whose name ends in \.db, /]
  ]))

it.live("an address that is none is refused", () =>
  Effect.gen(function*() {
    const cwd = yield* folder
    const listen = yield* refused(64, "up --db a.db --listen here", { cwd })
    const bootstrap = yield* refused(64, "up --db a.db --bootstrap /ip4/127.0.0.1/tcp/9", { cwd })

    assert.strictEqual(listen, "\"here\" is not an address like /ip4/127.0.0.1/tcp/4001")
    assert.match(bootstrap, /is not an address like .+\/p2p\/PEER-ID$/)
  }))

it.live("a setting that cannot be is refused with the place where it stands", () =>
  Effect.gen(function*() {
    const cwd = yield* folder
    writeFileSync(join(cwd, ".chorus.yaml"), "colour: red\n")
    const unknown = yield* refused(64, "config", { cwd })
    const named = join(cwd, "named")
    mkdirSync(join(named, ".chorus.yaml"), { recursive: true })
    const unread = yield* refused(64, "check --scope env:A=use", { cwd: named })
    assert.match(unread, /\.chorus\.yaml cannot be read: it is a folder, and a file is needed$/)
    writeFileSync(join(cwd, ".chorus.yaml"), "repo: r\n")
    const flag = yield* refused(64, "tasks", { cwd, env: { CHORUS_MDNS: "maybe" } })
    const mesh = yield* refused(64, "up --db a.db", { cwd, env: { CHORUS_MAX_PARTICIPANTS: "1" } })

    assert.match(
      unknown,
      /\.chorus\.yaml: colour is no setting; `chorus config --explain` lists them$/
    )
    assert.match(flag, /^mdns cannot be "maybe" \(CHORUS_MDNS\): Expected true or false$/)
    assert.match(
      mesh,
      /^no mesh can have such settings: Expected a value between 2 and 10 at \["maxParticipants"\]$/
    )
  }))

it.live("a recording that cannot be read is refused with file and line", () =>
  Effect.gen(function*() {
    const cwd = yield* folder
    const good = JSON.stringify({ repository: "r", title: "t", time: "2026-01-01T00:00:00Z" })
    const lines = Array.from({ length: 1300 }, () => good).with(1233, good.slice(0, 20))
    writeFileSync(join(cwd, "cut.jsonl"), lines.join("\n"))
    writeFileSync(join(cwd, "one.jsonl"), good)
    const replay = (code: number, line: string) => refused(code, `replay ${line}`, { cwd })

    const cut = yield* replay(1, "cut.jsonl")
    const missing = yield* replay(1, "nosuch.jsonl")
    const links = yield* replay(1, "one.jsonl --links nosuch.jsonl.gz")
    const nodes = yield* replay(64, "one.jsonl --nodes 9")
    const speed = yield* replay(64, "one.jsonl --speed 0")
    const place = yield* replay(1, ".")
    const keep = yield* replay(64, "one.jsonl --keep cut.jsonl")

    assert.strictEqual(
      cut,
      "cut.jsonl:1234 cannot be read: it is not JSON; mend the line or leave it out"
    )
    assert.strictEqual(missing, "nosuch.jsonl cannot be read: there is no such file")
    assert.strictEqual(links, "nosuch.jsonl.gz cannot be read: there is no such file")
    assert.strictEqual(nodes, "--nodes must be a number from 1 to 8")
    assert.strictEqual(speed, "--speed must be more than 0")
    assert.strictEqual(place, ". cannot be read: it is a folder, and a file is needed")
    assert.strictEqual(keep, "--keep cut.jsonl cannot be used: it is a file, and a folder is needed")
  }))
