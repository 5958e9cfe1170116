/**
 * The examples: programs run to their end; the hook and the action as scripts, over a repository that
 * the test makes, with a node and without.
 */
import { assert, it } from "@effect/vitest"
import * as Yaml from "effect/encoding/Yaml"
import * as Effect from "effect/Effect"
import { execFileSync, spawnSync } from "node:child_process"
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { folder, machine, start, up } from "../Nodes.ts"

const root = fileURLToPath(new URL("../../../..", import.meta.url))
const examples = join(root, "examples")
const hook = join(examples, "pre-push")
const script = join(examples, "github-action", "check.sh")

it("the scripts are well formed, and the action runs the one beside it", () => {
  for (const file of [hook, script]) {
    const { status, stderr } = spawnSync("bash", ["-n", file], { encoding: "utf8" })
    assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: "" })
  }
  const action = readFileSync(join(examples, "github-action", "action.yml"), "utf8")
  assert.nestedInclude(Yaml.parse(action), { "runs.using": "composite", "runs.steps[0].id": "check" })
  const [, run = ""] = /^ +run: (.+)$/m.exec(action) ?? []
  assert.notInclude(run, "${{")
})

const programs: ReadonlyArray<readonly [string, string]> = [
  ["01-fold-a-session", "resolved\n"],
  ["02-three-nodes-in-memory", "resolved, as the third node sees it\n"],
  ["03-lan-over-libp2p", "web: resolved\n"],
  ["04-your-own-reasoner", "Step 2, web: Finish \"Show the users\". Done when: It is merged."],
  ["05-your-own-rule", "GraphQL_Schema: a GraphQL schema and a resolver have to move together"],
  ["06-property-test-the-session", "sessions: 0 laws broken\nas a set: 0 laws broken\nas a number: a fact"],
  ["07-agents-over-mcp", "api: completed\nweb: completed\n"]
]

it.live("each program runs and says what it is there for", () =>
  Effect.forEach(programs, ([name, told]) =>
    Effect.gen(function*() {
      const { ended } = yield* start(process.execPath, [join(examples, `${name}.ts`)])
      const { code, stderr, stdout } = yield* ended
      assert.strictEqual(code, 0, stderr)
      assert.include(stdout, told)
    }), { concurrency: 2 }).pipe(Effect.scoped))

it.live("a push and a pull request that break a consumer are stopped, and nothing else is", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const tree = join(path, "backend")
    mkdirSync(tree)
    const at = yield* up(join(path, "chorus.db"))
    yield* at.client.state_contracts({ repository: "web", provides: {}, consumes: ["api:GET /orders"] })
    const environment = (db: string) => ({
      ...machine,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_SYSTEM: "/dev/null",
      CHORUS: join(root, "chorus"),
      CHORUS_REPO: "backend",
      CHORUS_DB: db
    })
    const git = (...args: ReadonlyArray<string>) =>
      execFileSync("git", ["-C", tree, "-c", "user.name=c", "-c", "user.email=c@example.org", ...args], {
        env: environment(at.db),
        encoding: "utf8",
        stdio: "pipe"
      })
    const commit = (...paths: ReadonlyArray<string>) => {
      writeFileSync(join(tree, "openapi.yaml"), [
        "openapi: 3.0.0",
        "info: {title: t, version: '1'}",
        "paths:",
        ...paths.map((name) => `  ${name}: {get: {responses: {'200': {description: ok}}}}`)
      ].join("\n"))
      git("add", ".")
      git("commit", "-q", "-m", paths.join(" "))
    }
    const push = (db: string) =>
      spawnSync("git", ["-C", tree, "push", "origin", "main"], { env: environment(db), encoding: "utf8" })
    const summary = join(path, "summary")
    const check = (db: string, strict = "0") =>
      spawnSync(script, ["origin/main", "backend"], {
        cwd: tree,
        env: { ...environment(db), CHORUS_STRICT: strict, GITHUB_STEP_SUMMARY: summary },
        encoding: "utf8"
      })
    const nowhere = join(path, "nowhere.db")

    execFileSync("git", ["init", "-q", "--bare", "-b", "main", join(path, "remote.git")])
    git("init", "-q", "-b", "main")
    git("remote", "add", "origin", join(path, "remote.git"))
    commit("/users", "/orders")
    git("push", "-q", "origin", "main")
    copyFileSync(hook, join(tree, ".git", "hooks", "pre-push"))
    commit("/users", "/more")
    const stopped = push(at.db)
    assert.strictEqual(stopped.status, 1)
    assert.match(stopped.stderr, /consumed by web[\s\S]+chorus: push stopped/)
    const told = check(at.db)
    assert.strictEqual(told.status, 2, told.stdout + told.stderr)
    assert.match(told.stdout, /^::stop-commands::(\w{32})\n[\s\S]+consumed by web[\s\S]+\n::\1::\n::error /)
    assert.match(readFileSync(summary, "utf8"), /^### Contracts: attention\n\n( {4}.*\n)+$/)
    assert.strictEqual(check(nowhere, "1").status, 3)

    const passed = push(nowhere)
    assert.strictEqual(passed.status, 0)
    assert.include(passed.stderr, "nobody can tell whom refs/heads/main breaks")
  }))
