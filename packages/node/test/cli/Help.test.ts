/**
 * Help: every verb has an example, and says which flags have to be given and what may stand in them.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { afterEach, vi } from "vitest"
import * as Shapes from "../../src/api/Shapes.ts"
import { run } from "../../src/cli/Cli.ts"
import { chorus, refused } from "../Nodes.ts"

afterEach(() => vi.restoreAllMocks())

const help = Effect.fnUntraced(function*(verb: string) {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined)
  assert.strictEqual(yield* run([...verb.split(" "), "--help"].filter((word) => word !== "")), 0)
  return log.mock.lastCall?.join(" ") ?? ""
})

/** The verbs that a help lists below its own flags, by their full names, and those below them. */
const verbsBelow = (above: string): Effect.Effect<ReadonlyArray<string>> =>
  Effect.gen(function*() {
    const [listed = ""] = (yield* help(above)).split("GLOBAL FLAGS").at(-1)?.split("EXAMPLES") ?? []
    const verbs = [...listed.matchAll(/^ {2}([a-z][a-z-]*) {2,}/gm)]
      .map(([, verb]) => `${above} ${verb}`.trim())
    return [...verbs, ...(yield* Effect.forEach(verbs, verbsBelow)).flat()]
  })

it.live("every verb has an example", () =>
  Effect.gen(function*() {
    const verbs = yield* verbsBelow("")
    assert.includeMembers([...verbs], ["up", "claim", "export-log", "people add", "import depends-on"])
    for (const verb of verbs) {
      const [, examples = ""] = (yield* help(verb)).split("EXAMPLES")
      assert.include(examples, `chorus ${verb}`, verb)
    }
  }))

it.live("flags that have to be given, choices and defaults are told", () =>
  Effect.gen(function*() {
    assert.match(yield* help("escalate"), /--because string +Why a person has to look \(required\)$/m)
    assert.notInclude(yield* help("claim"), "(required)")
    assert.match(yield* help("claim"), /--scope .+kinds: api, .+ operations: add, .+ use\)$/m)
    assert.match(yield* help("say"), /--intent .+\(choices: proposal, /)
    assert.match(yield* help("replay"), /--nodes .+\(default 3\)$/m)
    for (const verb of ["setup", "hook", "answer", "open", "completions"]) {
      assert.match(yield* help(verb), /^ {2}\w+(\.\.\.)? choice .+\(choices: \w/m, verb)
    }
  }))

/** What these say is no data: words of a protocol, a script for a shell, and a list of subverbs. */
const withoutData = ["bench", "completions", "hook", "import", "mcp"]

it.live("every verb that prints data has a schema, and every schema a verb; all are completed", () =>
  Effect.gen(function*() {
    const verbs = yield* verbsBelow("")
    const completed = yield* chorus("completions bash")
    const one = yield* chorus("schema people add --json")

    assert.sameMembers([...Shapes.verbs, ...withoutData], [...verbs])
    for (const verb of verbs) for (const word of verb.split(" ")) assert.include(completed.stdout, word)
    assert.deepStrictEqual(JSON.parse(one.stdout), Shapes.of("people add"))
    for (const verb of Shapes.verbs) assert.hasAnyKeys(Shapes.all()[verb], ["type", "anyOf"], verb)
    assert.hasAllKeys(Shapes.of("stop")?.["properties"], ["stopped"])
    assert.match(yield* refused(64, "schema hook"), /^hook prints no data; these do: alerts, /)
  }))
