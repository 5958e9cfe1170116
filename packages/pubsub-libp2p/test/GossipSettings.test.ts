/**
 * What gossip's scores make of a peer that breaks its promises: a flood of offers, a slow machine.
 */
import * as Allowance from "@chorus/pubsub-libp2p/Allowance"
import { settings } from "@chorus/pubsub-libp2p/GossipSettings"
import { createPeerScoreParams, defaultPeerScoreThresholds, PeerScore } from "@libp2p/gossipsub/score"
import { ScorePenalty } from "@libp2p/gossipsub/metrics"
import type { Logger } from "@libp2p/interface"
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"

const peer = "a peer"
const { graylistThreshold } = defaultPeerScoreThresholds

const silent: Logger = Object.assign(() => {}, {
  error: () => {},
  trace: () => {},
  enabled: false,
  newScope: () => silent
})

const scores = (relays: ReadonlyArray<string> = []) => {
  const params = createPeerScoreParams(settings(Allowance.make(), relays).scoreParams)
  const score = new PeerScore(params, null, { forComponent: () => silent }, { scoreCacheValidityMs: 0 })
  score.addPeer(peer)
  return score
}

/** So many heartbeats, a second apart, at each of which so many promises turn out to be broken. */
const beat = (score: PeerScore, beats: number, broken: number): void => {
  for (let done = 0; done < beats; done++) {
    vi.advanceTimersByTime(1000)
    score.refreshScores()
    if (broken > 0) score.addPenalty(peer, broken, ScorePenalty.BrokenPromise)
  }
}

describe("GossipSettings", () => {
  beforeEach(() => { vi.useFakeTimers({ toFake: ["Date"] }) })
  afterEach(() => { vi.useRealTimers() })

  it("forty peers at the address of a relay are no crowd, and at another one they are", () => {
    const crowdAt = (host: string) => {
      const score = scores(["192.0.2.7"])
      for (let at = 0; at < 40; at++) {
        score.addPeer(`peer ${at}`)
        score.addIP(`peer ${at}`, host)
      }
      return score.score("peer 0")
    }

    assert.isAtLeast(crowdAt("192.0.2.7"), 0)
    assert.isBelow(crowdAt("192.0.2.8"), graylistThreshold)
  })

  it("H37: who floods with offers of what it has not loses its listeners within three seconds", () => {
    const score = scores()
    beat(score, 3, 3)
    assert.isBelow(score.score(peer), graylistThreshold)
  })

  it("a machine that is starved for half a minute and breaks every other promise is listened to", () => {
    const score = scores()
    for (let done = 0; done < 15; done++) {
      beat(score, 1, 1)
      beat(score, 1, 0)
    }
    assert.isAbove(score.score(peer), graylistThreshold)
  })

  it("who was parted from for its score is let back in a minute later", () => {
    const score = scores()
    beat(score, 5, 3)
    score.removePeer(peer)
    beat(score, 59, 0)
    assert.isBelow(score.score(peer), graylistThreshold)
    beat(score, 2, 0)
    assert.strictEqual(score.score(peer), 0)
  })
})
