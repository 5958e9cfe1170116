/**
 * The test of the test: a right signer keeps every promise of the contract, and each wrong one
 * breaks the promise it is meant to break.
 *
 * The right one writes `tag, signer, payload` and tags with a hash that everybody can make.
 */
import { NodeId } from "@chorus/coordination-core/identity/NodeId"
import { SealError, type SignerShape } from "@chorus/coordination-core/ports/Signer"
import { Patience } from "@chorus/port-contracts/Check"
import * as SignerContract from "@chorus/port-contracts/SignerContract"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { createHash } from "node:crypto"

/** What can be wrong with a signer. */
interface Faults {
  readonly tagged: (purpose: string, rest: Buffer) => ReadonlyArray<string | Buffer>
  readonly cut: (sealed: Buffer) => Buffer
  readonly payload: (bytes: Buffer) => string
  readonly signer: (named: string) => string
  readonly read: (payload: string) => string
  readonly throws: boolean
}

const none: Faults = {
  tagged: (purpose, rest) => [purpose, rest],
  cut: (sealed) => sealed,
  payload: (bytes) => bytes.toString(),
  signer: (named) => named,
  read: (payload) => payload,
  throws: false
}

const signer = (digit: string, wrong: Partial<Faults> = {}): SignerShape => {
  const faults: Faults = { ...none, ...wrong }
  const self = NodeId.make(`12D3KooW${digit.repeat(44)}`)
  const tag = (purpose: string, rest: Buffer) => {
    const hash = createHash("sha256")
    for (const part of faults.tagged(purpose, rest)) hash.update(part)
    return hash.digest()
  }
  const parse = (sealed: Buffer) => ({
    payload: faults.payload(sealed.subarray(84)),
    signer: faults.signer(sealed.subarray(32, 84).toString())
  })
  const open: SignerShape["open"] = (purpose, bytes) =>
    Effect.suspend(() => {
      const sealed = faults.cut(Buffer.from(bytes))
      if (sealed.length < 84) {
        if (faults.throws) throw new RangeError("too short")
        return Effect.fail(new SealError({ message: "too short" }))
      }
      return tag(purpose, sealed.subarray(32)).equals(sealed.subarray(0, 32))
        ? Effect.succeed(parse(sealed))
        : Effect.fail(new SealError({ message: "broken" }))
    })
  return {
    self,
    seal: (purpose, payload) =>
      Effect.sync(() => {
        const rest = Buffer.concat([Buffer.from(self), Buffer.from(payload)])
        return new Uint8Array(Buffer.concat([tag(purpose, rest), rest]))
      }),
    open,
    read: (purpose, sealed) =>
      Effect.map(open(purpose, sealed), (opened) => ({
        ...opened,
        payload: faults.read(opened.payload)
      }))
  }
}

const signers = (wrong?: Partial<Faults>): SignerContract.Signers =>
  Effect.succeed([signer("1", wrong), signer("2", wrong)])

SignerContract.suite("a right one", signers())

describe("a wrong signer breaks its promise", () => {
  const wrong: ReadonlyArray<readonly [title: string, breaks: RegExp, faults: Partial<Faults>]> = [
    ["that drops a mark of order", /any text/, {
      payload: (bytes) => new TextDecoder().decode(bytes)
    }],
    ["that knows ASCII alone", /any text/, { payload: (bytes) => bytes.toString("ascii") }],
    ["that names nobody", /names the key/, { signer: () => "nobody" }],
    ["that names one key for all", /names the key/, { signer: () => `12D3KooW${"1".repeat(44)}` }],
    ["that does not check the purpose", /purpose alone/, { tagged: (_, rest) => [rest] }],
    ["that does not check the payload", /bit flipped/, {
      tagged: (purpose, rest) => [purpose, rest.subarray(0, 52)]
    }],
    ["that does not check the last byte", /bit flipped/, {
      tagged: (purpose, rest) => [purpose, rest.subarray(0, -1)]
    }],
    ["that skips what it does not know", /appended/, {
      cut: (sealed) => sealed.subarray(0, 86)
    }],
    ["that fills in what is missing", /ends early/, {
      cut: (sealed) => Buffer.concat([sealed, Buffer.from("}")]).subarray(0, 86)
    }],
    ["that throws", /nobody sealed/, { throws: true }],
    ["that reads another text", /read gives/, { read: (payload) => payload.trim() }]
  ]

  for (const [title, breaks, faults] of wrong) {
    it.live(title, () =>
      Effect.gen(function*() {
        const broken = SignerContract.promises.filter((promise) => breaks.test(promise.title))
        assert.lengthOf(broken, 1)

        for (const { check } of broken) {
          assert.isTrue(Exit.isFailure(yield* Effect.exit(check(signers(faults)))))
        }
      }).pipe(Effect.provideService(Patience, Duration.millis(500))))
  }
})
