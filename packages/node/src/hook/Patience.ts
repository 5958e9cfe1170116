/**
 * How long the verbs wait that run before every edit: a node that hangs holds nobody up.
 */

const patienceMillis = 5000

/** The answer, or what is said where it does not come in time. */
export const within = <A>(answer: Promise<A>, late: A): Promise<A> =>
  Promise.race([
    answer,
    new Promise<A>((resolve) => {
      setTimeout(() => resolve(late), patienceMillis).unref()
    })
  ])

export const tooLong = "the node takes too long to answer"
