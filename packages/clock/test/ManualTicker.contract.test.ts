/**
 * The ticker that is moved by hand keeps the contract.
 */
import { layer, ManualTicker } from "@chorus/clock/ManualTicker"
import { Ticker } from "@chorus/coordination-core/ports/Ticker"
import * as TickerContract from "@chorus/port-contracts/TickerContract"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

TickerContract.suite(
  "manual",
  Effect.map(Layer.build(layer()), (context) => {
    const [ticker, hand] = [Context.get(context, Ticker), Context.get(context, ManualTicker)]
    return {
      ticker,
      everyMillis: 100,
      pass: hand.advance,
      setWall: (wallMillis) => Effect.flatMap(ticker.now, (now) => hand.set({ ...now, wallMillis }))
    }
  })
)
