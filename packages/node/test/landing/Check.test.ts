/**
 * Files and contracts that were promised: kept, broken, or unknown; never outside the work tree.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFileSync, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Check from "../../src/landing/Check.ts"
import { folder, until } from "../Nodes.ts"

const checked = (done_when: string, tree: string, isAllowed = false) =>
  Effect.map(
    Check.check(
      { session: "s", plan: "p", item: "1", action: "", done_when, own: true },
      tree,
      () => isAllowed
    ),
    ({ how, outcome }) => `${outcome}: ${how}`
  )

it.live("a file is kept by its content, and a link out of the work tree is not followed", () =>
  Effect.gen(function*() {
    const path = yield* folder
    const tree = join(path, "tree")
    mkdirSync(tree)
    const sha = createHash("sha256").update("told").digest("hex")
    for (const place of [join(tree, "api.txt"), join(path, "secret")]) writeFileSync(place, "told")
    symlinkSync(join(path, "secret"), join(tree, "link"))

    assert.match(yield* checked(`file: api.txt sha256:${sha}`, tree), /^kept/)
    assert.match(yield* checked(`file: api.txt sha256:${"0".repeat(64)}`, tree), /^broken: the file differs/)
    assert.match(yield* checked(`file: gone.txt sha256:${sha}`, tree), /^broken: .+no such file/)
    assert.match(yield* checked(`file: link sha256:${sha}`, tree), /^unchecked: .+outside/)
    assert.match(yield* checked("exit: touch ran", tree), /^unchecked: the command was not run/)
  }))

it("H19: no two commands that somebody writes have one fingerprint", () => {
  // Of 32 bits, 100,000 commands share some.
  const marks = new Set(Array.from({ length: 100_000 }, (_, at) => Check.fingerprint(`make check # ${at}`)))

  assert.strictEqual(marks.size, 100_000)
})

it.live("a command ends with all that it started", () =>
  Effect.gen(function*() {
    const tree = yield* folder
    const said = yield* checked("exit: sleep 600 & echo $! > left; exit 3", tree, true)
    const left = Number(readFileSync(join(tree, "left"), "utf8"))

    assert.strictEqual(said, "broken: it ended with 3")
    yield* until("what it left ends", Effect.sync(() => isRunning(left)), (runs) => !runs)
  }))

/** Whether there is such a process that has not ended; one that nobody asked for yet has. */
const isRunning = (pid: number): boolean =>
  !/^(?:Z.*)?$/.test(spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim())

it.live("a contract is kept while nothing breaks, and a comparison that cannot run keeps nothing", () =>
  Effect.gen(function*() {
    const tree = yield* folder
    const git = (...args: ReadonlyArray<string>) =>
      execFileSync("git", ["-C", tree, "-c", "user.name=c", "-c", "user.email=c@example.org", ...args], {
        env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
        stdio: "pipe"
      })
    const api = (...paths: ReadonlyArray<string>) =>
      writeFileSync(join(tree, "openapi.yaml"), [
        "openapi: 3.0.0",
        "info: {title: t, version: '1'}",
        "paths:",
        ...paths.map((path) => `  ${path}: {get: {responses: {'200': {description: ok}}}}`)
      ].join("\n"))
    git("init", "-q", "-b", "main")
    api("/users", "/orders")
    git("add", ".")
    git("commit", "-q", "-m", "Begin")

    api("/users", "/orders", "/more")
    assert.match(yield* checked("contract: main", tree), /^kept: no contract breaks against [0-9a-f]{12}$/)
    api("/users")
    assert.match(yield* checked("contract: main", tree), /^broken: 1 contracts break .+\/orders/)
    assert.match(yield* checked("contract: nowhere", tree), /^unchecked: nothing was compared/)
  }))
