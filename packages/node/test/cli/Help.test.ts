/**
 * Help: every verb has an example, and says which flags have to be given and what may stand in them.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { afterEach, vi } from "vitest"
import * as Shapes from "../../src/api/Shapes.ts"
import { run } from "../../src/cli/Cli.ts"
import { chorus } from "../Nodes.ts"

afterEach(() => vi.restoreAllMocks())

const help = Effect.fnUntraced(function*(verb: string) {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined)
  assert.strictEqual(yield* run([...verb.split(" "), "--help"].filter((word) => word !== "")), 0)
  return log.mock.lastCall?.join(" ") ?? ""
})

/** The verbs that a help lists below its own flags. */
const verbsOf = (text: string): ReadonlyArray<string> =>
  [...text.split("GLOBAL FLAGS").at(-1)?.matchAll(/^ {2}([a-z]+) {2,}/gm) ?? []].map(([, verb = ""]) => verb)

it.live("every verb has an example", () =>
  Effect.gen(function*() {
    const verbs = verbsOf(yield* help(""))
    assert.includeMembers([...verbs], ["up", "claim", "decide", "replay"])
    for (const verb of [...verbs, "people add", "people key", "members add", "bench mine"]) {
      assert.include(yield* help(verb), `chorus ${verb}`, verb)
      assert.include(yield* help(verb), "EXAMPLES", verb)
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

it.live("schemas are of verbs, and every verb is completed", () =>
  Effect.gen(function*() {
    const verbs = verbsOf(yield* help(""))
    const { code, stdout } = yield* chorus("completions bash")

    assert.strictEqual(code, 0)
    for (const verb of verbs) assert.match(stdout, new RegExp(`\\b${verb}\\b`))
    assert.includeMembers([...verbs], [...Shapes.verbs()])
    assert.includeMembers([...Shapes.verbs()], ["status", "tasks", "inbox", "watch", "decide", "doctor"])
    assert.hasAnyKeys(Shapes.of("watch")?.["properties"], ["kind"])
    for (const verb of Shapes.verbs()) assert.property(Shapes.of(verb), "type", verb)
  }))
