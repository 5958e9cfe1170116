/**
 * What each peer may still have us look at: so many messages at once, so many a second after that,
 * and far fewer when listeners reject what it forwards.
 *
 * Gossipsub looks at a peer's score once a frame, and a frame holds thousands of messages; so a
 * flood is cut here, before a seal is opened, and what was beyond the allowance lowers the score
 * until nobody listens to the peer. An honest node forwards at the pace at which people and agents
 * work, and catch-up brings what was cut by mistake. (docs/rules.md, 10; H37)
 */

/**
 * Messages that may come at once, and a second from then on. Each is up to 3 ms of work (seals
 * opened, handed on, folded, kept), so a flood takes under a second at once and a third of a core
 * after that; fifty agents at work state a few facts a second.
 */
const atOnceMax = 256
const perSecond = 100

/** A rejected message counts as so many: four in a row use up everything. */
const rejectedCost = 64

/** Messages beyond the allowance are forgiven at this pace. */
const forgivenPerSecond = 2

/** Whoever sends so many messages beyond its allowance floods: no connection is kept with it. */
export const floodMin = 80

/** What then counts, whatever comes: a flood is forgiven after a minute. */
const floodExcess = 200

/** Peers that are remembered; the one that was quiet for longest is forgotten first. */
const peersMax = 1024

interface Account {
  readonly left: number
  readonly excess: number
  readonly seconds: number
}

/** The allowances of all peers. Times are in seconds, on a clock that only moves forward. */
export const make = () => {
  const accounts = new Map<string, Account>()

  const accountAt = (peer: string, seconds: number): Account => {
    const known = accounts.get(peer) ?? { left: atOnceMax, excess: 0, seconds }
    const passed = Math.max(0, seconds - known.seconds)
    return {
      left: Math.min(atOnceMax, known.left + passed * perSecond),
      excess: Math.max(0, known.excess - passed * forgivenPerSecond),
      seconds
    }
  }

  const keep = (peer: string, account: Account): void => {
    accounts.delete(peer)
    accounts.set(peer, account)
    const [longest] = accounts.keys()
    if (accounts.size > peersMax && longest !== undefined) accounts.delete(longest)
  }

  return {
    /** May this peer have one more message looked at? Counts it. */
    spend: (peer: string, seconds: number): boolean => {
      const account = accountAt(peer, seconds)
      const isWithin = account.left >= 1
      keep(peer, isWithin
        ? { ...account, left: account.left - 1 }
        : { ...account, excess: account.excess + 1 < floodMin ? account.excess + 1 : floodExcess })
      return isWithin
    },
    /** What the peer forwarded was rejected. */
    rejected: (peer: string, seconds: number): void => {
      const account = accountAt(peer, seconds)
      keep(peer, { ...account, left: Math.max(0, account.left - rejectedCost) })
    },
    /** How many messages beyond its allowance the peer sent lately. */
    excess: (peer: string, seconds: number): number => accountAt(peer, seconds).excess
  }
}
export type Allowance = ReturnType<typeof make>
