/**
 * The key of a private network: made at founding, brought by a token, and never given up silently.
 */
import * as KeyFile from "@chorus/pubsub-libp2p/KeyFile"
import * as MemoryFactStore from "@chorus/slurp/MemoryFactStore"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as UserDirectories from "effect/persistence/UserDirectories"
import { rmSync } from "node:fs"
import { join } from "node:path"
import * as Config from "../src/cli/Config.ts"
import * as Files from "../src/cli/Files.ts"
import * as PrivateNetwork from "../src/PrivateNetwork.ts"
import { folder } from "./Nodes.ts"

it.live("H37: a node of a private network starts with its key alone", () =>
  Effect.gen(function*() {
    const files = Files.of(join(yield* folder, "chorus.db"))
    const settings = (isPrivate: boolean) => Config.load({ private: isPrivate, db: files.db })
    const settle = Effect.fnUntraced(function*(isPrivate: boolean, founds: boolean, brought?: string) {
      return yield* PrivateNetwork.settle(yield* settings(isPrivate), files, founds, brought)
    })
    const refused = (...given: Parameters<typeof settle>) =>
      Effect.map(Effect.flip(settle(...given)), ({ message }) => message)

    yield* settle(false, true)
    assert.isUndefined(yield* PrivateNetwork.carried(files))
    assert.match(yield* refused(true, false), /^--private makes a network at founding/)
    yield* settle(true, true)
    const key = yield* PrivateNetwork.carried(files)
    yield* settle(true, false)
    yield* settle(false, false, key)
    assert.strictEqual(yield* PrivateNetwork.carried(files), key)
    assert.match(yield* refused(false, false, `${"A".repeat(43)}=`), /is the key of another network/)

    rmSync(files.networkKey)
    assert.match(yield* refused(true, true), /the key of this node's network, is missing; put it back/)
    yield* settle(false, false, key)
    assert.strictEqual(KeyFile.seedOf(yield* KeyFile.read(files.networkKey)), key)
  }).pipe(Effect.provide(Layer.mergeAll(
    MemoryFactStore.layer,
    Layer.provide(UserDirectories.layer, NodeServices.layer)
  ))))
