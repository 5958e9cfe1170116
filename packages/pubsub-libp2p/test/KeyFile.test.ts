/**
 * What a key file promises: one identity for good, for its owner alone.
 */
import * as KeyFile from "@chorus/pubsub-libp2p/KeyFile"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { folder } from "./Libp2pTopology.ts"

const refused = <A>(effect: Effect.Effect<A, KeyFile.KeyFileError>) =>
  Effect.map(Effect.flip(effect), ({ message, reason }) => ({ message, reason }))

describe("KeyFile", () => {
  it.live("gives back the key it was made with, time after time", () =>
    Effect.gen(function*() {
      const path = join(yield* folder, "key")

      const made = yield* KeyFile.readOrMake(path)
      const read = yield* KeyFile.readOrMake(path)

      assert.isTrue(read.equals(made))
      assert.isTrue((yield* KeyFile.read(path)).equals(made))
    }))

  it.live("is for its owner alone, and the folders above it too", () =>
    Effect.gen(function*() {
      const root = yield* folder
      const path = join(root, "a", "b", "key")

      yield* KeyFile.make(path)

      const modes = yield* Effect.promise(() =>
        Promise.all([path, join(root, "a", "b"), join(root, "a")].map((at) => stat(at))))
      assert.deepStrictEqual(modes.map(({ mode }) => mode & 0o777), [0o600, 0o700, 0o700])
      assert.deepStrictEqual(yield* Effect.promise(() => readdir(join(root, "a", "b"))), ["key"])
    }))

  it.live("is refused when others can read it, and the message says what to run", () =>
    Effect.gen(function*() {
      const path = join(yield* folder, "key")
      yield* KeyFile.make(path)

      for (const mode of [0o640, 0o604, 0o644, 0o660]) {
        yield* Effect.promise(() => chmod(path, mode))

        const { message, reason } = yield* refused(KeyFile.readOrMake(path))

        assert.strictEqual(reason, "exposed")
        assert.include(message, `chmod 600 ${path}`)
      }
    }))

  it.live("is refused when it is malformed, and left as it is", () =>
    Effect.gen(function*() {
      const path = join(yield* folder, "key")
      yield* KeyFile.make(path)
      const text = yield* Effect.promise(() => readFile(path, "utf8"))

      const cut = [text.slice(0, -3), text.slice(1)]
      for (const bad of ["", "junk", ...cut, text + text, text.replace("v1", "v2")]) {
        yield* Effect.promise(() => writeFile(path, bad))

        const { message, reason } = yield* refused(KeyFile.readOrMake(path))

        assert.strictEqual(reason, "malformed")
        assert.include(message, path)
        assert.strictEqual(yield* Effect.promise(() => readFile(path, "utf8")), bad)
      }
    }))

  it.live("is never written over", () =>
    Effect.gen(function*() {
      const path = join(yield* folder, "key")
      const made = yield* KeyFile.make(path)

      const { reason } = yield* refused(KeyFile.make(path))

      assert.strictEqual(reason, "exists")
      assert.isTrue((yield* KeyFile.read(path)).equals(made))
    }))

  it.live("is one key for all who make it at once", () =>
    Effect.gen(function*() {
      const path = join(yield* folder, "key")

      const makers = Array.from({ length: 8 }, () => KeyFile.readOrMake(path))
      const keys = yield* Effect.all(makers, { concurrency: "unbounded" })

      assert.strictEqual(new Set(keys.map((key) => key.publicKey.toString())).size, 1)
    }))

  it.live("says what is wrong when it is missing or no file", () =>
    Effect.gen(function*() {
      const path = join(yield* folder, "key")
      const missing = yield* refused(KeyFile.read(path))
      yield* Effect.promise(() => mkdir(path, { mode: 0o700 }))
      const directory = yield* refused(KeyFile.read(path))

      assert.deepStrictEqual(missing, { reason: "missing", message: `${path} does not exist` })
      assert.strictEqual(directory.reason, "failed")
      assert.include(directory.message, path)
    }))
})
