/**
 * The settings: which source counts, how values are understood, and how they are refused.
 */
import { AgentName } from "@chorus/coordination-core/identity/AgentId"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as UserDirectories from "effect/persistence/UserDirectories"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeEach, vi } from "vitest"
import * as Config from "../../src/cli/Config.ts"
import * as Settings from "../../src/cli/Settings.ts"
import { folder } from "../Nodes.ts"

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("CHORUS_")) vi.stubEnv(
    name,
    undefined
  )
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const directories = UserDirectories.layer.pipe(Layer.provide(NodeServices.layer))

const load = (flags: Parameters<typeof Config.load>[0] = {}) => Effect.provide(
  Config.load(flags),
  directories
)

/** Loads as if called in this folder, with this `.chorus.yaml` in it. */
const loadWith = Effect.fnUntraced(function*(content: string, flags: Parameters<typeof Config.load>[0] = {}) {
  const cwd = yield* folder
  writeFileSync(join(cwd, ".chorus.yaml"), content)
  vi.spyOn(process, "cwd").mockReturnValue(cwd)
  return { cwd, config: yield* load(flags) }
})

describe("Config", () => {
  it.effect("flag before environment before file before default, setting by setting", () =>
    Effect.gen(function*() {
      vi.stubEnv("CHORUS_MODEL", "ollama:phi3")
      vi.stubEnv("CHORUS_ALERTS_PER_CLAIM", "7")

      const { config, cwd } = yield* loadWith(
        "model: openai:http://file/v1#m\nalertsPerClaim: 5\nclaimLease: 2.5\n",
        { model: "template" }
      )

      const sources = config.explained
        .filter(({ name }) => ["model", "alertsPerClaim", "claimLease", "policy"].includes(name))
        .map(({ name, source, value, where }) => [name, value, source, where])
      assert.deepStrictEqual(sources, [
        ["model", "template", "flag", "--model"],
        ["policy", "allButOne", "default", "default"],
        ["claimLease", 2.5, "file", join(cwd, ".chorus.yaml")],
        ["alertsPerClaim", 7, "environment", "CHORUS_ALERTS_PER_CLAIM"]
      ])
      assert.deepInclude(config.values, { model: "template", alertsPerClaim: 7, claimLease: 2.5 })
    }))

  it.effect("a database ends in .db, so that no two share a key and none is named like its own socket", () =>
    Effect.gen(function*() {
      for (const db of ["chorus.sqlite", "chorus.sock", "chorus", "data/", ".db", ""]) {
        const { message } = yield* Effect.flip(load({ db }))
        assert.include(message, `db cannot be ${JSON.stringify(db)} (--db)`)
      }
      assert.strictEqual((yield* load({ db: "a.db" })).values.db, "a.db")
    }))

  it.effect("a relay is an address that leads to a node, and is told where to find one", () =>
    Effect.gen(function*() {
      for (const relay of ["r", "/ip4/127.0.0.1/tcp/1", "/ip4/::/udp/1/p2p/12D3", "/p2p/12D3/p2p-circuit"]) {
        const { kind, message } = yield* Effect.flip(load({ relay }))
        assert.strictEqual(kind, "usage")
        assert.include(message, `relay cannot be ${JSON.stringify(relay)} (--relay): Expected serve, none`)
        assert.include(message, "the address of a node that was started with --relay serve")
      }
      for (const relay of ["serve", "none", "/dns4/relay.example/tcp/4001/p2p/12D3KooW"]) {
        assert.deepInclude((yield* load({ relay })).values, { relay })
      }
    }))

  it.effect("a file in a repository says nothing about where words and keys go, nor who decides", () =>
    Effect.gen(function*() {
      const lines = [
        "model: openai:http://evil.example/v1#m",
        "webhook: http://evil.example/",
        "http: 0.0.0.0:7400",
        "httpDecides: true",
        "relay: serve"
      ]
      for (const line of lines) {
        const { cwd } = yield* loadWith(line)
        mkdirSync(join(cwd, ".git"))
        const { kind, message } = yield* Effect.flip(load({}))
        assert.strictEqual(kind, "usage")
        assert.match(message, /is not taken from a file in a repository.+; set CHORUS_[A-Z_]+, or /)
      }
      const { cwd } = yield* loadWith("model: ollama:phi3\nwebhook: http://evil.example/\n")
      mkdirSync(join(cwd, ".git"))
      vi.stubEnv("CHORUS_WEBHOOK", "http://own.example/")
      assert.deepInclude((yield* load({})).values, { model: "ollama:phi3", webhook: "http://own.example/" })
    }))

  it.effect("H34 a file of settings is a plain and small one, with one value a setting", () =>
    Effect.gen(function*() {
      const bomb = Array.from({ length: 9 }, (_, nth) => `*a${nth}`).join(", ")
      const refused = Effect.flip(loadWith(`agent: [&a0 [x], ${bomb.replaceAll(/a\d/g, "a0")}]`))
      assert.match((yield* refused).message, /agent takes one value/)
      assert.match((yield* Effect.flip(loadWith(`# ${"x".repeat(70_000)}`))).message, /longer than 64 KiB/)
      const cwd = yield* folder
      symlinkSync("/dev/zero", join(cwd, ".chorus.yaml"))
      vi.spyOn(process, "cwd").mockReturnValue(cwd)
      assert.match((yield* Effect.flip(load())).message, /it is no plain file/)
    }))

  it.effect("a folder that is gone is told as that", () =>
    Effect.gen(function*() {
      vi.spyOn(process, "cwd").mockImplementation(() => {
        throw new Error("ENOENT: process.cwd failed")
      })
      assert.match((yield* Effect.flip(load({}))).message, /^the folder that this runs in is gone/)
    }))

  it.effect("the file is found from a folder below, and its database lies beside it", () =>
    Effect.gen(function*() {
      const cwd = yield* folder
      mkdirSync(join(cwd, "src", "deep"), { recursive: true })
      writeFileSync(join(cwd, ".chorus.yaml"), "db: data/node.db\n")
      vi.spyOn(process, "cwd").mockReturnValue(join(cwd, "src", "deep"))

      const { values } = yield* load()

      assert.strictEqual(values.db, join(cwd, "data", "node.db"))
    }))

  it.effect("without any setting the database lies in the platform's data folder", () =>
    Effect.gen(function*() {
      const { config } = yield* loadWith("# nothing\n")
      const platform = yield* Effect.flatMap(
        UserDirectories.UserDirectories,
        ({ data }) => data("chorus")
      )

      assert.strictEqual(config.values.db, join(platform, "chorus.db"))
    }).pipe(Effect.provide(directories)))

  it.effect("text from the environment becomes the number or the truth value it stands for", () =>
    Effect.gen(function*() {
      vi.stubEnv("CHORUS_MDNS", "true")
      vi.stubEnv("CHORUS_MAX_SESSION_DURATION", "0.5")
      vi.stubEnv("CHORUS_AGENT", "12")
      vi.stubEnv("CHORUS_REPO", "")

      const { config: { values } } = yield* loadWith("")

      assert.deepInclude(
        values,
        { mdns: true, maxSessionDuration: 0.5, agent: AgentName.make("12") }
      )
      assert.isUndefined(values.repo)
    }))

  it("each setting's variable is its name in capitals", () => {
    assert.strictEqual(Settings.variable("db"), "CHORUS_DB")
    assert.strictEqual(Settings.variable("maxSessionDuration"), "CHORUS_MAX_SESSION_DURATION")
  })

  it.effect.each([
    ["repo: [", /\.chorus\.yaml is not YAML \(\S.+\); write lines like `repo: backend`$/],
    ["repo: r\n   agent: a", /\.chorus\.yaml:2 is not YAML \(\S.+\); write lines like `repo: backend`$/],
    ["- repo", /\.chorus\.yaml holds no settings; write lines like `repo: backend`$/],
    ["colour: red", /\.chorus\.yaml: colour is no setting; `chorus config --explain` lists them$/],
    ["maxParticipants: many", /^maxParticipants cannot be "many" \(.+\.chorus\.yaml\): Expected /],
    ["agent: two words", /^agent cannot be "two words" \(.+\.chorus\.yaml\): Expected an agent name/],
    ["claimLease: 0", /^claimLease cannot be 0 \(.+\): Expected a value greater than 0/],
    ["policy: most", /^policy cannot be "most" \(.+\): Expected "allButOne" \| "unanimous" \| "majority"$/],
    ["join: 1", /^join cannot be 1 \(.+\): Expected true or false$/]
  ] as const)("`%s` is refused with the place where it stands", ([content, line]) =>
    Effect.gen(function*() {
      const failure = yield* Effect.flip(loadWith(content))

      assert.strictEqual(failure.kind, "usage")
      assert.match(failure.message, line)
      assert.notInclude(failure.message, "\n")
    }))
})
