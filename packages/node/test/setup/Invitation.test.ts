/**
 * Tokens: read as they were made, and told when they are mistyped, cut, foreign or old.
 */
import { assert, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import * as Invitation from "../../src/setup/Invitation.ts"

const invitations = fc.record({
  addresses: fc.array(
    fc.tuple(fc.nat(65_535), fc.constantFrom("", "/p2p-circuit/p2p/12D3KooWDef")).map(([port, beyond]) =>
      `/ip4/192.0.2.7/tcp/${port}/p2p/12D3KooWAbc${beyond}`),
    { minLength: 1, maxLength: 8 }
  ),
  founder: fc.constant("12D3KooWFounder"),
  membership: fc.constantFrom("open" as const, "listed" as const),
  nonce: fc.base64String({ maxLength: 16 }),
  expires_at_ms: fc.integer({ min: 1, max: 9e12 })
})

it("a token says what it was made of until it expires, and one wrong character is told", () => {
  fc.assert(fc.property(invitations, fc.nat(), fc.constantFrom("A", "z", "-", "0"), (made, at, other) => {
    const token = Invitation.encode(made)
    assert.deepStrictEqual(Invitation.decode(` ${token}\n`, made.expires_at_ms - 1), Result.succeed(made))
    assert.match(failed(token, made.expires_at_ms), /^the token has expired/)

    const place = "chorus1-".length + at % (token.length - "chorus1-".length)
    const mistyped = token.slice(0, place) + other + token.slice(place + 1)
    if (mistyped !== token) assert.match(failed(mistyped), /^the token was mistyped or cut/)
    assert.match(failed(token.slice(0, place)), /^the token was mistyped or cut/)
  }))
  assert.strictEqual(failed("12D3KooW"), "that is no token of `chorus pair`")
})

const failed = (token: string, now = 0): string =>
  Result.match(Invitation.decode(token, now), { onFailure: (why) => why, onSuccess: () => "read" })
