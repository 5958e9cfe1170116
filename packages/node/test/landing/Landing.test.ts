/**
 * From an agreement to footers, kept promises and announced tasks, on a real process.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import { TaskKey } from "@chorus/coordination-core/identity/TaskKey"
import { assert, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type * as Rows from "../../src/api/Rows.ts"
import { fingerprint } from "../../src/landing/Check.ts"
import { ExportReport } from "../../src/landing/Export.ts"
import { chorus, folder, json, type Running, text, until, up } from "../Nodes.ts"

interface Agreement {
  readonly at: Running
  readonly session: string
  /** A work tree of `backend`. */
  readonly tree: string
}

const ownCommand = "touch own-ran; test -f proof"
const plansCommand = "touch plans-ran"

/** `api` and `web` agreed about a table; each promised a command, and `web` has another promise by now. */
class Agreed extends Context.Service<Agreed, Agreement>()("@chorus/node/test/Agreed") {
  static readonly layer = Layer.effect(Agreed, Effect.gen(function*() {
    const path = yield* folder
    const tree = join(path, "backend")
    mkdirSync(join(tree, ".git"), { recursive: true })
    const at = yield* up(join(path, "chorus.db"))
    const claim = (agent: string, task: string, scope: string, done_when: string) =>
      at.client.claim({
        agent: AgentName.make(agent),
        task: TaskKey.make(task),
        title: `${agent} [works](https://example.org) @all`,
        scopes: [`table:orders=${scope}`],
        done_when
      })
    yield* claim("api", "backend#42", "migrate", `exit: ${ownCommand}`)
    const { sessions } = yield* claim("web", "backend-web#7", "use", `exit: ${plansCommand}`)
    const session = sessions[0]?.session ?? ""
    const shown = (right: (row: Rows.SessionDetail) => boolean) =>
      until("the session went on", at.client.show({ session }), right)
    yield* shown(({ plan }) => plan !== undefined)
    for (const agent of ["api", "web"]) {
      yield* at.client.answer({ agent: AgentName.make(agent), session, stance: "agree", reason: "" })
    }
    yield* shown(({ status }) => status === "resolved")
    yield* at.client.update({
      agent: AgentName.make("web"),
      task: TaskKey.make("backend-web#7"),
      done_when: "The page is there."
    })
    return Agreed.of({ at, session, tree })
  }))
}

layer(Agreed.layer, { excludeTestServices: true, timeout: "120 seconds" })("an agreement", (it) => {
  it.effect("its merge order becomes footers, once the change that others wait for has a name", () =>
    Effect.gen(function*() {
      const { at, session } = yield* Agreed

      const nameless = yield* chorus(`--db "${at.db}" export ${session} --for backend-web#7`)
      assert.deepStrictEqual([nameless.code, nameless.stdout], [2, ""])
      assert.include(nameless.stderr, "backend#42 has no change yet, and others wait for it")

      yield* text(at, "update backend#42 --agent api --change org/api#5")
      const web = `--change backend-web#7=I${"0a".repeat(20)}`
      const report = yield* json(at, ExportReport, `export ${session} ${web}`)
      assert.deepStrictEqual(
        report.order.map(({ change, footers, task }) => [task, change, footers]),
        [
          ["backend#42", "https://github.com/org/api/pull/5", []],
          ["backend-web#7", `I${"0a".repeat(20)}`, ["Depends-On: https://github.com/org/api/pull/5"]]
        ]
      )
    }))

  it.effect("a command is shown and not run, run when asked for, and its outcome is for all to see", () =>
    Effect.gen(function*() {
      const { at, session, tree } = yield* Agreed
      const done = (flags: string, cwd = tree) =>
        chorus(`--db "${at.db}" done backend#42 --agent api ${flags}`, { cwd })

      const shown = yield* done("--check")
      assert.strictEqual(shown.code, 2)
      assert.include(shown.stderr, `would run in ${tree}: ${ownCommand}\n`)
      assert.isFalse(existsSync(join(tree, "own-ran")))

      assert.strictEqual((yield* done("--run-checks", at.files.folder)).code, 64)

      const broken = yield* done("--run-checks")
      assert.strictEqual(broken.code, 2, broken.stderr)
      assert.isTrue(existsSync(join(tree, "own-ran")))
      assert.include(broken.stderr, "1 of 1 promises are broken")

      writeFileSync(join(tree, "proof"), "")
      const kept = yield* done("--run-checks")
      assert.deepStrictEqual([kept.code, kept.stdout], [0, "api completed backend#42\n"])
      assert.match(
        yield* text(at, `show ${session}`),
        /^ {2}kept: step 3, api: exit: touch own-ran; test -f proof \(it ended with 0\)$/m
      )
      const detail = yield* at.client.show({ session })
      assert.deepStrictEqual(
        detail.commitments.map(({ item, outcome }) => `${item} ${outcome}`),
        ["1 unchecked", "2 open", "3 kept", "4 open", "5 open"]
      )
    }))

  it.effect("a command that the agent did not promise itself is run only by its fingerprint", () =>
    Effect.gen(function*() {
      const { at, tree } = yield* Agreed
      writeFileSync(join(tree, ".chorus.yaml"), "repo: backend-web\n")
      const done = (flags: string) =>
        chorus(`--db "${at.db}" done 7 --agent web --run-checks ${flags}`, { cwd: tree })

      const strange = yield* done(`--confirm ${fingerprint(ownCommand)}`)
      assert.strictEqual(strange.code, 2)
      assert.include(strange.stderr, "web did not promise this itself")
      assert.include(strange.stderr, `--run-checks --confirm ${fingerprint(plansCommand)}`)
      assert.isFalse(existsSync(join(tree, "plans-ran")))

      assert.strictEqual((yield* done(`--confirm ${fingerprint(plansCommand)}`)).code, 0)
      assert.isTrue(existsSync(join(tree, "plans-ran")))
    }))

  it.effect("issues become tasks that are offered until they are closed, all of a file or none", () =>
    Effect.gen(function*() {
      const { at, tree } = yield* Agreed
      const issue = (number: number) =>
        ({ number, title: `Issue ${number}`, url: `https://github.com/org/shop/issues/${number}` })
      const put = (...issues: ReadonlyArray<unknown>) =>
        writeFileSync(join(tree, "issues.json"), JSON.stringify(issues))
      const imported = chorus(`--db "${at.db}" import github issues.json --agent lead --json`, { cwd: tree })
      const offered = Effect.map(
        at.client.suggest({ agent: AgentName.make("api") }),
        (rows) => rows.map(({ task }) => task)
      )

      put(issue(1), issue(2), { ...issue(3), title: 3 })
      const half = yield* imported
      assert.strictEqual(half.code, 1)
      assert.match(half.stderr, /issues\.json: entry 3: .+title/)
      put(issue(1), issue(2))
      assert.deepStrictEqual(yield* offered, [])
      assert.include((yield* imported).stdout, "announced 2 tasks")
      assert.deepStrictEqual(yield* offered, ["org/shop#1", "org/shop#2"])
      yield* at.client.announce({
        agent: AgentName.make("lead"),
        tasks: [{ task: TaskKey.make("org/shop#2"), title: "Issue 2", closed: true }]
      })
      assert.deepStrictEqual(yield* offered, ["org/shop#1"])
      yield* at.client.claim({ agent: AgentName.make("api"), task: TaskKey.make("org/shop#1") })
      assert.deepStrictEqual(yield* offered, [])
    }))
})
