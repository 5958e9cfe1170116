/**
 * Holds the number of alerts a task steady while the stream changes: a threshold that moves slowly.
 *
 *     more alerts than wanted ──▶ a little higher        fewer ──▶ a little lower
 *
 * It starts at the trained threshold and never leaves a range around it, so a flood of look-alikes
 * cannot silence what is sure, and a quiet week opens no gates. Pure: a fold over arriving tasks.
 */
export interface RateController {
  /** On the logit of the confidence. */
  readonly threshold: number
  readonly trained: number
  /** Alerts a task that are wanted. */
  readonly rate: number
  /** Arrivals seen, at most `warmMax`: the first move the threshold less, for they say little. */
  readonly seen: number
}

/** How far the logit of the threshold may rise, so that what is sure is never silenced, and fall. */
export const riseMax = 1.5
export const fallMax = 0.75

/** How much one alert too many moves the logit of the threshold. */
export const step = 0.02

export const make = (threshold: number, rate: number): RateController => {
  const trained = Math.log(threshold / (1 - threshold))
  return { threshold: trained, trained, rate, seen: 0 }
}

/** After a task arrived and so many alerts were due. */
export const arrived = (controller: RateController, alerts: number): RateController => {
  const { rate, seen, threshold, trained } = controller
  const moved = threshold + step * Math.min(1, seen / warmMax) * (alerts - rate)
  return {
    ...controller,
    threshold: Math.min(trained + riseMax, Math.max(trained - fallMax, moved)),
    seen: Math.min(warmMax, seen + 1)
  }
}

const warmMax = 100

/** The confidence from which on a pair is worth an alert now. */
export const thresholdOf = ({ threshold }: RateController): number => 1 / (1 + Math.exp(-threshold))
