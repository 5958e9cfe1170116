/**
 * `chorus demo` as a newcomer runs it, as a script runs it, and when it is cut short.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { DemoReport } from "../../src/api/Reports.ts"
import * as Rows from "../../src/api/Rows.ts"
import { bystanders, scenes } from "../../src/demo/Story.ts"
import { chorus, folder, started, text, until, up } from "../Nodes.ts"
import * as Picture from "./Picture.ts"

/** The processes that have to do with a folder. */
const processesOf = (path: string) =>
  spawnSync("ps", ["-A", "-o", "args"], { encoding: "utf8" }).stdout
    .split("\n")
    .filter((line) => line.includes(path))

it.live("a person sees an agreement, a revised plan and a ruling, and can go on from there", () =>
  Effect.gen(function*() {
    const path = yield* folder

    const { code, stderr, stdout } = yield* chorus("demo", { env: { TMPDIR: path } })

    assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
    for (const { title } of bystanders) assert.include(stdout, title)
    for (const { claims, heading } of scenes) {
      for (const { task } of claims) assert.include(stdout, task)
      assert.include(stdout, heading)
    }
    assert.strictEqual(stdout.match(/COORDINATION PLAN:/g)?.length, 1)
    assert.match(stdout, /data-agent votes object: .+\n.+plan of round 2, made by template\n/)
    assert.match(
      stdout,
      /escalated: .+\n.+ is escalated\n[^]+inbox of the person[^]+founder decides: .+\n.+ is decided\n/
    )
    assert.match(
      stdout,
      /^SESSION +RELATIONSHIP +MEMBERS +ROUND +OUTCOME\n.+ 1 +resolved\n.+ 2 +resolved\n.+ 1 +decided$/m
    )
    assert.match(
      stdout,
      /^\d+(\.\d)? s\. The six unrelated tasks raised no alert\. The three nodes hold (\d+), \2, \2 facts\.$/m
    )
    assert.deepStrictEqual(processesOf(path), [])
    const picture = readFileSync(join(import.meta.dirname, "../../../../docs/demo.svg"), "utf8")
    const named = stdout.replaceAll(Picture.sessionOf(stdout), Picture.sessionOf(picture))
    assert.strictEqual(picture, Picture.draw(named), "`pnpm picture` draws it anew")

    const db = /^4 outcome events are stored in (.+)\.$/m.exec(stdout)?.[1] ?? ""
    const node = yield* up(db)
    assert.match(
      yield* text(node, "events"),
      /^TIME +OUTCOME +STRENGTH +SESSION +TASKS(\n.+ (resolved|escalated|decided) .+){4}$/
    )
    assert.include(stdout, `./chorus up --db ${db}`)
    assert.match(stdout, /^ {2}rm -r \S+chorus-demo-\w+$/m)
  }))

it.live("a script gets lines of JSON, the last with the counts, and no wait", () =>
  Effect.gen(function*() {
    const path = yield* folder

    const { code, stderr, stdout } = yield* chorus("demo --json", { env: { TMPDIR: path } })

    assert.strictEqual(code, 0)
    assert.include(stderr, "What next:")
    const lines = stdout.trimEnd().split("\n").map((line): unknown => JSON.parse(line))
    const closing = lines.filter(Schema.is(DemoReport))
    const notices = lines.filter(Schema.is(Rows.Notice))
    assert.lengthOf(closing, 1)
    assert.strictEqual(closing.length + notices.length, lines.length)
    assert.deepStrictEqual(
      closing[0]?.sessions.map(({ status }) => status),
      ["resolved", "resolved", "decided"]
    )
    assert.deepInclude(closing[0], { events: 4, unrelated_alerts: 0 })
    assert.lengthOf(new Set(closing[0]?.facts), 1)
    assert.isTrue(closing[0]?.folder.startsWith(path))
  }))

it.live("a demo that is told to stop takes its nodes with it", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const demo = yield* started("demo", { env: { TMPDIR: path } })
    yield* until(
      "the nodes are up",
      Effect.sync(() => demo.output.stdout),
      (said) => said.includes("node c")
    )
    assert.isAtLeast(processesOf(path).length, 3)

    demo.child.kill("SIGTERM")
    const { code } = yield* demo.ended

    assert.strictEqual(code, 130)
    assert.deepStrictEqual(processesOf(path), [])
  }))
