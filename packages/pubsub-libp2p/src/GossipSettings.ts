/**
 * How gossipsub is set up: what a message may be, what a peer may send, and what it costs to send
 * what listeners reject.
 *
 * Messages carry no signature of gossipsub's, because facts and signals are sealed themselves.
 * A message's id hashes its topic and its bytes: were the topic left out, a hostile peer could make
 * the others forget a message by sending it on the wrong topic first. (H37)
 */
import { topics } from "@chorus/coordination-core/fact/FactTable"
import { type GossipsubOpts, StrictNoSign } from "@libp2p/gossipsub"
import { createTopicScoreParams } from "@libp2p/gossipsub/score"
import { createHash } from "node:crypto"
import type { Allowance } from "./Allowance.ts"

/** Every peer of a test or a demo has one address; elsewhere ten of one address are suspicious. */
const loopback = ["127.0.0.1", "::1"]

/**
 * A topic's part of a peer's score: a little for being there and being first, and much less than
 * nothing for what listeners reject. Four of those in a row take a peer below -80, where nobody
 * listens to it for half a minute. Silence costs nothing, since topics are often silent.
 */
const topicScore = createTopicScoreParams({
  topicWeight: 1,
  timeInMeshWeight: 0.01,
  timeInMeshQuantum: 1000,
  timeInMeshCap: 300,
  firstMessageDeliveriesWeight: 0.5,
  firstMessageDeliveriesDecay: 0.97,
  firstMessageDeliveriesCap: 10,
  meshMessageDeliveriesWeight: 0,
  meshFailurePenaltyWeight: 0,
  invalidMessageDeliveriesWeight: -10,
  invalidMessageDeliveriesDecay: 0.99
})

/** So the excess of a flood takes the score below -80, where nobody listens. */
const excessWeight = -1

/** The settings of a node; peers that flood it are known by their allowance, and relays by their hosts. */
export const settings = (
  allowance: Allowance,
  relays: ReadonlyArray<string> = []
): Partial<GossipsubOpts> => ({
  globalSignaturePolicy: StrictNoSign,
  msgIdFn: ({ data, topic }) => createHash("sha256").update(`${topic}\n`).update(data).digest(),
  allowedTopics: [...topics],
  allowPublishToZeroTopicPeers: true,
  ignoreDuplicatePublishError: true,
  fallbackToFloodsub: false,
  // A node that restarts is let back in at once, not after ten seconds.
  unsubcribeBackoff: 1000,
  // An answer to a peer that lags bundles three seconds of messages, and a frame over the limit
  // ends gossip with that peer while the connection stays; so the limit is far above 64 KiB.
  maxInboundDataLength: 16 * 1024 * 1024,
  // A peer that reads too slowly is cut off before it fills our memory.
  maxOutboundBufferSize: 16 * 1024 * 1024,
  // How long a promised message may take.
  gossipsubIWantFollowupMs: 3000,
  // An answer holds at most the messages that were asked for. Of ids far fewer than 1,000 come at a
  // time: what a mesh says in three seconds. A frame beyond a limit is dropped unread.
  decodeRpcLimits: {
    maxSubscriptions: 16,
    maxMessages: 5000,
    maxIhaveMessageIDs: 1000,
    maxIwantMessageIDs: 1000,
    maxIdontwantMessageIDs: 512,
    maxControlMessages: 16,
    maxPeerInfos: 0
  },
  scoreParams: {
    // All whom a relay carries seem to be where it is.
    IPColocationFactorWhitelist: new Set([...loopback, ...relays]),
    // A slow machine breaks a promise of gossip's now and then, in good faith, every other
    // second if it is starved; who floods us with offers of what it has not breaks three a second,
    // and is not listened to three seconds after the first.
    behaviourPenaltyThreshold: 4,
    behaviourPenaltyDecay: 0.9,
    // The score of who is gone does not recover. It is forgotten as soon as a flood is, since a
    // machine that was starved for a while is no enemy for the hour that gossipsub would keep it.
    retainScore: 60_000,
    appSpecificScore: (peer) => allowance.excess(peer, performance.now() / 1000),
    appSpecificWeight: excessWeight,
    topics: Object.fromEntries(topics.map((topic) => [topic, topicScore]))
  }
})
