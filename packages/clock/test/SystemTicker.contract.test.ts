/**
 * The system's ticker keeps the contract.
 */
import * as SystemTicker from "@chorus/clock/SystemTicker"
import { Ticker } from "@chorus/coordination-core/ports/Ticker"
import * as TickerContract from "@chorus/port-contracts/TickerContract"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"

TickerContract.suite(
  "system",
  Effect.map(Layer.build(SystemTicker.layer({ everyMillis: 100 })), (context) => ({
    ticker: Context.get(context, Ticker),
    everyMillis: 100,
    pass: TestClock.adjust,
    setWall: TestClock.setTime
  }))
)
