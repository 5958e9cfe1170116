/**
 * Where the suites of the network run: nodes, and who is connected with whom.
 */
import type { Peers } from "@chorus/coordination-core/ports/Peers"
import type { PubSub } from "@chorus/coordination-core/ports/PubSub"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** A line connects each node with the next one, a mesh each with each. */
export type Shape = "line" | "mesh"

/** What the suite of PubSub needs of a node: the port, and how peers name the node. */
export interface Speaker {
  readonly pubsub: PubSub["Service"]
  readonly peers: Pick<Peers["Service"], "self">
}

export interface Node extends Speaker {
  readonly peers: Peers["Service"]
  /** Ends the node, as the end of its process would. */
  readonly leave: Effect.Effect<void>
}

/** Makes nodes that are connected already and end with the scope. */
export type Topology<N = Node> = (
  size: number,
  shape: Shape
) => Effect.Effect<ReadonlyArray<N>, unknown, Scope.Scope>

/** The connections of a shape, as pairs of the nodes' numbers. */
export const links = (size: number, shape: Shape): ReadonlyArray<readonly [number, number]> => {
  const numbers = [...Array(size).keys()]
  return numbers.flatMap((to) =>
    numbers
      .filter((from) => shape === "mesh" ? from < to : from === to - 1)
      .map((from) => [from, to] as const)
  )
}

type Body<N> = (
  nodes: readonly [N, N, N, ...Array<N>]
) => Effect.fn.Return<void, unknown, Scope.Scope>

/** A check that runs among so many nodes. */
export const among = <N>(size: number, shape: Shape, body: Body<N>) => (topology: Topology<N>) =>
  Effect.flatMap(topology(size, shape), (nodes) =>
    // A check names at most as many nodes as it asks for.
    Effect.gen(() => body(nodes as never)))
