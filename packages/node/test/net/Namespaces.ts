/**
 * Wires of the kernel: a network namespace for each node, a bridge for each half, and a trunk
 * between the bridges that is taken down to cut the halves from each other.
 *
 *     node 0 ─veth─┐               ┌─veth─ node 1
 *     node 2 ─veth─┴ even ─trunk─ odd ┴─veth─ node 3
 *
 * All of it lives in a namespace of its own, which this process must be in alone (`enter`): nothing
 * in it reaches the machine's network, and it ends with the process, with all that runs in it.
 */
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import * as Relay from "./Relay.ts"
import { type Line, perfect, type Wires } from "./Wires.ts"

/** Starts a command as the first process of namespaces of its own. */
export const enter = ["unshare", "-n", "-m", "-p", "-f", "--kill-child", "--mount-proc"] as const

/** A folder for the names of namespaces that nobody else sees. */
const prepare = "mount -t tmpfs none /run && mkdir /run/netns && ip link set lo up"

/** Says why namespaces cannot be used here; undefined when they can. */
export const obstacle = (): string | undefined => {
  const trial = `${prepare} && ip link add trial type bridge && ip netns add trial && ` +
    "ip link add near type veth peer name far netns trial && ip netns exec trial ip link set lo up"
  const [command, ...args] = [...enter, "sh", "-c", trial]
  const { error, status, stderr } = spawnSync(command, args, { encoding: "utf8", timeout: 20_000 })
  return error !== undefined ? error.message : status === 0 ? undefined : stderr.trim()
}

const listenPort = 4001
const halves = ["even", "odd"] as const
const halfOf = (place: number): number => place % 2
const nameOf = (place: number): string => `node-${place}`
const ipOf = (place: number): string => `10.77.${halfOf(place)}.${place + 1}`
/** The run itself, as each half reaches it. */
const hostOf = (half: number): string => `10.77.${half}.254`

/** Prepares the wires of so many places; called once, inside `enter`. */
export const prepareFor = (places: number): void => {
  sh(prepare)
  halves.forEach((name, half) => {
    sh(`ip link add ${name} type bridge`)
    sh(`ip addr add ${hostOf(half)}/24 dev ${name}`)
    sh(`ip link set ${name} up`)
    // Each address of the run answers in its own half alone, or the trunk would be in the way.
    sh(`echo 1 > /proc/sys/net/ipv4/conf/${name}/arp_ignore`)
  })
  sh("ip link add trunk type veth peer name knurt")
  sh("ip link set trunk master even && ip link set knurt master odd && ip link set knurt up")
  for (let place = 0; place < places; place++) {
    const [name, half, veth] = [nameOf(place), halfOf(place), `veth-${place}`]
    sh(`ip netns add ${name}`)
    sh(`ip link add ${veth} type veth peer name eth0 netns ${name}`)
    sh(`ip link set ${veth} master ${halves[half] ?? ""} && ip link set ${veth} up`)
    sh(`ip -n ${name} addr add ${ipOf(place)}/16 dev eth0`)
    sh(`ip -n ${name} link set lo up && ip -n ${name} link set eth0 up`)
  }
  sh("ip link set trunk up")
}

/** Loses a share of what the run sends and gets, by the kernel's own packet filter. */
const losing = (loss: number) => {
  const drop = `numgen random mod 1000 < ${Math.round(loss * 1000)} drop`
  const chain = (hook: string) =>
    `add chain inet loss ${hook} { type filter hook ${hook} priority 0; }; add rule inet loss ${hook} ${drop}`
  return Effect.acquireRelease(
    Effect.sync(() => sh(`nft 'add table inet loss; ${chain("input")}; ${chain("output")}'`)),
    () => Effect.sync(() => sh("nft delete table inet loss"))
  )
}

const hasFilter = (): boolean => spawnSync("nft", ["list", "ruleset"]).status === 0

/** Wires of such lines. Where the lines are not perfect the nodes reach each other by relays. */
export const make = Effect.fnUntraced(function*(line: Line) {
  const loses = line.loss > 0 && hasFilter()
  if (loses) yield* losing(line.loss)
  const relayed: Line = loses ? { ...line, loss: 0 } : line
  const plug = Relay.plug()
  const wires: Wires = {
    says: "network namespaces" + (line.loss === 0 ? "" : loses
      ? "; nftables loses packets, a relay delays them"
      : "; nft is missing, so a relay delays packets and sends lost ones again"),
    via: (place) => ["ip", "netns", "exec", nameOf(place)],
    listen: (place) => `/ip4/${ipOf(place)}/tcp/${listenPort}`,
    host: (place) => hostOf(halfOf(place)),
    listens: () => {},
    address: (from, to) => {
      const target = { host: ipOf(to), port: listenPort }
      return line === perfect
        ? Effect.succeed(`/ip4/${target.host}/tcp/${target.port}`)
        : Relay.make({ host: hostOf(halfOf(from)), line: relayed, plug, target: () => target }).pipe(
          Effect.map((port) => `/ip4/${hostOf(halfOf(from))}/tcp/${port}`)
        )
    },
    cut: Effect.sync(() => sh("ip link set trunk down")),
    heal: Effect.sync(() => sh("ip link set trunk up"))
  }
  return wires
})

const sh = (command: string): void => {
  const { status, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8" })
  if (status !== 0) throw new Error(`${command}: ${stderr.trim()}`)
}
